// Known bad states of objects, in points: the checks ruled out what health explains, this rules out what a dead node explains.
import type { State } from '#incident/signal.ts'
import type { Symptom } from '../symptom.ts'
import type { Learnt } from '../learnt.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import type { Add } from './evidence.ts'

/** Points in one unit of evidence (DIAGNOSIS 6). */
const STATE_UNIT = 5
const DECAY = [1, 0.5, 0.3, 0.2]
const ON_DEAD_NODE = 0.15

/** Points of the states of one object: the first counts in full, others less. What stands on a dead node follows from it. */
export function addStates(learnt: Learnt, symptoms: readonly Symptom[], topology: Topology, add: Add): void {
  const byKey = new Map<ServiceKey, State[]>()
  for (const symptom of symptoms) {
    if (symptom.kind !== 'state') continue
    const state = learnt.signals.get(symptom.signals[0]!)
    if (state?.kind !== 'state') continue
    const key = symptom.services[0]!
    byKey.set(key, [...(byKey.get(key) ?? []), state])
  }
  for (const [key, states] of byKey) {
    const carriedByDead = [...topology.nodesOf(key)].some(node => byKey.has(node))
    states.sort((a, b) => b.points - a.points || (a.fault < b.fault ? -1 : 1))
    for (const [i, state] of states.slice(0, DECAY.length).entries()) {
      const points = state.points * DECAY[i]! * (carriedByDead ? ON_DEAD_NODE : 1)
      const { text, fault, entity, id } = state
      add(key, { kind: 'state', units: points / STATE_UNIT, reason: text, signals: [id], fault, entity })
    }
  }
}
