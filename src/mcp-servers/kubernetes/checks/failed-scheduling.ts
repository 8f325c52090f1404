// A pod that no node can take: resources, taints, affinity, cordoned nodes, unbound claims.
import type { Check } from './verdict.ts'
import { perSubject } from './verdict.ts'

export const failedScheduling: Check = {
  name: 'failed-scheduling',
  check(view) {
    const stands = view.events.filter(event => {
      if (event.reason !== 'FailedScheduling') return false
      const pod = view.pod(event.involvedObject.namespace ?? event.metadata.namespace, event.involvedObject.name ?? '')
      return pod === undefined || pod.spec?.nodeName === undefined
    })
    return perSubject(view, stands, (object, [last]) => ({
      fault: 'FailedScheduling',
      points: 10,
      text: `${object.name}: no node takes its pods: ${(last.message ?? '').slice(0, 300)}`,
    }))
  },
}
