// The graph of what is learnt, built again only when a relation or a name came or went.
import type { Learnt } from './learnt.ts'
import { buildTopology } from './topology.ts'
import type { Topology } from './topology.ts'

const built = new WeakMap<Learnt, { of: number; topology: Topology }>()

export function topologyOf(learnt: Learnt): Topology {
  const held = built.get(learnt)
  if (held?.of === learnt.relationsChanged) return held.topology
  const topology = buildTopology(learnt.relations.values(), entitiesOf(learnt))
  built.set(learnt, { of: learnt.relationsChanged, topology })
  return topology
}

function* entitiesOf(learnt: Learnt) {
  for (const { signal } of learnt.series.values()) yield signal.entity
  for (const { entity } of learnt.logs.values()) yield entity
  for (const { signal } of learnt.alarms.values()) yield signal.entity
  for (const { signal } of learnt.states.values()) yield signal.entity
  for (const { entity } of learnt.changes.values()) yield entity
}
