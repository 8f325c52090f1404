// What was changed just before a trouble began.
import type { Change, Millis } from '#incident/signal.ts'
import { clock, duration } from '../amount.ts'
import type { Learnt } from '../learnt.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import { shortened } from './evidence.ts'
import type { Candidate } from './evidence.ts'

const CHANGE_BEFORE = 30 * 60_000
/** Onsets are told by steps: what caused it may seem to follow it. */
const CHANGE_AFTER = 2 * 60_000
const CHANGE_FADES = 15 * 60_000
const CHANGE_UNITS = 1.5
const SHARED_SHARE = 0.9
const STAYS = 0.4
/** Of the best: whoever a change does not lift so far is not worth naming for it. */
const LEAST_SHARE = 0.2

/**
 * A change just before the onset lifts whoever was changed; one that was scaled up takes over what the dependency or the node it shares
 * is blamed for. Several sources tell of one change: the one that can be undone counts, the others are named.
 */
export function addChanges(
  learnt: Learnt,
  topology: Topology,
  onset: Millis,
  board: Map<ServiceKey, Candidate>,
  inScope: (key: ServiceKey) => boolean,
): void {
  const best = Math.max(0, ...[...board.values()].map(({ units }) => units))
  for (const [key, [change, ...others]] of changesNear(learnt, topology, onset)) {
    const shared = change && isScaledUp(change) ? sharedWith(key, topology, board) : undefined
    if (!change || !(shared || inScope(key))) continue
    const before = onset - change.at
    const nearness = Math.exp(-Math.max(0, before) / CHANGE_FADES)
    const held = board.get(key) ?? { key, entity: topology.entityOf(key), units: 0, evidence: [] }
    if (held.units === 0 && !shared) continue
    const when = before >= 60_000 ? `${duration(before)} before it began` : 'as it began'
    const does = shared?.key.startsWith('node:') ? 'runs on' : 'calls'
    const more = shared ? `, and ${held.entity.service} ${does} ${shared.entity.service}, which suffers` : ''
    const units = CHANGE_UNITS * nearness + (shared ? SHARED_SHARE * shared.units : 0.5 * nearness * held.units)
    if (held.units + units < LEAST_SHARE * best) continue
    held.evidence.push({
      kind: 'change',
      units,
      reason: `${shortened(change.text)} at ${clock(change.at)}, ${when}${more}`,
      signals: [change.id, ...others.map(({ id }) => id), ...(shared?.evidence[0]?.signals.slice(0, 2) ?? [])],
      fault: CHANGE_FAULTS[change.change.what],
      entity: change.entity,
    })
    if (shared) {
      held.overloads = shared.entity.service
      // It explains the dependency, and the dependency explains who else calls it.
      for (const other of [shared.key, ...topology.callers(shared.key), ...topology.servicesOn(shared.key)]) {
        const victim = board.get(other)
        if (victim && victim !== held) victim.units *= STAYS
      }
    }
    held.change = change
    held.units += units
    board.set(key, held)
  }
}

/** Of each service, what was changed around the onset: what can be undone first, then what says most, then the newest. */
function changesNear(learnt: Learnt, topology: Topology, onset: Millis): Map<ServiceKey, Change[]> {
  const near = new Map<ServiceKey, Change[]>()
  for (const change of learnt.changes.values()) {
    const before = onset - change.at
    if (before > CHANGE_BEFORE || before < -CHANGE_AFTER) continue
    const key = topology.keyOf(change.entity)
    near.set(key, [...(near.get(key) ?? []), change])
  }
  const worth = ({ change: { undo, from } }: Change) => (undo ? 2 : 0) + (from ? 1 : 0)
  for (const [key, changes] of near)
    near.set(
      key,
      changes.toSorted((a, b) => worth(b) - worth(a) || b.at - a.at),
    )
  return near
}

const CHANGE_FAULTS = {
  rollout: 'bad rollout',
  scale: 'scaled',
  config: 'configuration changed',
  release: 'bad release',
  deploy: 'bad deploy',
} as const

function isScaledUp({ change: { what, from, to } }: Change): boolean {
  return what === 'scale' && Number(to) > Number(from)
}

/** The most suspicious of those that this one calls, and others too, and of the full nodes that it runs on, and others too. */
function sharedWith(
  key: ServiceKey,
  topology: Topology,
  board: ReadonlyMap<ServiceKey, Candidate>,
): Candidate | undefined {
  return [...topology.callees(key), ...topology.nodesOf(key)]
    .flatMap(other => board.get(other) ?? [])
    .filter(
      ({ key: other, units }) => units > 0.5 && topology.callers(other).size + topology.servicesOn(other).size > 1,
    )
    .toSorted((a, b) => b.units - a.units)[0]
}
