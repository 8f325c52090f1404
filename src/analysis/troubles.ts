// Which symptoms are one trouble, and when a trouble opens and ends (DIAGNOSIS 1.5 and 5). What caused it is rank.ts's business.
import type { Diagnosis } from '#incident/incident.ts'
import type { Entity, Millis } from '#incident/signal.ts'
import { STALE_STEPS, calmOf, contextOf, kindOf } from './kinds.ts'
import type { Context } from './kinds.ts'
import { relearn } from './detectors/groups.ts'
import type { GroupState, Learnt } from './learnt.ts'
import type { Symptom } from './symptom.ts'
import type { ServiceKey, Topology } from './topology.ts'
import type { Trouble } from './trouble.ts'

const QUIET_STEPS = 3
/** Steps after which a trouble that only series show is the new normal. */
const LONGEST_STEPS = 120
const TOGETHER_STEPS = 2
/** Signals by which something said is known to have begun; as many show that it goes on. */
const FIRST_SAID = 10
const DAY = 86_400_000
/** Inner trouble that came this often within a day without being felt opens no more. */
const MOST_UNFELT = 2
const SINGLE_STRENGTH = 3

/** Brings the troubles up to what is abnormal now; those that ended stay in the map with `closed` until the next pass. */
export function update(learnt: Learnt, symptoms: readonly Symptom[], topology: Topology, at: Millis): void {
  for (const [key, trouble] of learnt.troubles) if (trouble.closed) learnt.troubles.delete(key)
  const context = contextOf(learnt, topology)
  const isFelt = slosFeel(learnt, context)
  const open = [...learnt.troubles.values()].toSorted((a, b) => a.onset - b.onset)
  const homeless = assign(open, symptoms, topology)
  for (const component of componentsOf(homeless, topology)) {
    const reasons = reasonsIn(learnt, component, isFelt, at)
    if (reasons.length > 0) openTrouble(learnt, component, reasons, topology, at)
  }
  for (const trouble of learnt.troubles.values()) settle(learnt, trouble, context, isFelt, at)
}

/** Gives each symptom to the open trouble it belongs to; returns the others. */
function assign(open: readonly Trouble[], symptoms: readonly Symptom[], topology: Topology): Symptom[] {
  for (const trouble of open) trouble.present = []
  return symptoms.filter(symptom => {
    const home =
      open.find(({ symptoms: known }) => known.has(symptom.id)) ??
      open.find(trouble => joins(trouble, symptom, topology))
    if (!home) return true
    home.symptoms.set(symptom.id, goneOn(home.symptoms.get(symptom.id), symptom))
    home.present.push(symptom.id)
    return false
  })
}

/** What comes again within a trouble began when it first came; what is said is cited from there on. */
function goneOn(known: Symptom | undefined, symptom: Symptom): Symptom {
  if (!known) return symptom
  const firsts = symptom.kind === 'logs' ? known.signals.slice(0, FIRST_SAID) : []
  return { ...symptom, since: known.since, signals: [...new Set([...firsts, ...symptom.signals])] }
}

/** A late symptom belongs to a trouble whose culprit it lies on a path with; while no culprit is known, any of its symptoms. */
function joins(trouble: Trouble, symptom: Symptom, topology: Topology): boolean {
  const members = [...trouble.symptoms.values()]
  if (members.some(member => member.services.some(service => symptom.services.includes(service)))) return true
  const isLate = symptom.since - trouble.onset > TOGETHER_STEPS * symptom.step
  if (!isLate || !trouble.culprit) return members.some(member => whyJoined(member, symptom, topology))
  const entity = topology.entityOf(trouble.culprit)
  const culprit: Symptom = { ...symptom, services: [trouble.culprit], peers: [], entity, since: trouble.onset }
  return whyJoined(culprit, symptom, topology) !== undefined
}

export type Join = 'service' | 'path' | 'node' | 'peer' | 'namespace' | 'moment'

/** What joins two symptoms; time alone never does, unless nothing at all is known of who calls whom around them. */
export function whyJoined(a: Symptom, b: Symptom, topology: Topology): Join | undefined {
  const pairs = a.services.flatMap(one => b.services.map(other => [one, other] as const))
  if (pairs.some(([one, other]) => one === other)) return 'service'
  if (pairs.some(([one, other]) => topology.path(one, other) || topology.path(other, one))) return 'path'
  if (pairs.some(([one, other]) => topology.nodesOf(one).has(other) || topology.nodesOf(other).has(one))) return 'node'
  if (a.peers.some(peer => b.services.includes(peer)) || b.peers.some(peer => a.services.includes(peer))) return 'peer'
  if (a.peers.some(peer => b.peers.includes(peer))) return 'peer'
  const [here, there] = [namespaceOf(a, topology), namespaceOf(b, topology)]
  if (!here || here !== there) return undefined
  if (isNamespaced(a.entity) || isNamespaced(b.entity)) return 'namespace'
  const apart = Math.abs(a.since - b.since)
  const nothingKnown = [...a.services, ...b.services].every(key => isUncharted(key, topology))
  return nothingKnown && apart <= TOGETHER_STEPS * Math.max(a.step, b.step) ? 'moment' : undefined
}

const isUncharted = (key: ServiceKey, topology: Topology): boolean =>
  topology.callers(key).size === 0 && topology.callees(key).size === 0

const isNamespaced = ({ kind }: Entity): boolean =>
  kind === 'Namespace' || kind === 'ResourceQuota' || kind === 'LimitRange'

function namespaceOf({ entity, services }: Symptom, topology: Topology): string | undefined {
  if (entity.kind === 'Namespace') return (entity.name ?? entity.service).toLowerCase()
  const namespace = entity.namespace ?? topology.entityOf(services[0]!).namespace
  return namespace?.toLowerCase()
}

function componentsOf(symptoms: readonly Symptom[], topology: Topology): Symptom[][] {
  const left = new Set(symptoms)
  const components: Symptom[][] = []
  for (const seed of symptoms) {
    if (!left.delete(seed)) continue
    const component = [seed]
    for (const member of component) {
      for (const other of left) {
        if (!whyJoined(member, other, topology)) continue
        left.delete(other)
        component.push(other)
      }
    }
    components.push(component)
  }
  return components
}

/** Ids of the symptoms that open an incident together; none where they do not. */
function reasonsIn(learnt: Learnt, component: readonly Symptom[], isFelt: boolean, at: Millis): string[] {
  const inner = innerIn(learnt, component, isFelt, at)
  const things = new Set(inner.map(({ services }) => services.join('>')))
  const withCpu = inner.some(one =>
    component.some(other => isCpu(learnt, other) && one.services.includes(other.services[0]!)),
  )
  const opens =
    component.some(symptom => symptom.opens === 'alone') ||
    things.size >= 2 ||
    withCpu ||
    inner.some(({ strength }) => strength >= SINGLE_STRENGTH)
  if (!opens) return []
  return component.filter(symptom => symptom.opens === 'alone' || inner.includes(symptom)).map(({ id }) => id)
}

function isCpu(learnt: Learnt, { group }: Symptom): boolean {
  return group !== undefined && learnt.groups.get(group)?.feature.measure === 'cpu'
}

/** Inner symptoms that may open: none of a trouble that comes and goes without being felt. */
function innerIn(learnt: Learnt, component: readonly Symptom[], isFelt: boolean, at: Millis): Symptom[] {
  const inner = component.filter(({ opens }) => opens === 'together')
  if (isFelt) return inner
  const groups = inner.flatMap(({ group }) => (group === undefined ? [] : (learnt.groups.get(group) ?? [])))
  const times = new Set(groups.flatMap(({ unfelt }) => unfelt.filter(time => at - time < DAY)))
  if (times.size < MOST_UNFELT) return inner
  const began = Math.min(...inner.map(({ since }) => since))
  for (const group of groups) noteUnfelt(group, began)
  return []
}

/** Whether any user-facing group is beyond its threshold. */
function slosFeel(learnt: Learnt, context: Context): boolean {
  return [...learnt.groups.values()].some(group => group.since !== undefined && kindOf(group, context) === 'slo')
}

function openTrouble(
  learnt: Learnt,
  component: readonly Symptom[],
  reasons: string[],
  topology: Topology,
  at: Millis,
): void {
  const first = component.filter(({ id }) => reasons.includes(id)).toSorted((a, b) => a.since - b.since)[0]!
  learnt.opened++
  const key = `${topology.entityOf(first.services[0]!).service}@${new Date(first.since).toISOString()}#${learnt.opened}`
  learnt.troubles.set(key, {
    key,
    onset: first.since,
    openedAt: at,
    reasons,
    symptoms: new Map(component.map(symptom => [symptom.id, symptom])),
    present: component.map(({ id }) => id),
    loudAt: at,
    quiet: 0,
    felt: false,
    closed: false,
  })
}

function settle(learnt: Learnt, trouble: Trouble, context: Context, isFelt: boolean, at: Millis): void {
  trouble.felt ||= isFelt || trouble.present.some(id => trouble.symptoms.get(id)!.felt)
  const groups = groupsOf(learnt, trouble)
  const isOver =
    trouble.present.length === 0 &&
    trouble.reasons.every(id => quietOf(learnt, trouble, id, context, at) >= QUIET_STEPS)
  const step = Math.max(...[...trouble.symptoms.values()].map(symptom => symptom.step))
  const onlySeries = trouble.present.every(id => trouble.symptoms.get(id)!.group !== undefined)
  const isNewNormal = onlySeries && at - trouble.openedAt > LONGEST_STEPS * step
  if (trouble.present.length > 0) trouble.loudAt = at
  if (!isOver && !isNewNormal) return
  trouble.closed = true
  if (isNewNormal) for (const group of groups) relearn(learnt, group, LONGEST_STEPS)
  if (!trouble.felt) for (const group of groups) noteUnfelt(group, trouble.onset)
}

/** `began`: of the trouble, so that it counts once. */
function noteUnfelt(group: GroupState, began: Millis): void {
  if (!group.unfelt.includes(began)) group.unfelt = [...group.unfelt.filter(time => began - time < DAY), began]
}

function groupsOf(learnt: Learnt, trouble: Trouble): GroupState[] {
  return [...trouble.symptoms.values()].flatMap(({ group }) => (group ? (learnt.groups.get(group) ?? []) : []))
}

/** Steps, or answered looks, for which a reason has been well. A source that did not answer says nothing. */
function quietOf(learnt: Learnt, trouble: Trouble, id: string, context: Context, at: Millis): number {
  const symptom = trouble.symptoms.get(id)!
  if (trouble.present.includes(id)) return 0
  if (symptom.group !== undefined) {
    const group = learnt.groups.get(symptom.group)
    const kind = group && kindOf(group, context)
    if (!group || !kind) return QUIET_STEPS
    const source = learnt.series.get(group.members[0]!)?.signal.source
    const answered = source !== undefined && learnt.sources.get(source)?.answered
    if (answered && at - group.at > STALE_STEPS * group.step) return QUIET_STEPS
    if (id.startsWith('lone|')) return Math.floor((at - symptom.seen) / group.step)
    if (group.persistent >= calmOf(group, kind)) return 0
    return group.quiet + (answered ? silentSteps(group, at) : 0)
  }
  if (symptom.kind === 'logs') return Math.floor((at - symptom.seen) / symptom.step)
  const map = symptom.kind === 'alarm' ? learnt.alarms : learnt.states
  for (const held of map.values()) if (held.signal.id === symptom.signals[0]) return held.active ? 0 : held.quiet
  return QUIET_STEPS
}

/** Steps without a point, where the newest is not merely late: what was well and is asked for no more is well. */
function silentSteps(group: GroupState, at: Millis): number {
  return Math.max(0, Math.floor((at - group.at) / group.step) - 1)
}

/** How many of the reasons look well in this moment. */
export function wellAgain(learnt: Learnt, trouble: Trouble, topology: Topology, at: Millis): Diagnosis['wellAgain'] {
  const context = contextOf(learnt, topology)
  const good = trouble.reasons.filter(id => quietOf(learnt, trouble, id, context, at) >= 1).length
  return { good, of: trouble.reasons.length }
}
