// Recordings with one kind of evidence taken out, to measure what it is worth. Everything is told from the shape of the
// records: the product is the same, and no setting of it changes.
import type { KubernetesObject, Recording, RecordKind, Series } from '../simulator/recording.ts'
import { parseDuration } from '../src/duration.ts'
import type { Label } from './labels.ts'

export const EVIDENCE = ['history', 'edges', 'logs', 'metrics', 'changes', 'alarms', 'kubernetes'] as const
export type Evidence = (typeof EVIDENCE)[number]

export type Case = { recording: Recording; label: Label }

/**
 * The case without that evidence; several where each of its faults is left alone with the moments before it; undefined
 * where it has none of it.
 */
export function without(evidence: Evidence, { recording, label }: Case): Case[] | undefined {
  if (evidence === 'history') return withoutHistory(recording, label)
  const cut = CUTS[evidence](recording)
  return sizeOf(cut) < sizeOf(recording) ? [{ recording: cut, label }] : undefined
}

const LOGS: readonly RecordKind[] = ['kubernetes/logs', 'cloudwatch/logs', 'grafana/logs']
const METRICS: readonly RecordKind[] = ['kubernetes/metrics', 'cloudwatch/metrics', 'sentry/performance']
const ALARMS: readonly RecordKind[] = ['cloudwatch/alarms', 'grafana/alerts']
const CHANGES: readonly RecordKind[] = ['grafana/annotations', 'sentry/releases']
const KUBERNETES: readonly RecordKind[] = ['kubernetes/objects', 'kubernetes/logs', 'kubernetes/metrics']

const CUTS: Record<Exclude<Evidence, 'history'>, (recording: Recording) => Recording> = {
  /** Both ends of a call, as service graphs and meshes name them. */
  edges: recording => ({ ...recording, series: recording.series.filter(series => !isOfCalls(series)) }),
  logs: recording => emptied(recording, LOGS),
  /** Not the calls: that is another kind of evidence. */
  metrics: recording => ({ ...emptied(recording, METRICS), series: recording.series.filter(isOfCalls) }),
  changes: recording => {
    const cut = emptied(recording, CHANGES)
    const objects = cut.records['kubernetes/objects'].filter(({ object }) => !isFormerRevision(object))
    return { ...cut, records: { ...cut.records, 'kubernetes/objects': objects } }
  },
  alarms: recording => emptied(recording, ALARMS),
  /** With the objects go the logs and the usage that are read of them. */
  kubernetes: recording => emptied(recording, KUBERNETES),
}

const ENDS = [
  ['client', 'server'],
  ['source', 'destination'],
  ['source_workload', 'destination_workload'],
  ['source_service', 'destination_service'],
]

function isOfCalls({ labels }: Series): boolean {
  return ENDS.some(ends => ends.every(end => labels[end] !== undefined))
}

/** What a Deployment keeps to go back to. */
function isFormerRevision({ kind, spec }: KubernetesObject): boolean {
  return kind === 'ReplicaSet' && typeof spec === 'object' && spec !== null && 'replicas' in spec && spec.replicas === 0
}

function emptied(recording: Recording, kinds: readonly RecordKind[]): Recording {
  const none = Object.fromEntries(kinds.map(kind => [kind, []]))
  return { ...recording, records: { ...recording.records, ...none } }
}

function sizeOf({ records, series }: Recording): number {
  return series.length + Object.values(records).reduce((sum, rows) => sum + rows.length, 0)
}

/** Steps of data before the fault that are left. */
const STEPS_BEFORE = 2
/** States as they were: without them the product would not know what there is. */
const STATES: readonly RecordKind[] = [...ALARMS, ...CHANGES, 'kubernetes/objects']

/** Each fault alone: what was measured or written between the steps before it and the end of its catch. */
function withoutHistory(recording: Recording, label: Label): Case[] | undefined {
  if (label.snapshot || label.windows.length === 0) return undefined
  const before = STEPS_BEFORE * (parseDuration(label.tick) ?? 60_000)
  return label.windows.map(window => {
    const from = Math.min(window.catch[0], window.start - before)
    const to = Math.min(window.catch[1], recording.end)
    return {
      recording: between(recording, from, to),
      label: { ...label, start: from, end: to, windows: [window], scoredNormal: [] },
    }
  })
}

/** What was measured or written from one moment to another, both included, and the states that held then. */
export function between(recording: Recording, from: number, to: number): Recording {
  const isIn = (at: number) => from <= at && at <= to
  const records = Object.entries(recording.records).map(([kind, rows]) => [
    kind,
    rows.filter(({ at }) => isIn(at) || (at < from && STATES.some(state => state === kind))),
  ])
  const series = recording.series.map(one => {
    const held = [...one.at.keys()].filter(i => isIn(one.at[i]!))
    return {
      ...one,
      at: Float64Array.from(held, i => one.at[i]!),
      values: Float64Array.from(held, i => one.values[i]!),
    }
  })
  const start = Math.max(from, recording.start)
  const end = Math.min(to, recording.end)
  return {
    ...recording,
    start,
    end,
    records: Object.fromEntries(records),
    series: series.filter(({ at }) => at.length > 0),
  }
}
