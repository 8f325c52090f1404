// An aggregated API, such as that of metrics, behind which nobody answers: who asks for it gets 503, and namespaces cannot be
// deleted while its kinds cannot be listed.
import type { ApiService } from '../schema.ts'
import { named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { workloadsOf } from './witness.ts'

export const apiServiceDown: Check = {
  name: 'api-service-down',
  check: view =>
    apiServicesDown(view).map(({ api, condition: { message, reason, lastTransitionTime = view.at } }): Verdict => {
      const asked = { namespace: api.spec?.service?.namespace, name: api.spec?.service?.name ?? '' }
      const object = answering(asked, view) ?? { kind: 'APIService', name: api.metadata.name }
      const why = message ?? reason ?? 'nobody answers'
      return {
        object,
        fault: 'ApiServiceDown',
        points: 12,
        whenHealthy: 1, // its pods may be well, and out of reach of the API server
        text: `API ${api.metadata.name} is not available: ${why.slice(0, 200)}`,
        since: lastTransitionTime,
        mend: `bring up service ${named(asked)}, which answers for ${api.metadata.name}, or remove that API`,
        witness: [`APIService ${api.metadata.name}: Available False: ${why.slice(0, 300)}`],
      }
    }),
}

export function apiServicesDown(view: View): { api: ApiService; condition: ConditionOf<ApiService> }[] {
  return view.apiServices.flatMap(api => {
    const condition = api.status?.conditions.find(({ type, status }) => type === 'Available' && status === 'False')
    return condition ? [{ api, condition }] : []
  })
}

type ConditionOf<T extends ApiService> = NonNullable<T['status']>['conditions'][number]

function answering({ namespace, name }: { namespace?: string | undefined; name: string }, view: View) {
  const service = view.service(namespace, name)
  const [workload]: Reference[] = service ? workloadsOf(view, service) : []
  return workload
}
