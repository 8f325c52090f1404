// Readings into what is learnt: points merged by time, signals by id, relations by their ends. Nothing is judged here.
import type { Alarm, Entity, Millis, SeriesPoints, Signal, SourceReading, State, Utterance } from '#incident/signal.ts'
import { isLoadRow } from './databases/load.ts'
import { describe, groupOf } from './features.ts'
import { createHistory } from './history.ts'
import { PAST_STEPS, RECENT_POINTS, USUAL_STEPS } from './learnt.ts'
import type { GroupState, Held, Learnt, SeriesState, SourceState } from './learnt.ts'
import { shape } from './normalise.ts'

export const MINUTE = 60_000

/** Takes the readings in; the number of signals that were not known before, new points of a series counting once. */
export function ingest(learnt: Learnt, readings: readonly SourceReading[], at: Millis): number {
  learnt.at = Math.max(learnt.at, at)
  let news = 0
  for (const reading of readings) {
    const source = sourceOf(learnt, reading, at)
    if (!reading.answered) continue
    for (const signal of reading.signals) {
      source.since = Math.min(source.since, signal.kind === 'series' ? (signal.points[0]?.[0] ?? at) : signal.at)
      if (take(learnt, signal, at)) news++
    }
    for (const relation of reading.relations) {
      const key = [relation.kind, relation.origin, nameOf(relation.from), nameOf(relation.to)].join('|')
      if (!learnt.relations.has(key)) learnt.relationsChanged++
      learnt.relations.delete(key)
      learnt.relations.set(key, { ...relation, at: Math.max(relation.at, at) })
    }
    learnt.healthy.set(reading.source, reading.healthy)
    settle(learnt.alarms, reading, 'alarm', at)
    settle(learnt.states, reading, 'state', at)
  }
  return news
}

export function nameOf(entity: Entity): string {
  return [entity.cluster, entity.namespace, entity.kind, entity.name, entity.service].join('/').toLowerCase()
}

function sourceOf(learnt: Learnt, reading: SourceReading, at: Millis): SourceState {
  const held = learnt.sources.get(reading.source) ?? {
    since: at,
    answered: false,
    answeredAt: 0,
    missing: [],
    covered: [],
  }
  held.answered = reading.answered
  held.missing = reading.missing
  if (reading.answered) held.answeredAt = at
  learnt.sources.set(reading.source, held)
  return held
}

function take(learnt: Learnt, signal: Signal, at: Millis): boolean {
  if (signal.kind === 'series') return takePoints(learnt, signal, at)
  const known = learnt.signals.get(signal.id)
  learnt.signals.delete(signal.id)
  learnt.signals.set(signal.id, signal)
  if (!known) learnt.relationsChanged += isNewName(learnt, signal.entity) ? 1 : 0
  if (signal.kind === 'alarm') hold(learnt.alarms, alarmKey(signal), signal, signal.active, at)
  else if (signal.kind === 'state') hold(learnt.states, stateKey(signal), signal, true, at)
  else if (signal.kind === 'change') learnt.changes.set(signal.id, signal)
  else {
    // An event's count goes back to when its vendor began to count; only a log's and an error's is of the minute.
    const before = known && 'count' in known ? known.count : 0
    const more = signal.kind === 'event' ? (known ? 0 : 1) : signal.count - before
    if (more > 0) takeUtterance(learnt, signal, more)
  }
  return known === undefined
}

const isNewName = (learnt: Learnt, entity: Entity): boolean =>
  ![...learnt.logs.values()].some(log => log.entity.service === entity.service)

// ---- series

/** A point from further in the future than clocks differ would make everything after it late. */
const AHEAD = 5 * MINUTE

function takePoints(learnt: Learnt, signal: SeriesPoints, now: Millis): boolean {
  const { points, ...rest } = signal
  let state = learnt.series.get(signal.id)
  if (state) state.signal = rest
  else {
    state = createSeries(rest, signal)
    learnt.series.set(signal.id, state)
    learnt.relationsChanged++
    join(learnt, state, signal.id)
  }
  let isNew = false
  for (const [at, value] of points) {
    if (!Number.isFinite(value) || !(at <= now + AHEAD)) continue
    isNew = addPoint(state, at, value) || isNew
  }
  return isNew
}

function createSeries(signal: Omit<SeriesPoints, 'points'>, full: SeriesPoints): SeriesState {
  const feature = describe(full)
  return {
    signal,
    feature,
    group: groupOf(feature, signal.entity, signal.source),
    times: new Float64Array(32),
    values: new Float64Array(32),
    size: 0,
    usual: createHistory(USUAL_STEPS),
    deviation: Number.NaN,
    looked: 0,
  }
}

function join(learnt: Learnt, series: SeriesState, id: string): void {
  const held = learnt.groups.get(series.group)
  if (held) held.members.push(id)
  else learnt.groups.set(series.group, createGroup(series, id))
}

function createGroup({ group, feature, signal }: SeriesState, member: string): GroupState {
  return {
    id: group,
    source: signal.source,
    feature,
    entity: signal.entity,
    members: [member],
    step: MINUTE,
    at: 0,
    deviation: Number.NaN,
    before: Number.NaN,
    persistent: 0,
    past: createHistory(PAST_STEPS),
    quiet: 0,
    unfelt: [],
  }
}

/** False where the point was known with the same value. */
function addPoint(series: SeriesState, at: Millis, raw: number): boolean {
  let value = raw
  if (series.feature.counter) {
    const before = series.counted
    if (before && at <= before.at) return false
    series.counted = { at, value: raw }
    if (!before) return false
    value = raw >= before.value ? raw - before.value : raw // it was reset
  }
  const { times, values, size } = series
  let place = size
  while (place > 0 && times[place - 1]! > at) place--
  if (place > 0 && times[place - 1] === at) {
    if (values[place - 1] === value) return false
    values[place - 1] = value
    return true
  }
  if (place === 0 && size >= RECENT_POINTS) return false // older than all we keep
  makeRoom(series)
  const end = series.size
  const insertAt = place - (size - end) // room may have been made by dropping the oldest
  series.times.copyWithin(insertAt + 1, insertAt, end)
  series.values.copyWithin(insertAt + 1, insertAt, end)
  series.times[insertAt] = at
  series.values[insertAt] = value
  series.size = end + 1
  return true
}

function makeRoom(series: SeriesState): void {
  if (series.size < series.times.length) return
  if (series.times.length < 2 * RECENT_POINTS) {
    for (const key of ['times', 'values'] as const) {
      const larger = new Float64Array(Math.min(2 * RECENT_POINTS, 2 * series.size))
      larger.set(series[key])
      series[key] = larger
    }
    return
  }
  const drop = series.size - RECENT_POINTS
  series.times.copyWithin(0, drop, series.size)
  series.values.copyWithin(0, drop, series.size)
  series.size -= drop
}

// ---- alarms and states

export function alarmKey({ source, entity, labels, watches, text }: Alarm): string {
  const name = labels['alertname'] ?? labels['AlarmName'] ?? labels['alarm'] ?? watches ?? text
  return [source, nameOf(entity), name, ...APART.map(label => labels[label] ?? '')].join('|')
}

/** Labels by which one rule about one thing speaks of several: of several Grafanas each has its own rules. */
const APART = ['pod', 'metric', 'grafana', 'client', 'server', 'operation']

export function stateKey({ source, entity, fault }: State): string {
  return [source, nameOf(entity), fault].join('|')
}

function hold<T extends Alarm | State>(
  map: Map<string, Held<T>>,
  key: string,
  signal: T,
  active: boolean,
  at: Millis,
): void {
  const held = map.get(key)
  // Both transitions of an alarm may stand in one window, in any order: the later one holds.
  if (held && held.seen === at && held.signal.at > signal.at) return
  const began = signal.kind === 'state' ? signal.since : signal.at
  const since = held?.active && active ? Math.min(held.since, began) : began
  map.delete(key)
  map.set(key, { signal, active, since, seen: at, quiet: active ? 0 : (held?.quiet ?? 0) })
}

/** What an answered source no longer tells of is over, unless it said that it could not read just that. */
function settle<T extends Alarm | State>(
  map: Map<string, Held<T>>,
  reading: SourceReading,
  kind: T['kind'],
  at: Millis,
): void {
  const unread = reading.missing.some(({ source, what }) => source === reading.source && BLINDING[kind].test(what))
  for (const held of map.values()) {
    if (held.signal.source !== reading.source) continue
    if (held.seen !== at && held.active && !unread) held.active = false
    if (!held.active && !unread) held.quiet++
  }
}

/** Parts without which a source cannot say that an alarm, or a state, is gone. */
const BLINDING = { alarm: /alarm|alert|rule|^everything/i, state: /^(?!.*(log|metric|limit)).*/i }

// ---- things said

const CERTAIN = /\b(error|fatal|critical|panic|severe|emerg|exception|traceback)\b|Exception\b|Error\b/i
const HINTING =
  /fail|not found|denied|refused|time(d|d-|d |-| )?out|warn|unavailable|unreachable|reset by peer|no such/i

/** What a line is worth as evidence of trouble: an error 1, a hint 0.25, else nothing. */
export function weightOf(utterance: Utterance): number {
  if (utterance.kind === 'error') return 1
  const text = utterance.text.slice(0, 2000)
  if (utterance.kind === 'log' && isLoadRow(text)) return 0
  const level = (utterance.labels['level'] ?? utterance.labels['severity'] ?? '').toLowerCase()
  if (/^(error|err|fatal|critical|panic)$/.test(level)) return 1
  if (utterance.kind === 'log' && CERTAIN.test(text)) return 1
  return HINTING.test(text) || utterance.kind === 'event' ? 0.25 : 0
}

function takeUtterance(learnt: Learnt, utterance: Utterance, count: number): void {
  const key = [utterance.source, utterance.entity.namespace ?? '', utterance.entity.service].join('|').toLowerCase()
  const minute = Math.floor(utterance.at / MINUTE) * MINUTE
  let log = learnt.logs.get(key)
  if (!log) {
    log = { entity: { ...utterance.entity }, source: utterance.source, minute, shapes: new Map() }
    learnt.logs.set(key, log)
  }
  log.minute = Math.max(log.minute, minute)
  const { covered } = learnt.sources.get(utterance.source)!
  if (covered.at(-1) !== minute && !covered.includes(minute)) keepLast(covered, minute)
  const weight = weightOf(utterance)
  if (weight === 0) return
  learnt.miner.add(utterance.text, utterance.at, count)
  const id = shape(utterance.text)
  const held = log.shapes.get(id) ?? {
    text: utterance.text.slice(0, 300),
    weight,
    minutes: [],
    frozen: [],
    signals: [],
  }
  log.shapes.delete(id)
  log.shapes.set(id, held)
  held.weight = Math.max(held.weight, weight)
  held.text = utterance.text.slice(0, 300)
  const counted = held.minutes.find(([at]) => at === minute)
  if (counted) counted[1] += count
  else keepLast(held.minutes, [minute, count])
  if (!held.signals.includes(utterance.id)) held.signals = [...held.signals.slice(-4), utterance.id]
}

function keepLast<T>(list: T[], item: T): void {
  list.push(item)
  if (list.length > USUAL_STEPS) list.shift()
}
