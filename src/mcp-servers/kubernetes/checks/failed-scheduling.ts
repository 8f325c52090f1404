// A pod that no node can take: resources, taints, affinity, cordoned nodes, unbound claims.
import type { Pod } from '../pod-schema.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { perSubject, perWorkload } from './verdict.ts'

export const failedScheduling: Check = {
  name: 'failed-scheduling',
  check(view) {
    const events = view.events.filter(event => {
      if (event.reason !== 'FailedScheduling') return false
      const pod = view.pod(event.involvedObject.namespace ?? event.metadata.namespace, event.involvedObject.name ?? '')
      return pod === undefined || !isScheduled(pod)
    })
    return [
      ...perWorkload(view, unschedulable(view), (object, [{ saw }]) => verdict(object.name, saw)),
      ...perSubject(view, events, (object, [{ message = '' }]) => verdict(object.name, message)),
    ]
  },
}

function verdict(name: string, why: string): Pick<Verdict, 'fault' | 'points' | 'text' | 'mend'> {
  const mend = MENDS.find(([pattern]) => pattern.test(why))?.[1]
  const text = `${name}: no node takes its pods (Unschedulable): ${why.slice(0, 300)}`
  return { fault: 'FailedScheduling', points: 10, text, ...(mend && { mend: mend(name) }) }
}

// https://kubernetes.io/docs/concepts/scheduling-eviction/ in the words of the scheduler's plugins
const MENDS: [pattern: RegExp, mend: (name: string) => string][] = [
  [
    /persistentvolumeclaim|PersistentVolumeClaims|volume node affinity/,
    name => `look at the claims that ${name} mounts`,
  ],
  [/Insufficient|Too many pods/, name => `ask for less in ${name}, scale others back, or add a node`],
  [/topology spread|anti-affinity/, name => `loosen the anti-affinity or the spread of ${name}, or add a node`],
  [/node affinity|node selector|selector/, name => `correct the node selector of ${name}, or label a node`],
  [/free ports/, name => `let fewer pods of ${name} share a node: they ask for the same host port`],
  [/unschedulable/, () => 'uncordon a node'],
  [/taint/, name => `give ${name} the toleration, or take the taint away`],
]

/** Events are forgotten after an hour; the condition stays. */
function unschedulable(view: View) {
  return view.pods.flatMap(pod => {
    const condition = scheduledCondition(pod)
    if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return []
    const since = condition.lastTransitionTime ?? pod.metadata.creationTimestamp ?? view.at
    return [{ pod, saw: condition.message ?? 'Unschedulable', since: Math.min(since, view.at) }]
  })
}

function isScheduled(pod: Pod): boolean {
  const condition = scheduledCondition(pod)
  return condition ? condition.status === 'True' : pod.spec?.nodeName !== undefined
}

function scheduledCondition(pod: Pod) {
  return pod.status?.conditions.find(({ type }) => type === 'PodScheduled')
}
