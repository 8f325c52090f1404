// Query results as Grafana's data frames in JSON. Shapes: Grafana's own golden files for Prometheus and Loki
// (a frame for each series; one frame for log lines). https://grafana.com/developers/dataplane/
import { type Labels, keyOf, metricName } from './labels.ts'
import type { Line } from './log-store.ts'
import { nanoseconds } from './loki.ts'
import type { Result } from './promql/evaluate.ts'
import type { Points } from './promql/samples.ts'

type Field = {
  name: string
  type: string
  typeInfo: { frame: string }
  labels?: Labels
  config?: Record<string, unknown>
}
export type Frame = {
  schema: { refId: string; name?: string; meta: Record<string, unknown>; fields: Field[] }
  data: { values: unknown[][]; entities?: (Record<string, number[]> | null)[] }
}

export type Asked = {
  refId: string
  expr: string
  /** Of the grid, in ms; absent for an instant query. */
  step?: number
  legendFormat?: string
  /** What Grafana shows in its query inspector. */
  executed: string
}

/** A Prometheus result; no series gives one frame without fields, as Grafana does. */
export function seriesFrames(result: Result, asked: Asked): Frame[] {
  const { resultType, type, series } = spread(result)
  const meta = { type, typeVersion: [0, 1], custom: { resultType } }
  const frames = series.map(points => seriesFrame(points, asked, meta, points.labels[metricName] ?? 'Value'))
  return executedOnFirst(frames, asked)
}

/** Counts of log lines; Loki's value field is always named Value. */
export function countFrames(series: Points[], asked: Asked): Frame[] {
  const meta = { type: asked.step === undefined ? 'numeric-multi' : 'timeseries-multi', typeVersion: [0, 1] }
  return executedOnFirst(
    series.map(points => seriesFrame(points, asked, meta, 'Value')),
    asked,
  )
}

export function lineFrame(lines: Line[], asked: Asked): Frame {
  const seen = new Map<string, number>()
  const stamps = lines.map(({ at }) => nanoseconds(at))
  const ids = lines.map(({ labels, line }, i) => {
    const id = `${stamps[i]}_${fnv32(`${line}_${keyOf(labels)}`)}`
    const repeated = seen.get(id) ?? 0
    seen.set(id, repeated + 1)
    return `${id}${repeated > 0 ? `_${repeated}` : ''}_${asked.refId}`
  })
  return {
    schema: {
      refId: asked.refId,
      meta: { typeVersion: [0, 0], custom: { frameType: 'LabeledTimeValues' }, executedQueryString: asked.executed },
      fields: [
        { name: 'labels', type: 'other', typeInfo: { frame: 'json.RawMessage' } },
        { name: 'Time', type: 'time', typeInfo: { frame: 'time.Time' } },
        { name: 'Line', type: 'string', typeInfo: { frame: 'string' } },
        { name: 'tsNs', type: 'string', typeInfo: { frame: 'string' } },
        { name: 'id', type: 'string', typeInfo: { frame: 'string' } },
      ],
    },
    data: {
      values: [
        lines.map(line => line.labels),
        lines.map(line => Math.floor(line.at)),
        lines.map(line => line.line),
        stamps,
        ids,
      ],
    },
  }
}

function seriesFrame(points: Points, asked: Asked, meta: Record<string, unknown>, valueName: string): Frame {
  const name = displayName(points.labels, asked)
  return {
    schema: {
      refId: asked.refId,
      meta,
      fields: [
        {
          name: 'Time',
          type: 'time',
          typeInfo: { frame: 'time.Time' },
          config: asked.step ? { interval: asked.step } : undefined,
        },
        {
          name: valueName,
          type: 'number',
          typeInfo: { frame: 'float64' },
          labels: points.labels,
          config: name ? { displayNameFromDS: name } : undefined,
        },
      ],
    },
    data: { values: [points.at, points.values], ...notFinite(points.values) },
  }
}

function spread(result: Result): { resultType: string; type: string; series: Points[] } {
  switch (result.type) {
    case 'matrix':
      return { resultType: 'matrix', type: 'timeseries-multi', series: result.series }
    case 'vector': {
      const series = result.vector.map(({ labels, value }) => ({ labels, at: [result.at], values: [value] }))
      return { resultType: 'vector', type: 'numeric-multi', series }
    }
    case 'scalar':
      return {
        resultType: 'scalar',
        type: 'numeric-multi',
        series: [{ labels: {}, at: [result.at], values: [result.value] }],
      }
  }
}

function executedOnFirst(frames: Frame[], { refId, executed }: Asked): Frame[] {
  const empty: Frame = { schema: { refId, meta: {}, fields: [] }, data: { values: [] } }
  const [first = empty, ...others] = frames
  const meta = { ...first.schema.meta, executedQueryString: executed }
  return [{ ...first, schema: { ...first.schema, meta } }, ...others]
}

/** JSON has no NaN or infinity: they are null among the values, and named by row here. */
function notFinite(values: number[]): Pick<Frame['data'], 'entities'> {
  if (values.every(Number.isFinite)) return {}
  const rows: Record<string, number[]> = {}
  for (const [row, value] of values.entries()) {
    if (Number.isFinite(value)) continue
    const kind = Number.isNaN(value) ? 'NaN' : value > 0 ? 'Inf' : 'NegInf'
    rows[kind] = [...(rows[kind] ?? []), row]
  }
  return { entities: [null, rows] }
}

function displayName(labels: Labels, { legendFormat, expr }: Asked): string {
  const { [metricName]: metric = '', ...others } = labels
  if (legendFormat === '__auto') return Object.keys(labels).length > 0 ? '' : expr
  if (legendFormat) return legendFormat.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (_, label: string) => labels[label] ?? '')
  const pairs = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  if (pairs.length === 0) return metric || expr
  return `${metric}{${pairs.sort().join(', ')}}`
}

/** FNV-1, 32 bits, in hex. */
function fnv32(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash, 0x01000193) ^ byte
  return (hash >>> 0).toString(16)
}
