// A node that is not ready, under pressure or without network. It goes before all its pods.
import type { Millis } from '#incident/signal.ts'
import type { Node } from '../schema.ts'
import type { Check, Verdict } from './verdict.ts'
import { eventWitness } from './verdict.ts'

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']

const JOINING: Millis = 3 * 60_000 // until the network of a new node is set up it is not ready

export const nodeNotReady: Check = {
  name: 'node-not-ready',
  check(view) {
    const known = view.nodes.flatMap((node): Verdict[] => {
      const { metadata, status } = node
      if (isJoining(node, view.at)) return []
      const object = { kind: 'Node', name: metadata.name }
      return (status?.conditions ?? []).flatMap((condition): Verdict[] => {
        const isDown = condition.type === 'Ready' && condition.status !== 'True'
        const isPressed = PRESSURES.includes(condition.type) && condition.status === 'True'
        if (!isDown && !isPressed) return []
        const silent = isDown && condition.status === 'Unknown' ? 'its kubelet stopped reporting' : undefined
        const why = condition.message ?? condition.reason ?? silent
        return [
          {
            object,
            fault: isDown ? 'NodeNotReady' : condition.type,
            points: isLeaving(node) ? 5 : isDown ? 20 : 12,
            text: `node ${metadata.name}: ${condition.type} is ${condition.status}${why ? ` (${why.slice(0, 200)})` : ''}`,
            since: Math.min(condition.lastTransitionTime ?? view.at, view.at),
            mend: isDown
              ? `look at the kubelet and the container runtime of ${metadata.name}; replace it where it does not come back`
              : `free what is short on ${metadata.name}, or move pods away`,
            witness: [`Node ${metadata.name}: ${condition.type} ${condition.status}`],
          },
        ]
      })
    })
    return [...known, ...onlyToldOf()]

    /** Where nodes cannot be listed, their events still say so; one that can be listed speaks for itself. */
    function onlyToldOf(): Verdict[] {
      return view.events.flatMap((event): Verdict[] => {
        const { kind, name = '' } = event.involvedObject
        const told = kind === 'Node' && event.reason === 'NodeNotReady'
        if (!told || view.nodes.some(({ metadata }) => metadata.name === name)) return []
        return [
          {
            object: { kind: 'Node', name },
            fault: 'NodeNotReady',
            points: 20,
            text: `node ${name} was not ready`,
            since: event.first,
            seen: event.last,
            witness: [eventWitness(event)],
          },
        ]
      })
    }
  },
}

/** One whose kubelet never reported yet joins as well; one whose kubelet reports no more was here before, however young its object. */
function isJoining({ metadata, status }: Node, at: Millis): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const fellSilent = ready?.status === 'Unknown' && ready.reason !== 'NodeStatusNeverUpdated'
  return !fellSilent && at - (metadata.creationTimestamp ?? 0) < JOINING
}

/** An autoscaler takes it away on purpose, with what it runs moved before. */
function isLeaving({ metadata, spec }: Node): boolean {
  return (
    metadata.deletionTimestamp !== undefined ||
    (spec?.taints ?? []).some(
      ({ key }) => key === 'ToBeDeletedByClusterAutoscaler' || key.startsWith('karpenter.sh/disrupt'),
    )
  )
}
