// Who most likely caused a trouble: evidence of every kind, in units that add up, ruled out across sources; then how sure that is.
import type { RootCause } from '#incident/incident.ts'
import type { Change, Entity, Millis, State } from '#incident/signal.ts'
import { amount, clock, digits, duration } from './amount.ts'
import { confidenceOf } from './confidence.ts'
import { contextOf } from './detect.ts'
import type { Symptom } from './detect.ts'
import { wordsOf } from './features.ts'
import type { Learnt } from './learnt.ts'
import { blameFlow } from './rankers/blame-flow.ts'
import type { Harm } from './rankers/blame-flow.ts'
import type { Evidence } from './rankers/evidence.ts'
import { insideView } from './rankers/inside.ts'
import type { Clue } from './rankers/inside.ts'
import { whatIsSaid } from './rankers/said.ts'
import type { Said } from './rankers/said.ts'
import { traceOf } from './rankers/trace.ts'
import type { Trace } from './rankers/trace.ts'
import type { ServiceKey, Topology } from './topology.ts'
import type { Trouble } from './troubles.ts'

export type Candidate = { key: ServiceKey; entity: Entity; units: number; evidence: Evidence[]; change?: Change }

export type Ranking = {
  /** Best first. */
  candidates: Candidate[]
  causes: RootCause[]
  onset: Millis
  /** Share of blame, where it could be told. */
  blame: ReadonlyMap<ServiceKey, number>
  hasHistory: boolean
}

const BLAME_UNIT = 0.3
const STATE_UNIT = 5
/** Where services say something surprising, what their metrics say is worth half. */
const METRIC_BESIDE_LOGS = 0.5
const MOST_CAUSES = 10
const LEAST_UNITS = 0.02

export function rank(learnt: Learnt, trouble: Trouble, topology: Topology): Ranking {
  const symptoms = [...trouble.symptoms.values()]
  const onset = onsetOf(learnt, trouble, symptoms)
  const inScope = scopeOf(symptoms, elsewhere(learnt, trouble), topology)
  const board = new Map<ServiceKey, Candidate>()
  const add = (key: ServiceKey, evidence: Evidence) => {
    if (!inScope(key) || evidence.units <= 0) return
    const held = board.get(key) ?? { key, entity: topology.entityOf(key), units: 0, evidence: [] }
    held.evidence.push(evidence)
    board.set(key, held)
  }
  const flow = addBlame(learnt, topology, symptoms, onset, add)
  const clues = insideView(learnt, topology, onset)
  const hasSaid = addSaid(learnt, topology, onset, clues, add)
  const share = hasSaid ? METRIC_BESIDE_LOGS : 1
  for (const [key, found] of clues) for (const clue of found) add(key, clueEvidence(clue, share, topology))
  addStates(symptoms, topology, add, learnt)
  addAlarms(symptoms, topology, add)
  for (const candidate of board.values()) candidate.units = total(candidate.evidence)
  addEntry(symptoms, topology, board, add)
  addChanges(learnt, topology, onset, board, inScope)
  const candidates = [...board.values()]
    .filter(({ units }) => units > LEAST_UNITS)
    .toSorted((a, b) => b.units - a.units || (a.key < b.key ? -1 : 1))
  const hasHistory = flow.hasHistory || clues.size > 0
  return { candidates, causes: causesOf(learnt, candidates, hasHistory), onset, blame: flow.blame, hasHistory }
}

function total(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { units }) => sum + units, 0)
}

// ---- where and when

/** First bad step: of the groups that show it, and of the series that an alarm guards. */
function onsetOf(learnt: Learnt, trouble: Trouble, symptoms: readonly Symptom[]): Millis {
  const together = symptoms.filter(({ id }) => trouble.reasons.includes(id))
  const times = together.map(symptom => {
    const alarm = symptom.kind === 'alarm' ? learnt.signals.get(symptom.signals[0]!) : undefined
    const guarded = alarm?.kind === 'alarm' && alarm.watches ? learnt.series.get(alarm.watches) : undefined
    const group = guarded && learnt.groups.get(guarded.group)
    return group ? firstBad(learnt, group, symptom.since) : symptom.since
  })
  return Math.min(trouble.onset, ...times)
}

const BAD = 2 // scales
const LONGEST_BEFORE = 6 // steps

/** Walks back from an alarm to where its series left the usual: alarms wait, and stamps are starts of periods. */
function firstBad(learnt: Learnt, group: Parameters<typeof traceOf>[1], alarmedAt: Millis): Millis {
  const trace = traceOf(learnt, group, alarmedAt - LONGEST_BEFORE * group.step)
  if (!trace) return alarmedAt
  let place = trace.times.findLastIndex(time => time <= alarmedAt)
  if (place > 0 && !(trace.scaled[place]! >= BAD)) place--
  if (place < 0 || !(trace.scaled[place]! >= BAD)) return alarmedAt
  while (place > trace.start && trace.scaled[place - 1]! >= BAD) place--
  return trace.times[place]!
}

/** Services that other troubles are about. */
function elsewhere(learnt: Learnt, trouble: Trouble): Set<ServiceKey> {
  const others = [...learnt.troubles.values()].filter(other => other !== trouble && !other.closed)
  return new Set(others.flatMap(({ symptoms }) => [...symptoms.values()].flatMap(({ services }) => services)))
}

/**
 * Whoever shows symptoms, calls or is called by them, is named by them or carries them; without a call graph, the namespace,
 * less those that another trouble is about.
 */
function scopeOf(
  symptoms: readonly Symptom[],
  others: ReadonlySet<ServiceKey>,
  topology: Topology,
): (key: ServiceKey) => boolean {
  const services = new Set(symptoms.flatMap(symptom => [...symptom.services, ...symptom.peers]))
  const known = new Map<ServiceKey, boolean>()
  const namespaces = new Set(
    [...services]
      .filter(key => topology.callees(key).size + topology.callers(key).size === 0)
      .map(key => key.split('/')[0]!),
  )
  const decide = (key: ServiceKey): boolean =>
    services.has(key) ||
    [...services].some(one => topology.path(one, key) || topology.path(key, one) || topology.nodesOf(one).has(key)) ||
    (key.includes('/') && namespaces.has(key.split('/')[0]!) && !others.has(key))
  return key => {
    const held = known.get(key)
    if (held !== undefined) return held
    const answer = decide(key)
    known.set(key, answer)
    return answer
  }
}

// ---- kinds of evidence

type Add = (key: ServiceKey, evidence: Evidence) => void

function addBlame(learnt: Learnt, topology: Topology, symptoms: readonly Symptom[], onset: Millis, add: Add) {
  const context = contextOf(learnt, topology)
  const blame = new Map<ServiceKey, number>()
  let hasHistory = false
  const starts = startsOf(learnt, symptoms, topology)
  for (const { key, kind } of starts) {
    const flow = blameFlow(learnt, topology, context, key, kind, onset)
    hasHistory ||= flow.hasHistory
    for (const [culprit, share] of flow.blame) {
      const harm = flow.harms.get(culprit)
      blame.set(culprit, (blame.get(culprit) ?? 0) + share / starts.length)
      if (harm && harm.weight > 0)
        add(culprit, blameEvidence(culprit, key, kind, share / starts.length, harm, topology))
    }
  }
  return { blame, hasHistory }
}

/** Where blame starts: what an alarm or users name; else the topmost that suffers. */
function startsOf(
  learnt: Learnt,
  symptoms: readonly Symptom[],
  topology: Topology,
): { key: ServiceKey; kind: 'latency' | 'failure' }[] {
  const suffering = symptoms.filter(
    symptom => symptom.kind !== 'state' && symptom.kind !== 'logs' && symptom.services.length === 1,
  )
  const alarms = suffering.filter(({ kind }) => kind === 'alarm')
  const slos = suffering.filter(({ kind }) => kind === 'slo')
  const chosen = alarms.length > 0 ? alarms : slos.length > 0 ? slos : suffering
  const starts = new Map<string, { key: ServiceKey; kind: 'latency' | 'failure' }>()
  for (const symptom of chosen) {
    const key = symptom.services[0]!
    const isUnder = chosen.some(
      other =>
        other.services[0] !== key && topology.path(other.services[0]!, key) && !topology.path(key, other.services[0]!),
    )
    if (isUnder) continue
    for (const kind of harmKinds(learnt, symptom)) starts.set(`${key} ${kind}`, { key, kind })
  }
  return [...starts.values()]
}

function harmKinds(learnt: Learnt, symptom: Symptom): ('latency' | 'failure')[] {
  const measure = symptom.group && learnt.groups.get(symptom.group)?.feature.measure
  if (measure)
    return measure === 'latency' ? ['latency'] : measure === 'errors' || measure === 'availability' ? ['failure'] : []
  const alarm = learnt.signals.get(symptom.signals[0] ?? '')
  const watched =
    alarm?.kind === 'alarm' && alarm.watches ? learnt.series.get(alarm.watches)?.feature.measure : undefined
  if (watched)
    return watched === 'latency' ? ['latency'] : watched === 'errors' || watched === 'availability' ? ['failure'] : []
  const words = wordsOf([symptom.title, ...Object.values(alarm?.labels ?? {})].join(' '))
  const waits = ['latency', 'slow', 'duration', 'p95', 'p99', 'response'].some(word => words.has(word))
  const fails = ['error', 'errors', '5xx', 'availability', 'success', 'failed', 'failure', 'failures'].some(word =>
    words.has(word),
  )
  return [...(waits ? (['latency'] as const) : []), ...(fails ? (['failure'] as const) : [])]
}

function blameEvidence(
  key: ServiceKey,
  alarmed: ServiceKey,
  kind: 'latency' | 'failure',
  share: number,
  { trace }: Harm,
  topology: Topology,
): Evidence {
  const name = topology.entityOf(key).service
  const what = kind === 'latency' ? 'extra time' : 'failed requests'
  const of = key === alarmed ? '' : ` of ${topology.entityOf(alarmed).service}`
  return {
    kind: 'path',
    units: share / BLAME_UNIT,
    reason: `${digits(100 * share)} % of the ${what}${of} is explained by ${name}: ${shownChange(trace)}`,
    signals: trace.group.members.slice(0, 3),
    fault: kind === 'latency' ? 'high latency' : 'failing requests',
  }
}

/** 'latency 4.1 s (usually 0.3 s)' */
export function shownChange(trace: Trace): string {
  const { feature } = trace.group
  const window = trace.values.slice(trace.start, trace.start + 4).filter(value => !Number.isNaN(value))
  const worst = feature.bad < 0 ? Math.min(...window) : Math.max(...window)
  const unit =
    feature.measure === 'cpu' && feature.form === 'size' ? 'millicores' : feature.measure === 'memory' ? 'bytes' : ''
  return `${feature.measure} ${amount(worst, feature, unit)} (usually ${amount(trace.level, feature, unit)})`
}

const FAULTS = {
  resource: 'resource contention',
  latency: 'high latency',
  errors: 'failing requests',
  network: 'slow network',
  stopped: 'stopped calling others',
  other: 'unusual behaviour',
} as const

function clueEvidence({ aspect, value, trace, peer }: Clue, share: number, topology: Topology): Evidence {
  const other = peer && topology.entityOf(peer).service
  const reasons = {
    resource: shownChange(trace),
    latency: `answers slowly itself: ${shownChange(trace)}`,
    errors: `fails itself: ${shownChange(trace)}`,
    network: `${other} waits longer for it than it takes to serve: ${shownChange(trace)}`,
    stopped: `calls ${other} no more: ${shownChange(trace)}`,
    other: `${trace.group.members[0]!.replace(/^[a-z]+:|\{.*/g, '')} is unusual`,
  }
  const kind = aspect === 'network' ? 'network' : 'metric'
  return {
    kind,
    units: value * share,
    reason: reasons[aspect],
    signals: trace.group.members.slice(0, 3),
    fault: FAULTS[aspect],
  }
}

/** Whether anything was said that surprises. */
function addSaid(
  learnt: Learnt,
  topology: Topology,
  onset: Millis,
  clues: ReadonlyMap<ServiceKey, Clue[]>,
  add: Add,
): boolean {
  const said = whatIsSaid(learnt, topology, onset, key => !clues.has(key))
  let most = 0
  for (const [key, found] of said) {
    const units = Math.log(1 + found.surprise)
    most = Math.max(most, units)
    if (units > 0) add(key, saidEvidence(found, units, topology))
  }
  return most >= 1
}

function saidEvidence({ message, named }: Said, units: number, topology: Topology): Evidence {
  if (message) {
    const often = `${message.count}× (usually ${digits(message.usual)})`
    return {
      kind: 'logs',
      units,
      reason: `says ${often}: ${shortened(message.text)}`,
      signals: message.signals,
      fault: 'errors in its log',
    }
  }
  const by = named ? topology.entityOf(named.by).service : 'another service'
  return {
    kind: 'peer',
    units,
    reason: `${by} cannot reach it: ${shortened(named?.message.text ?? '')}`,
    signals: named?.message.signals ?? [],
    fault: 'unreachable',
  }
}

export function shortened(text: string): string {
  const line = text.split('\n', 1)[0]!.trim()
  return line.length > 160 ? `${line.slice(0, 157)}...` : line
}

const DECAY = [1, 0.5, 0.3, 0.2]
const ON_DEAD_NODE = 0.15

/** Points of the states of one object: the first counts in full, others less. What stands on a dead node follows from it. */
function addStates(symptoms: readonly Symptom[], topology: Topology, add: Add, learnt: Learnt): void {
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

const ALARM_UNIT = 0.7

/** Alarms on a service itself: a second one adds less than the first. */
function addAlarms(symptoms: readonly Symptom[], topology: Topology, add: Add): void {
  const byKey = new Map<ServiceKey, Symptom[]>()
  for (const symptom of symptoms) {
    if (symptom.kind !== 'alarm') continue
    const key = symptom.services[0]!
    byKey.set(key, [...(byKey.get(key) ?? []), symptom])
  }
  for (const [key, alarms] of byKey) {
    const isCaller = [...byKey.keys()].some(other => other !== key && topology.path(key, other))
    const units = ALARM_UNIT * Math.log(1 + alarms.length) * (isCaller ? 0.3 : 1)
    const [first] = alarms
    const more = alarms.length > 1 ? ` and ${alarms.length - 1} more` : ''
    const signals = alarms.slice(0, 5).flatMap(alarm => alarm.signals)
    add(key, {
      kind: 'alarm',
      units,
      reason: `alarm: ${shortened(first!.title)}${more}`,
      signals,
      entity: first!.entity,
    })
  }
}

const ENTRY_UNITS = 0.7

/** Nothing found, and users suffer: the service they talk to. */
function addEntry(
  symptoms: readonly Symptom[],
  topology: Topology,
  board: ReadonlyMap<ServiceKey, Candidate>,
  add: Add,
): void {
  const best = Math.max(0, ...[...board.values()].map(({ units }) => units))
  const felt = symptoms.find(({ kind }) => kind === 'slo')
  if (!felt || best >= ENTRY_UNITS) return
  const key = felt.services[0]!
  const units = ENTRY_UNITS - best
  add(key, {
    kind: 'metric',
    units,
    reason: `nothing behind ${topology.entityOf(key).service} is unusual`,
    signals: felt.signals,
  })
  const entry = board.get(key)
  if (entry) entry.units = total(entry.evidence)
}

const CHANGE_BEFORE = 30 * 60_000
const CHANGE_FADES = 15 * 60_000
const CHANGE_UNITS = 1.5
const SHARED_SHARE = 0.9
const STAYS = 0.4

/** A change just before the onset lifts whoever was changed; one that was scaled up takes over what the dependency it shares is blamed for. */
function addChanges(
  learnt: Learnt,
  topology: Topology,
  onset: Millis,
  board: Map<ServiceKey, Candidate>,
  inScope: (key: ServiceKey) => boolean,
): void {
  for (const change of learnt.changes.values()) {
    const before = onset - change.at
    const key = topology.keyOf(change.entity)
    if (before > CHANGE_BEFORE || before < -2 * 60_000 || !inScope(key)) continue
    const nearness = Math.exp(-Math.max(0, before) / CHANGE_FADES)
    const held = board.get(key) ?? { key, entity: topology.entityOf(key), units: 0, evidence: [] }
    const shared = isScaledUp(change) ? sharedDependency(key, topology, board) : undefined
    if (held.units === 0 && !shared) continue
    const when = before >= 60_000 ? `${duration(before)} before it began` : 'as it began'
    const more = shared ? `, and calls ${shared.entity.service}` : ''
    const units = CHANGE_UNITS * nearness + (shared ? SHARED_SHARE * shared.units : 0.5 * nearness * held.units)
    held.evidence.unshift({
      kind: 'change',
      units,
      reason: `${shortened(change.text)} at ${clock(change.at)}, ${when}${more}`,
      signals: [change.id, ...(shared?.evidence[0]?.signals.slice(0, 2) ?? [])],
      fault: CHANGE_FAULTS[change.change.what],
      entity: change.entity,
    })
    if (shared) shared.units *= STAYS
    if (!held.change || held.change.at < change.at) held.change = change
    held.units += units
    board.set(key, held)
  }
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

/** The most suspicious service that this one calls, and others too. */
function sharedDependency(
  key: ServiceKey,
  topology: Topology,
  board: ReadonlyMap<ServiceKey, Candidate>,
): Candidate | undefined {
  return [...topology.callees(key)]
    .flatMap(callee => board.get(callee) ?? [])
    .filter(({ key: callee, units }) => units > 0.5 && topology.callers(callee).size > 1)
    .toSorted((a, b) => b.units - a.units)[0]
}

// ---- causes

function causesOf(learnt: Learnt, candidates: readonly Candidate[], hasHistory: boolean): RootCause[] {
  const [first, second] = candidates
  return candidates.slice(0, MOST_CAUSES).map(candidate => {
    const evidence = candidate.evidence.toSorted((a, b) => b.units - a.units)
    const isFirst = candidate === first
    const isPublic = onlyPublic(learnt, evidence)
    const sure = isFirst
      ? confidenceOf(candidate.units, second?.units ?? 0, evidence, { hasHistory, isPublic })
      : Math.min(0.5, candidate.units / (candidate.units + (first?.units ?? 0)))
    const reasons = evidence.slice(0, 6).map(({ reason }) => reason)
    if (isPublic) reasons.push('rests on what anyone on the internet could have written')
    return {
      entity: objectOf(candidate, evidence),
      ...(evidence[0]?.fault && { fault: faultOf(evidence) }),
      score: Math.round(100 * candidate.units) / 100,
      confidence: Math.round(100 * sure) / 100,
      reasons,
      evidence: [...new Set(evidence.flatMap(({ signals }) => signals))].slice(0, 20),
    }
  })
}

/** A state names the fault best, then a change, then what weighs most. */
function faultOf(evidence: readonly Evidence[]): string | undefined {
  const kinds = ['state', 'change'] as const
  for (const kind of kinds) {
    const found = evidence.find(one => one.kind === kind && one.fault && one.units >= 1)
    if (found) return found.fault
  }
  return evidence.find(({ fault }) => fault)?.fault
}

/** The object that was changed or is in a bad state; else the one object all of it is about; else the workload. */
function objectOf({ entity }: Candidate, evidence: readonly Evidence[]): Entity {
  const state = evidence.find(({ kind, units }) => kind === 'state' && units >= 1)
  const change = evidence.find(({ kind }) => kind === 'change')
  if (state?.entity) return state.entity
  if (change?.entity?.kind) return change.entity
  const objects = new Map(
    evidence.flatMap(one => (one.entity ? [[`${one.entity.kind}/${one.entity.name}`, one.entity]] : [])),
  )
  const [only] = objects.values()
  return objects.size === 1 && only?.name && !entity.name ? only : entity
}

/** True where a single source says all of it, in texts that anyone can write. */
function onlyPublic(learnt: Learnt, evidence: readonly Evidence[]): boolean {
  const ids = evidence.flatMap(({ signals }) => signals)
  const seen = ids.flatMap(id => learnt.signals.get(id) ?? learnt.series.get(id)?.signal ?? [])
  return (
    seen.length > 0 &&
    seen.every(({ writer }) => writer === 'public') &&
    new Set(seen.map(({ source }) => source)).size === 1
  )
}
