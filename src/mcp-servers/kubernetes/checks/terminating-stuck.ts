// A pod that was told to go and does not: its node does not answer, or something holds it.
import type { Millis } from '#incident/signal.ts'
import type { Check } from './verdict.ts'
import { perWorkload } from './verdict.ts'

const LATE: Millis = 5 * 60_000 // after its grace period, which deletionTimestamp already holds

export const terminatingStuck: Check = {
  name: 'terminating-stuck',
  check(view) {
    const sights = view.pods.flatMap(pod => {
      const due = pod.metadata.deletionTimestamp
      if (due === undefined || view.at - due < LATE) return []
      const minutes = Math.round((view.at - due) / 60_000)
      return [{ pod, since: due, saw: `should have been gone ${minutes} min ago` }]
    })
    return perWorkload(view, sights, (object, found) => ({
      fault: 'TerminatingStuck',
      points: 9,
      text: `${object.name}: ${found[0].pod.metadata.name} does not go away, though it was deleted`,
      mend: 'look at its finalizers and at the kubelet of its node',
    }))
  },
}
