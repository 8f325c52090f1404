// What kind of evidence a group is, and from where on it is unusual or well again (DIAGNOSIS 1.1 and 1.4).
import { quantileOf } from './history.ts'
import type { GroupState, Learnt } from './learnt.ts'
import type { ServiceKey, Topology } from './topology.ts'

export type MetricKind = 'slo' | 'symptom' | 'edge' | 'resource' | 'traffic'

// DIAGNOSIS 1.4: chosen on the middle of a plateau.
const FLOOR: Record<MetricKind, number> = { slo: 3, symptom: 7.5, edge: 7.5, resource: 7.5, traffic: 7.5 }
const PAST_QUANTILE = 0.97
const PAST_FACTOR = 1.5
/** An old disaster must not deafen a user-facing series. */
const MOST_LEARNT_SLO = 20

export type Context = {
  topology: Topology
  /** Ids of series that an alarm guards. */
  guarded: ReadonlySet<string>
  /** Services with a series of their own, apart from their pods', by service and measure. */
  measured: ReadonlySet<string>
  /** Services measured as a whole where that is the exception and no call is known: somebody watches there what users feel. */
  fronts: ReadonlySet<ServiceKey>
}

/** One service of so many measured as a whole is the exception. */
const EXCEPTION = 4

export function contextOf(learnt: Learnt, topology: Topology): Context {
  const guarded = new Set([...learnt.alarms.values()].flatMap(({ signal }) => signal.watches ?? []))
  const measured = new Set<string>()
  const all = new Set<ServiceKey>()
  const whole = new Set<ServiceKey>()
  for (const { feature, entity } of learnt.groups.values()) {
    if (feature.scope === 'node' || feature.edge) continue
    const key = topology.keyOf(entity)
    all.add(key)
    if (feature.scope !== 'service') continue
    whole.add(key)
    measured.add(`${key}|${feature.measure}`)
  }
  const isException = !topology.hasCalls && EXCEPTION * whole.size <= all.size
  return { topology, guarded, measured, fronts: isException ? whole : new Set() }
}

/** What kind of evidence a group is; undefined for series that say neither good nor bad. */
export function kindOf(group: GroupState, { topology, guarded, measured, fronts }: Context): MetricKind | undefined {
  const { measure, edge, side, scope } = group.feature
  if (measure === 'cpu' || measure === 'memory' || measure === 'saturation') return 'resource'
  if (measure === 'traffic') return 'traffic'
  if (measure === 'other' || scope === 'node') return undefined
  // How long a service waits for nobody knows whom is no trouble of its own: long polls look the same.
  if (side === 'client' && !edge) return undefined
  if (edge) return 'edge'
  if (group.members.some(id => guarded.has(id))) return 'slo'
  const key = topology.keyOf(group.entity)
  const isEntry = fronts.has(key) || (topology.callers(key).size === 0 && topology.callees(key).size > 0)
  const isOwn = scope === 'service' || !measured.has(`${key}|${measure}`)
  return isEntry && isOwn && side !== 'client' ? 'slo' : 'symptom'
}

/** Usual for itself: what of its own past was nearly never passed, at least the floor. */
export function thresholdOf(group: GroupState, kind: MetricKind): number {
  const past = PAST_FACTOR * (quantileOf(group.past, PAST_QUANTILE) || 0)
  return Math.max(FLOOR[kind], kind === 'slo' ? Math.min(MOST_LEARNT_SLO, past) : past)
}

/** A group with nothing new for so many steps says nothing any more. */
export const STALE_STEPS = 10

/** Under this a group is well again: its floor, or what it often passed in its own past. */
export function calmOf(group: GroupState, kind: MetricKind): number {
  return Math.max(FLOOR[kind], quantileOf(group.past, PAST_QUANTILE) || 0)
}

/** The service, or caller and callee. */
export function servicesOf(group: GroupState, topology: Topology): ServiceKey[] {
  const { edge } = group.feature
  if (!edge) return [topology.keyOf(group.entity)]
  const { namespace } = group.entity
  const of = (service: string) => topology.keyOf({ service, ...(namespace && { namespace }) })
  return [of(edge.client), of(edge.server)]
}
