// What the analyst has learnt: plain data and typed arrays, bounded in size. How it grows is ingest.ts's and detect.ts's business.
import { deserialize, serialize } from 'node:v8'
import type {
  Alarm,
  Change,
  Entity,
  Millis,
  Missing,
  Relation,
  SeriesPoints,
  Signal,
  Source,
  State,
} from '#incident/signal.ts'
import type { Feature } from './features.ts'
import type { History } from './history.ts'
import type { Masks } from './lines/masks.ts'
import { createTemplateClusters } from './template-clusters.ts'
import type { TemplateClusters } from './template-clusters.ts'
import { TemplateMiner } from './lines/templates.ts'
import type { Sightings } from './lines/templates.ts'
import type { Trouble } from './trouble.ts'

/** Steps that say what is usual for a series (DIAGNOSIS 1.2). */
export const USUAL_STEPS = 360
/** Points kept of a series for attribution and charts: what is usual and some hours of trouble. */
export const RECENT_POINTS = 480
/** Steps of its own persistence a group remembers: a day at one minute. */
export const PAST_STEPS = 1440
/** About 9 KB each when full: 36 MB. The least recently seen go first. */
const MOST_SERIES = 4000
const MOST_RELATIONS = 20_000
const MOST_SIGNALS = 6000
const MOST_SHAPES = 5000
const HOUR = 3_600_000

export type SeriesState = {
  /** The last signal without its points. */
  signal: Omit<SeriesPoints, 'points'>
  feature: Feature
  group: string
  /** Newest last; only the first `size` count. */
  times: Float64Array
  values: Float64Array
  size: number
  /** Of a counter: what it stood at. */
  counted?: { at: Millis; value: number }
  /** Values before the held one. */
  usual: History
  /** The newest value, not yet part of what is usual. */
  held?: { at: Millis; value: number }
  /** How far the held value is from the usual in the bad direction, in scales; NaN while blind. */
  deviation: number
  /** Points up to here have been looked at. */
  looked: Millis
}

export type GroupState = {
  id: string
  source: Source
  feature: Feature
  entity: Entity
  members: string[] // ids of series
  /** Ms between steps. */
  step: Millis
  /** The last step. */
  at: Millis
  deviation: number
  before: number
  /** The lesser of the two: what has lasted for two steps. */
  persistent: number
  past: History
  /** Consecutive steps under the floor. */
  quiet: number
  /** First step of the present run over the threshold. */
  since?: Millis
  /** When it opened incidents that nobody felt. */
  unfelt: Millis[]
  lone?: LoneState
}

/** The recipe for a series that nothing relates to anything: see detectors/lone.ts. */
export type LoneState = { histories: History[]; last: number[]; score: number; before: number; firedAt?: Millis }

export type ShapeState = {
  text: string
  weight: number
  /** Counts by minute (ms), newest last. */
  minutes: [Millis, number][]
  /** Minutes in which it was a surprise: they do not teach. */
  frozen: Millis[]
  signals: string[] // newest last, at most 5
}

export type ServiceLog = {
  entity: Entity
  source: Source
  /** The last minute in which anything was said. */
  minute: Millis
  shapes: Map<string, ShapeState>
}

export type SourceState = {
  /** Earliest moment anything is known of. */
  since: Millis
  answered: boolean
  answeredAt: Millis
  missing: Missing[]
  /** Minutes in which it told of anything said, by any service: only those show what was not said. */
  covered: Millis[]
}

/** An alarm or a state as last seen, by what it is about rather than by its occurrence. */
export type Held<T extends Alarm | State> = { signal: T; active: boolean; since: Millis; seen: Millis; quiet: number }

export type Learnt = {
  version: 2
  at: Millis
  series: Map<string, SeriesState>
  groups: Map<string, GroupState>
  logs: Map<string, ServiceLog>
  miner: TemplateMiner
  clusters: TemplateClusters
  relations: Map<string, Relation>
  /** Goes up when a relation is new or forgotten. */
  relationsChanged: number
  sources: Map<Source, SourceState>
  alarms: Map<string, Held<Alarm>>
  states: Map<string, Held<State>>
  changes: Map<string, Change>
  /** By source: what it last said is well. */
  healthy: Map<Source, Entity[]>
  /** Everything lately seen but series, so that evidence can be cited. */
  signals: Map<string, Signal>
  troubles: Map<string, Trouble>
  /** Troubles opened so far: names them. */
  opened: number
}

/** `masks`: what a user says varies in a line. */
export function createLearnt(masks?: Masks): Learnt {
  return {
    version: 2,
    at: 0,
    series: new Map(),
    groups: new Map(),
    logs: new Map(),
    miner: new TemplateMiner(MOST_SHAPES, masks),
    clusters: createTemplateClusters(),
    relations: new Map(),
    relationsChanged: 0,
    sources: new Map(),
    alarms: new Map(),
    states: new Map(),
    changes: new Map(),
    healthy: new Map(),
    signals: new Map(),
    troubles: new Map(),
    opened: 0,
  }
}

/** V8's structured serialisation: typed arrays as they are. At most about 45 MB, for 800 series about 7. */
export function snapshot(learnt: Learnt): Uint8Array {
  return serialize({ ...learnt, miner: learnt.miner.snapshot() })
}

/** Undefined where the bytes are not a snapshot of this version. */
export function restore(bytes: Uint8Array, masks?: Masks): Learnt | undefined {
  let held: Omit<Learnt, 'miner'> & { miner: [string, Sightings][] }
  try {
    held = deserialize(bytes)
  } catch {
    return undefined
  }
  if (typeof held !== 'object' || held === null || held.version !== 2 || !(held.series instanceof Map)) return undefined
  const miner = new TemplateMiner(MOST_SHAPES, masks)
  miner.restore(held.miner)
  return { ...held, miner }
}

/** Forgets what is too old or too much, oldest first. */
export function forget(learnt: Learnt): void {
  const { at, series, groups, relations, signals, changes, alarms, states, logs } = learnt
  drop(signals, MOST_SIGNALS, signal => at - signal.at > 6 * HOUR)
  drop(changes, 500, change => at - change.at > 24 * HOUR)
  drop(alarms, 2000, held => !held.active && at - held.seen > HOUR)
  drop(states, 5000, held => !held.active && at - held.seen > HOUR)
  const known = relations.size
  drop(relations, MOST_RELATIONS, relation => at - relation.at > 24 * HOUR)
  if (relations.size < known) learnt.relationsChanged++
  for (const log of logs.values())
    drop(log.shapes, MOST_SHAPES, shape => at - (shape.minutes.at(-1)?.[0] ?? 0) > 24 * HOUR)
  drop(logs, 2000, log => log.shapes.size === 0)
  const gone = new Set<string>()
  if (series.size > MOST_SERIES) {
    const oldest = [...series].toSorted(([, a], [, b]) => a.looked - b.looked)
    for (const [id] of oldest.slice(0, series.size - MOST_SERIES)) gone.add(id)
  }
  for (const [id, { looked, held }] of series) if (at - Math.max(looked, held?.at ?? 0) > 11 * 24 * HOUR) gone.add(id)
  if (gone.size === 0) return
  for (const id of gone) series.delete(id)
  for (const [id, group] of groups) {
    group.members = group.members.filter(member => !gone.has(member))
    if (group.members.length === 0) groups.delete(id)
  }
}

/** Maps keep the order of insertion, so the first are the oldest. */
function drop<T>(map: Map<string, T>, most: number, isStale: (value: T) => boolean): void {
  let surplus = map.size - most
  for (const [key, value] of map) {
    if (surplus <= 0 && !isStale(value)) continue
    map.delete(key)
    surplus--
  }
}
