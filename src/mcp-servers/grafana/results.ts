// What a query came to: series, log lines or tables, made safe and cut to what fits a context window. Pure.
import { z } from 'zod'
import { setIn } from '../one-line.ts'
import { safe, safeLabels } from '../safe.ts'
import { BRIEF } from '../wire.ts'
import { linesOfFrames, seriesOfFrames, tableOfFrame } from './frames.ts'
import type { Frame } from './schema.ts'
import { seriesText } from './series-text.ts'

const labels = z.record(z.string(), z.string())
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** Listed in words: three kinds of answers in three tools would take a fifth of what a tool list may cost. */
export const seriesSchema = z.object({ labels, points: z.array(z.tuple([z.number(), z.number()])) })
export const lineSchema = z.object({ at: z.iso.datetime(), labels, line: z.string() })
export const tableSchema = z.object({ columns: z.array(z.string()), rows: z.array(z.array(cell)) })
BRIEF.add(seriesSchema, { description: 'labels; points [[epoch ms, value]]', fields: [] })
BRIEF.add(lineSchema, { description: 'at, labels, line', fields: [] })
BRIEF.add(tableSchema, { description: 'columns; rows of cells', fields: [] })

export const resultsOutput = {
  series: z.array(seriesSchema),
  lines: z.array(lineSchema),
  tables: z.array(tableSchema),
}
const resultsSchema = z.object(resultsOutput)
export type Results = z.output<typeof resultsSchema>

const MOST_SERIES = 50
const MOST_POINTS = 5000 // of all series, some 30 KB of text
const MOST_LINES = 200
const MOST_ROWS = 200
const MOST_TABLES = 4
const MOST_BYTES = 64 * 1024 // of lines and of cells, some 16,000 tokens
const LONGEST_LINE = 2000

/** Whole series, the newest lines, the first rows, as many as fit. `share`: of what one answer may hold, over 0 up to 1. */
export function resultsOf(frames: readonly Frame[], share = 1): { results: Results; truncated: boolean } {
  const [mostPoints, mostBytes] = [Math.ceil(MOST_POINTS * share), MOST_BYTES * share]
  const kinds = Map.groupBy(frames, kindOf)
  const series = seriesOfFrames(kinds.get('series') ?? []).filter(({ samples }) => samples.length > 0)
  const lines = linesOfFrames(kinds.get('lines') ?? [])
  const tables = (kinds.get('table') ?? []).map(tableOfFrame)

  const newest = series.slice(0, MOST_SERIES).map(each => ({ ...each, samples: each.samples.slice(-mostPoints) }))
  const keptSeries = fitting(newest, mostPoints, ({ samples }) => samples.length)
  const cut = lines.slice(0, MOST_LINES).map(({ at, labels: own, line }) => ({
    at: new Date(at).toISOString(),
    labels: own,
    line: line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line,
  }))
  const keptLines = fitting(cut, mostBytes, bytesOf)
  const keptTables = tables.slice(0, MOST_TABLES).map(({ columns, rows }) => ({
    columns: columns.map(safe),
    rows: fitting(rows.slice(0, MOST_ROWS), mostBytes / MOST_TABLES, bytesOf),
  }))
  const pointsLeft = series.some(({ samples }) => samples.length > mostPoints)
  const rowsLeft = tables.some(({ rows }, nth) => rows.length > (keptTables[nth]?.rows.length ?? 0))
  return {
    results: {
      series: keptSeries.map(({ labels: own, samples }) => ({ labels: safeLabels(own), points: samples })),
      lines: keptLines,
      tables: keptTables,
    },
    truncated:
      keptSeries.length < series.length ||
      pointsLeft ||
      keptLines.length < lines.length ||
      lines.length >= MOST_LINES ||
      tables.length > MOST_TABLES ||
      rowsLeft,
  }
}

export function isEmpty({ series, lines, tables }: Results): boolean {
  return series.length + lines.length === 0 && tables.every(({ rows }) => rows.length === 0)
}

/** What a data source's programs wrote is said to be theirs before it stands there. */
export function resultsText({ series, lines, tables }: Results): string[] {
  return [
    ...seriesText(series),
    ...(lines.length > 0 ? ['Log lines, as what runs there wrote them:'] : []),
    ...lines.flatMap(({ at, line }) => setIn(`${at} `, line)),
    ...tables.flatMap(({ columns, rows }) => [columns.join(' | '), ...rows.map(row => row.join(' | '))]),
  ]
}

/** Log lines by Loki's columns; series where there are times and numbers and no texts beside them; else a table. */
function kindOf({ schema: { fields, meta } }: Frame): 'lines' | 'series' | 'table' {
  if (fields.some(({ name }) => /^(?:line|body)$/i.test(name)) && fields.some(({ type }) => type === 'time'))
    return 'lines'
  if (meta?.type.startsWith('timeseries')) return 'series'
  const only = fields.every(({ type }) => type === 'time' || type === 'number')
  return fields.length === 0 || (only && fields.some(({ type }) => type === 'time')) ? 'series' : 'table'
}

function fitting<T>(items: readonly T[], room: number, sizeOf: (item: T) => number): T[] {
  let used = 0
  const end = items.findIndex(item => (used += sizeOf(item)) > room)
  return end === -1 ? [...items] : items.slice(0, Math.max(1, end))
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
