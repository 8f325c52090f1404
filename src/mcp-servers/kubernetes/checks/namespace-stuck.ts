// A namespace that is being deleted and does not go: something in it has a finalizer that nobody removes, or an API group of
// which nobody knows whether anything is left.
import type { Millis } from '#incident/signal.ts'
import type { Condition } from '../schema.ts'
import type { Check, Verdict } from './verdict.ts'
import { apiServicesDown } from './api-service-down.ts'

const LATE: Millis = 10 * 60_000
// https://github.com/kubernetes/api/blob/master/core/v1/types.go, NamespaceConditionType: True says why it stays
const HINDERING = [
  'NamespaceDeletionDiscoveryFailure',
  'NamespaceDeletionGroupVersionParsingFailure',
  'NamespaceDeletionContentFailure',
  'NamespaceFinalizersRemaining',
  'NamespaceContentRemaining',
]

export const namespaceStuck: Check = {
  name: 'namespace-stuck',
  check: view =>
    view.namespaces.flatMap(({ metadata: { name, deletionTimestamp: since }, status }): Verdict[] => {
      if (since === undefined || view.at - since < LATE) return []
      const why = hindrance(status?.conditions ?? [])
      const isOfApi = why?.type === 'NamespaceDeletionDiscoveryFailure' && apiServicesDown(view).length > 0
      return [
        {
          object: { kind: 'Namespace', namespace: name, name },
          fault: 'NamespaceStuck',
          points: why ? (isOfApi ? 6 : 12) : 6,
          text: `namespace ${name} does not go, though it was deleted${why?.message ? `: ${why.message.slice(0, 200)}` : ''}`,
          since,
          mend: 'bring back the controller that removes these finalizers, or the API that does not answer',
          witness: [
            `Namespace ${name}: Terminating${why ? `, ${why.type}: ${(why.message ?? '').slice(0, 300)}` : ''}`,
          ],
        },
      ]
    }),
}

function hindrance(conditions: Condition[]): Condition | undefined {
  return HINDERING.flatMap(type => conditions.find(each => each.type === type && each.status === 'True') ?? [])[0]
}
