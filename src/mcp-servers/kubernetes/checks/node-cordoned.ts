// A node closed to new pods while some wait that only it could take. One that is closed and misses nobody is being looked after.
import type { Check, Verdict } from './verdict.ts'
import { named } from '../view.ts'

// Reasons that an open node would not have changed.
const OTHERWISE = /Insufficient|Too many pods|unbound|volume node affinity|free ports|topology spread|anti-affinity/

export const nodeCordoned: Check = {
  name: 'node-cordoned',
  check(view) {
    const cordoned = view.nodes.filter(({ spec }) => spec?.unschedulable)
    if (cordoned.length === 0) return []
    const waiting = view.pods.flatMap(pod => {
      const condition = pod.status?.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
      const message = condition?.message ?? ''
      return /unschedulable/i.test(message) ? [{ pod, message, since: condition?.lastTransitionTime ?? view.at }] : []
    })
    if (waiting.length === 0) return []
    const isOnly = waiting.some(({ message }) => !OTHERWISE.test(message))
    return cordoned.map(
      ({ metadata }): Verdict => ({
        object: { kind: 'Node', name: metadata.name },
        fault: 'NodeCordoned',
        points: isOnly ? 12 : 6,
        text: `node ${metadata.name} is closed to new pods, and ${waiting.length} wait for a node`,
        since: Math.min(view.at, ...waiting.map(({ since }) => since)),
        mend: `uncordon ${metadata.name} when it is looked after`,
        witness: waiting.slice(0, 5).map(({ pod, message }) => `${named(pod.metadata)}: ${message.slice(0, 300)}`),
      }),
    )
  },
}
