// Everything that is abnormal now, as findings: groups beyond their own threshold, alarms, known bad states, surprising messages.
// What belongs together and whether it is an incident is decided in troubles.ts.
import type { Sensitivity } from '#incident/analyst.ts'
import type { FindingKind } from '#incident/finding.ts'
import type { Alarm, Millis, State } from '#incident/signal.ts'
import { advance } from './detectors/groups.ts'
import { LONE_FIRES, LONE_MERGE_STEPS, createLone, takeLone } from './detectors/lone.ts'
import { LEAST_SURPRISE, freezeSurprises, surpriseOf } from './detectors/surprise.ts'
import { quantileOf } from './history.ts'
import { STALE_STEPS, calmOf, contextOf, kindOf, servicesOf, thresholdOf } from './kinds.ts'
import type { Context, MetricKind } from './kinds.ts'
import { MINUTE, alarmKey, stateKey } from './ingest.ts'
import type { GroupState, Held, Learnt, SeriesState, ServiceLog } from './learnt.ts'
import type { Symptom } from './symptom.ts'
import type { Topology } from './topology.ts'
import { namedIn, peersIn } from './topology.ts'
import { requestsOf } from './traffic.ts'

/** A state of fewer points is a consequence or a hint. */
const OPENING_POINTS = 8
/** Surprise of one service in one minute that opens by itself (5: recall 0.88, 10: 0.81, and half the noise). */
const OPENING_SURPRISE = 7
/** Nothing said is news before a source has been read for so long. */
const BLIND_MINUTES = 10

/** Ids of groups in a trouble that users feel, and in one that they do not. */
export type Frozen = { felt: ReadonlySet<string>; open: ReadonlySet<string> }

/** Brings every group up to date, then says what is abnormal. `frozen`: whose trouble must not become usual. */
export function detect(
  learnt: Learnt,
  topology: Topology,
  at: Millis,
  frozen: Frozen,
  sensitivity: Sensitivity = {},
): Symptom[] {
  const context = contextOf(learnt, topology)
  return [
    ...[...learnt.groups.values()].flatMap(group =>
      ofGroup(learnt, group, context, at, frozen, sensitivity[group.id] ?? 1),
    ),
    ...[...learnt.alarms.values()].flatMap(held => ofAlarm(held, topology)),
    ...[...learnt.states.values()].flatMap(held => ofState(held, topology)),
    ...[...learnt.logs.values()].flatMap(log => ofLog(learnt, log, topology, at)),
  ]
}

/** `factor`: what its threshold is multiplied by. */
function ofGroup(
  learnt: Learnt,
  group: GroupState,
  context: Context,
  at: Millis,
  frozen: Frozen,
  factor: number,
): Symptom[] {
  const { topology } = context
  const kind = kindOf(group, context)
  const isLone = learnt.relations.size === 0
  if (isLone) group.lone ??= createLone()
  const steps = advance(
    learnt,
    group,
    {
      frozen: frozen.felt.has(group.id) || (kind === 'slo' && frozen.open.has(group.id)),
      requests: time => requestsOf(learnt, group, time),
    },
    () => {
      if (kind !== undefined) group.quiet = group.persistent < calmOf(group, kind) ? group.quiet + 1 : 0
      const first = learnt.series.get(group.members[0]!)
      if (group.lone && first?.held) takeLone(group.lone, first.held.value)
    },
  )
  if (group.at === 0 || at - group.at > STALE_STEPS * group.step) return []
  const lone = isLone ? ofLone(learnt, group, topology, steps, factor * LONE_FIRES) : []
  if (kind === undefined) return lone
  const threshold = factor * thresholdOf(group, kind)
  if (!(group.persistent >= threshold)) {
    delete group.since
    return lone
  }
  group.since ??= group.at - group.step
  return [...lone, symptomOf(learnt, group, kind, threshold, topology)]
}

function symptomOf(
  learnt: Learnt,
  group: GroupState,
  kind: MetricKind,
  threshold: number,
  topology: Topology,
): Symptom {
  const { feature, entity } = group
  const services = servicesOf(group, topology)
  const series = group.members.flatMap(id => learnt.series.get(id) ?? [])
  const lead = leadOf(series, group, threshold)
  const isNode = feature.scope === 'node'
  return {
    id: `${kind}|${group.id}`,
    kind,
    entity,
    services,
    peers: [],
    group: group.id,
    step: group.step,
    since: group.since!,
    seen: group.at,
    severity: kind === 'slo' ? (group.persistent >= HARD_HIT * threshold ? 'critical' : 'high') : 'medium',
    title: '',
    score: 0,
    confidence: 0,
    strength: group.persistent / threshold,
    now: lead.held?.value,
    usual: quantileOf(lead.usual, 0.5),
    unit: lead.signal.unit,
    ...(lead.feature.tail !== undefined && { tail: lead.feature.tail }),
    signals: [lead, ...series.filter(other => other !== lead)].slice(0, 5).map(other => other.signal.id),
    opens: kind === 'slo' ? 'alone' : (kind === 'symptom' || kind === 'edge') && !isNode ? 'together' : 'never',
    felt: kind === 'slo',
  }
}

/** Which series of the group is shown: a mean or median where it is unusual itself, else the one that is as unusual as they are. */
function leadOf(series: readonly SeriesState[], { deviation }: GroupState, threshold: number): SeriesState {
  const central = series.filter(({ feature }) => feature.central)
  const telling = central.find(one => one.deviation >= threshold)
  if (telling) return telling
  const away = (one: SeriesState) => (Number.isNaN(one.deviation) ? Infinity : Math.abs(one.deviation - deviation))
  const nearest = Math.min(...series.map(away))
  return [...central, ...series].find(one => away(one) === nearest) ?? series[0]!
}

/** So many times its threshold, and a user-facing series is hit hard. */
const HARD_HIT = 5

/** Where nothing relates anything, a series can only be compared with itself. */
function ofLone(learnt: Learnt, group: GroupState, topology: Topology, steps: number, threshold: number): Symptom[] {
  const lone = group.lone!
  if (lone.score < threshold) return []
  const merged = lone.firedAt !== undefined && group.at - lone.firedAt <= LONE_MERGE_STEPS * group.step
  if (steps > 0) lone.firedAt = group.at
  const symptom = symptomOf(learnt, { ...group, since: group.since ?? group.at }, 'resource', threshold, topology)
  const strength = lone.score / threshold
  return [{ ...symptom, id: `lone|${group.id}`, severity: 'low', strength, opens: merged ? 'never' : 'alone' }]
}

function ofAlarm({ signal, active, since, seen }: Held<Alarm>, topology: Topology): Symptom[] {
  if (!active) return []
  return [{ ...plain('alarm', signal, since, seen, topology), strength: 1, opens: 'alone', felt: true }]
}

function ofState({ signal, active, since, seen }: Held<State>, topology: Topology): Symptom[] {
  if (!active) return []
  const opens = signal.points >= OPENING_POINTS ? 'alone' : 'never'
  const symptom = plain('state', signal, since, seen, topology)
  return [{ ...symptom, strength: signal.points / 10, opens, felt: false }]
}

function plain(kind: FindingKind, signal: Alarm | State, since: Millis, seen: Millis, topology: Topology): Symptom {
  const key = topology.keyOf(signal.entity)
  return {
    id: `${kind}|${signal.kind === 'alarm' ? alarmKey(signal) : stateKey(signal)}`.toLowerCase(),
    kind,
    entity: signal.entity,
    services: [key],
    peers: [...peersIn(signal.text, topology), ...namedIn(signal.labels, topology)].filter(peer => peer !== key),
    step: MINUTE,
    since,
    seen,
    severity: signal.severity,
    title: signal.text,
    score: 0,
    confidence: 0,
    strength: 0,
    signals: [signal.id],
    opens: 'never',
    felt: false,
  }
}

function ofLog(learnt: Learnt, log: ServiceLog, topology: Topology, at: Millis): Symptom[] {
  const { minute } = log
  if (at - minute > 2 * MINUTE) return []
  const since = learnt.sources.get(log.source)?.since ?? at
  if (at - since < BLIND_MINUTES * MINUTE) return []
  const surprise = surpriseOf(learnt, log, minute, minute + MINUTE)
  freezeSurprises(learnt, log, minute)
  const first = surprise.messages[0]
  if (!first || surprise.total < OPENING_SURPRISE) return []
  const key = topology.keyOf(log.entity)
  const news = surprise.messages.filter(message => message === first || message.surprise >= LEAST_SURPRISE)
  const peers = surprise.messages.flatMap(({ text }) => peersIn(text, topology)).filter(peer => peer !== key)
  return [
    {
      id: ['logs', log.source, key].join('|'),
      kind: 'logs',
      entity: log.entity,
      services: [key],
      peers: [...new Set(peers)],
      step: MINUTE,
      since: minute,
      seen: at,
      severity: 'medium',
      title: first.text,
      score: 0,
      confidence: 0,
      strength: surprise.total / OPENING_SURPRISE,
      now: first.count,
      usual: first.usual,
      unit: 'per minute',
      signals: news.flatMap(({ signals }) => signals).slice(0, 10),
      opens: 'alone',
      felt: false,
    },
  ]
}
