// A node that is not ready, under pressure or without network. It goes before all its pods.
import type { Check, Verdict } from './verdict.ts'
import { eventWitness } from './verdict.ts'

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']

export const nodeNotReady: Check = {
  name: 'node-not-ready',
  check(view) {
    const known = view.nodes.flatMap(({ metadata, status }): Verdict[] => {
      const object = { kind: 'Node', name: metadata.name }
      return (status?.conditions ?? []).flatMap((condition): Verdict[] => {
        const isDown = condition.type === 'Ready' && condition.status !== 'True'
        const isPressed = PRESSURES.includes(condition.type) && condition.status === 'True'
        if (!isDown && !isPressed) return []
        const why = condition.reason ? ` (${condition.reason})` : ''
        return [
          {
            object,
            fault: isDown ? 'NodeNotReady' : condition.type,
            points: isDown ? 20 : 12,
            text: `node ${metadata.name}: ${condition.type} is ${condition.status}${why}`,
            since: Math.min(condition.lastTransitionTime ?? view.at, view.at),
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
