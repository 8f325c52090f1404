// One thing one source saw, and whom it is about. Four vendors, one noun; only a server's mapper knows both languages.
import type { ToolCall } from './tool-call.ts'

/** Milliseconds since 1970-01-01 UTC. */
export type Millis = number

export const SOURCES = ['kubernetes', 'sentry', 'cloudwatch', 'grafana'] as const
export type Source = (typeof SOURCES)[number]

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Who could have written a text: what evidence resting on it is worth. `public`: anyone on the internet. */
export type Writer = 'operator' | 'system' | 'tenant' | 'public'

/** Whom a signal is about, as far as its source can say. `service` is the name people use. */
export type Entity = { cluster?: string; namespace?: string; kind?: string; name?: string; service: string }

export function isSameObject(a: Entity, b: Entity): boolean {
  return (['cluster', 'namespace', 'kind', 'name', 'service'] as const).every(part => a[part] === b[part])
}

/** What was changed. `undo` puts the former state back; absent where the source cannot say how. */
export type ChangeDetail = {
  what: 'rollout' | 'scale' | 'config' | 'release' | 'deploy'
  from?: string
  to?: string
  undo?: ToolCall
}

type Seen = {
  /** The same occurrence always has the same id, so reading a window twice is harmless. */
  id: string
  source: Source
  entity: Entity
  at: Millis
  severity: Severity
  url?: string
  labels: Record<string, string>
  writer: Writer
}

/** Something said: a log line, an error, an event; `count` times in the minute or since the vendor began to count. */
export type Utterance = Seen & { kind: 'log' | 'error' | 'event'; text: string; count: number }

/** A threshold somebody set, crossed (`active`) or back to normal at `at`. `watches`: the id of the series it guards. */
export type Alarm = Seen & { kind: 'alarm'; text: string; active: boolean; watches?: string }

export type Change = Seen & { kind: 'change'; text: string; change: ChangeDetail }

/** A check found this object in a known bad state, which has lasted since `since`. Points as in the checks: 20 proves, 5 follows from something else. */
export type State = Seen & {
  kind: 'state'
  fault: string // e.g. 'CrashLoopBackOff'
  text: string
  since: Millis
  points: number
  witness: string[]
  remedy?: { call: ToolCall; reason: string }
}

/** Points of one series in the window, oldest first. The id is that of the series: points are merged by their time. */
export type SeriesPoints = Seen & { kind: 'series'; metric: string; unit: string; points: [Millis, number][] }

export type Signal = Utterance | Alarm | Change | State | SeriesPoints

/** Who depends on whom, as far as a source can say: owner references, selectors, service graphs, addresses in errors. */
export type Relation = {
  from: Entity
  to: Entity
  kind: 'owns' | 'selects' | 'runs-on' | 'calls'
  origin: string
  confidence: number // 0..1
  at: Millis
}

/** From (exclusive) and to (inclusive). */
export type Window = { from: Millis; to: Millis }

/** What could not be read, and why; `since` where that is known. */
export type Missing = { source: Source; what: string; why: string; since?: Millis }

/** What a source's `get_signals` answers for a window, its pages joined: the abnormal, the changed, and new points of watched series. */
export type Reading = { signals: Signal[]; relations: Relation[]; healthy: Entity[]; missing: Missing[] }

/** A reading and whether the source answered at all: an unread source says nothing, it does not say "well". */
export type SourceReading = Reading & { source: Source; answered: boolean }
