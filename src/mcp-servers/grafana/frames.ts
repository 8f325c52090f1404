// Grafana's data frames, columns with names and types, to series and to lines. https://grafana.com/developers/dataplane/
import type { Millis } from '#incident/signal.ts'
import { safe, safeLabels } from '../safe.ts'
import { safeLines } from '../safe-lines.ts'
import type { Sample } from './samples.ts'
import type { Frame } from './schema.ts'

/** Series of Grafana's frames: each number field is one, its times those of the frame's time field. */
export function seriesOfFrames(frames: readonly Frame[]): { labels: Record<string, string>; samples: Sample[] }[] {
  return frames.flatMap(({ schema: { fields }, data: { values } }) => {
    const times = values[fields.findIndex(field => field.type === 'time')] ?? []
    return fields.flatMap((field, column) => {
      if (field.type !== 'number') return []
      const samples = times.flatMap((at, row): Sample[] => {
        const value = values[column]?.[row]
        return isMoment(at) && typeof value === 'number' && Number.isFinite(value) ? [[at, value]] : []
      })
      return [{ labels: field.labels, samples }]
    })
  })
}

/** Lines of Loki's frames, which hold labels, time and line as columns. */
export function linesOfFrames(
  frames: readonly Frame[],
): { at: Millis; labels: Record<string, string>; line: string }[] {
  return frames.flatMap(({ schema: { fields }, data: { values } }) => {
    const column = (wanted: RegExp) => values[fields.findIndex(field => wanted.test(field.name))] ?? []
    const [labels, times, lines] = [column(/^labels$/i), column(/^(?:time|timestamp)$/i), column(/^(?:line|body)$/i)]
    const rows = lines.flatMap((line, row) => {
      const at = times[row]
      return typeof line === 'string' && isMoment(at) ? [{ at, labels: safeLabels(stringsIn(labels[row])), line }] : []
    })
    const isNewestFirst = (rows[0]?.at ?? 0) > (rows.at(-1)?.at ?? 0)
    const told = safeLines(
      rows.map(({ line }) => line),
      isNewestFirst,
    )
    return rows.map((row, nth) => ({ ...row, line: told[nth] ?? '' }))
  })
}

/** Epoch milliseconds that a date can have. */
function isMoment(value: unknown): value is Millis {
  return typeof value === 'number' && Number.isFinite(new Date(value).getTime())
}

function stringsIn(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

/** Columns and rows as they came; times as ISO 8601, what is no plain value as JSON. */
export function tableOfFrame({ schema: { fields }, data: { values } }: Frame): { columns: string[]; rows: Cell[][] } {
  const length = Math.max(0, ...values.map(column => column.length))
  return {
    columns: fields.map(({ name, labels }) => {
      const own = Object.entries(labels).map(([label, value]) => `${label}=${value}`)
      return own.length > 0 ? `${name}{${own.join(', ')}}` : name
    }),
    rows: Array.from({ length }, (_, row) => fields.map((field, column) => cellOf(values[column]?.[row], field))),
  }
}

export type Cell = string | number | boolean | null

function cellOf(value: unknown, { name, type }: { name: string; type: string }): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') {
    return type === 'time' && isMoment(value) ? new Date(value).toISOString() : value
  }
  if (typeof value === 'boolean') return value
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const named = safe(`${name}=${text}`) // what a column is called tells a secret that its cells do not
  return named.endsWith('=[redacted]') ? '[redacted]' : safe(text)
}
