// A node that is being emptied and does not get empty, because a disruption budget lets none of the rest leave.
import { isDone } from '../readiness.ts'
import type { DisruptionBudget, Pod } from '../schema.ts'
import { selects } from '../selects.ts'
import { named } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'

export const drainBlocked: Check = {
  name: 'drain-blocked',
  check(view) {
    const closed = new Set(view.nodes.filter(({ spec }) => spec?.unschedulable).map(({ metadata }) => metadata.name))
    const exhausted = view.budgets.filter(({ status }) => status?.disruptionsAllowed === 0)
    if (closed.size === 0 || exhausted.length === 0) return []
    const left = view.pods.filter(pod => closed.has(pod.spec?.nodeName ?? '') && mustLeave(pod, view))
    return exhausted.flatMap(budget => {
      const held = left.filter(pod => isHeldBy(budget, pod))
      const [first] = held
      if (!first) return []
      const node = first.spec?.nodeName ?? ''
      // Where all that is left is held, the rest has been moved: somebody is emptying it, and cannot.
      const isAll = left.every(pod => pod.spec?.nodeName !== node || exhausted.some(each => isHeldBy(each, pod)))
      return [verdict(budget, held, node, isAll, view)]
    })
  },
}

function verdict(budget: DisruptionBudget, held: Pod[], node: string, isAll: boolean, view: View): Verdict {
  const { namespace, name } = budget.metadata
  const [first] = held
  return {
    object: { kind: 'PodDisruptionBudget', namespace, name },
    fault: 'DrainBlocked',
    points: isAll ? 10 : 4,
    whenHealthy: 1, // what it protects is well: that is what it is for
    ...(first && { healthOf: view.ownerOf(first) }),
    text: `disruption budget ${named(budget.metadata)} lets no pod leave node ${node}, which is to be emptied`,
    since: view.at,
    mend: `scale up what ${name} protects so that one may leave, or loosen it for the while`,
    witness: [
      `PodDisruptionBudget ${named(budget.metadata)}: 0 disruptions allowed`,
      ...held.slice(0, 4).map(({ metadata }) => `${named(metadata)}: on ${node}, which takes no new pods`),
    ],
  }
}

/** What a drain leaves where it is. */
function mustLeave(pod: Pod, view: View): boolean {
  const { kind } = view.ownerOf(pod)
  return kind !== 'DaemonSet' && kind !== 'Node' && !isDone(pod) && pod.metadata.deletionTimestamp === undefined
}

function isHeldBy({ metadata, spec }: DisruptionBudget, pod: Pod): boolean {
  return metadata.namespace === pod.metadata.namespace && selects(spec?.selector, pod.metadata.labels)
}
