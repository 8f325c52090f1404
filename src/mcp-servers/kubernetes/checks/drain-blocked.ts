// A node that is being emptied and does not get empty, because a disruption budget lets none of the rest leave. Nothing says of a
// node that somebody empties it, but what is still on it, and who complains.
import type { Millis } from '#incident/signal.ts'
import { closedSince, isClosed } from '../closed-node.ts'
import { isDone } from '../readiness.ts'
import type { DisruptionBudget, Node } from '../schema.ts'
import type { Pod } from '../pod-schema.ts'
import { selects } from '../selects.ts'
import { named } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'

const PATIENCE: Millis = 10 * 60_000 // a drain that is not held is over by then, but for long grace periods

export const drainBlocked: Check = {
  name: 'drain-blocked',
  check(view) {
    const closed = view.nodes.filter(isClosed)
    const exhausted = view.budgets.filter(({ status }) => status?.disruptionsAllowed === 0)
    if (closed.length === 0 || exhausted.length === 0) return []
    const leaving = Map.groupBy(
      view.pods.filter(pod => mustLeave(pod, view)),
      ({ spec }) => spec?.nodeName,
    )
    return closed.flatMap(node => {
      const left = leaving.get(node.metadata.name) ?? []
      const others = left.filter(pod => !exhausted.some(budget => isHeldBy(budget, pod)))
      const points = pointsOf(node, others, leaving, view)
      return exhausted.flatMap(budget => {
        const held = left.filter(pod => isHeldBy(budget, pod))
        return held.length === 0 ? [] : [verdict(budget, held, node, points, view)]
      })
    })
  },
}

/** `others`: what is left on the node and might go. */
function pointsOf(node: Node, others: Pod[], leaving: Map<string | undefined, Pod[]>, view: View): number {
  const told = view.eventsOf({ kind: 'Node', name: node.metadata.name })
  if (told.some(({ reason = '', message = '' }) => /drain|disruption budget|evict/i.test(`${reason} ${message}`)))
    return 12
  if (others.length === 0) return 10 // the rest has been moved: somebody is emptying it, and cannot
  const elsewhere = view.nodes.filter(each => !isClosed(each))
  const usual = elsewhere.reduce((sum, { metadata }) => sum + (leaving.get(metadata.name)?.length ?? 0), 0)
  const isNearlyEmpty = others.length * 2 * elsewhere.length <= usual
  return isNearlyEmpty && view.at - (closedSince(node) ?? view.at) > PATIENCE ? 8 : 4
}

function verdict(budget: DisruptionBudget, held: Pod[], node: Node, points: number, view: View): Verdict {
  const { namespace, name } = budget.metadata
  const { desiredHealthy = 0, expectedPods = Infinity } = budget.status ?? {}
  const [first] = held
  const isNever = desiredHealthy >= expectedPods
  return {
    object: { kind: 'PodDisruptionBudget', namespace, name },
    ...(first && { concerns: view.ownerOf(first) }),
    fault: 'DrainBlocked',
    points,
    whenHealthy: 1, // what it protects is well: that is what it is for
    text: `disruption budget ${named(budget.metadata)} lets no pod leave node ${node.metadata.name}, which is to be emptied`,
    since: Math.min(view.at, closedSince(node) ?? view.at),
    mend: isNever
      ? `loosen ${name}: it wants all ${expectedPods} pods at all times, so that none may ever leave; or scale up what it protects`
      : `scale up what ${name} protects so that one may leave, or loosen it for the while`,
    witness: [
      `PodDisruptionBudget ${named(budget.metadata)}: 0 disruptions allowed`,
      ...held
        .slice(0, 4)
        .map(({ metadata }) => `${named(metadata)}: on ${node.metadata.name}, which takes no new pods`),
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
