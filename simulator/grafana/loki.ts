// Loki's HTTP API over the recording's logs, as it answers behind Grafana's data source proxy; its errors are plain text.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/
import type { Cloud } from '../cloud.ts'
import type { Millis } from '../recording.ts'
import { type Labels, keyOf } from './labels.ts'
import { type Line, countLines, readLines, streams } from './log-store.ts'
import { parseLogql } from './logql.ts'
import { badQuery, notSimulated, QueryError } from './query-error.ts'
import { json, text, type Reply } from './reply.ts'
import { lokiTime, prometheusDuration } from './times.ts'

const hour: Millis = 3_600_000
const mostLines = 5_000 // Loki's default max_entries_limit_per_query

/** `path` is what follows /loki/api/v1/, in segments. */
export function answerLoki(cloud: Cloud, path: string[], parameters: URLSearchParams): Reply {
  try {
    return json({ status: 'success', data: answered(cloud, path, parameters) })
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return text(error.message, error.status)
  }
}

/** Nanoseconds since 1970, as text. */
export function nanoseconds(at: Millis): string {
  return String(BigInt(Math.round(at * 1_000)) * 1_000n)
}

function answered(cloud: Cloud, path: string[], parameters: URLSearchParams): unknown {
  const [first, name, last] = path
  const to = lokiTime(parameters.get('end'), cloud.now())
  if (first === 'label' && name !== undefined && last === 'values') {
    const found = streams(cloud, lokiTime(parameters.get('start'), to - 6 * hour), to)
    return [...new Set(found.flatMap(labels => labels[name] ?? []))].sort()
  }
  switch (path.join('/')) {
    case 'labels': {
      const found = streams(cloud, lokiTime(parameters.get('start'), to - 6 * hour), to)
      return [...new Set(found.flatMap(labels => Object.keys(labels)))].sort()
    }
    case 'query_range':
      return ranged(cloud, parameters, lokiTime(parameters.get('start'), to - hour), to)
    default:
      throw notSimulated(`Loki API ${path.join('/')}`)
  }
}

function ranged(cloud: Cloud, parameters: URLSearchParams, from: Millis, to: Millis): unknown {
  const query = parseLogql(parameters.get('query') ?? '')
  if (query.kind === 'lines') {
    const direction = parameters.get('direction')?.toLowerCase() === 'forward' ? 'forward' : 'backward'
    const lines = readLines(cloud, query, { from, to, limit: limitOf(parameters), direction })
    return { resultType: 'streams', result: byStream(lines), stats: {} }
  }
  // Without a step Loki takes a 250th of the span, at least a second.
  const written = parameters.get('step')
  const step =
    written === null ? Math.max(1_000, Math.floor((to - from) / 250_000) * 1_000) : prometheusDuration(written, 'step')
  const series = countLines(cloud, query, { start: from, end: to, step })
  const result = series.map(({ labels, at, values }) => ({
    metric: labels,
    values: at.map((moment, i) => [moment / 1000, String(values[i])]),
  }))
  return { resultType: 'matrix', result, stats: {} }
}

function byStream(lines: Line[]): { stream: Labels; values: [string, string][] }[] {
  const found = new Map<string, { stream: Labels; values: [string, string][] }>()
  for (const { at, labels, line } of lines) {
    const stream = found.get(keyOf(labels)) ?? { stream: labels, values: [] }
    stream.values.push([nanoseconds(at), line])
    found.set(keyOf(labels), stream)
  }
  return [...found.values()]
}

function limitOf(parameters: URLSearchParams): number {
  const limit = Number(parameters.get('limit') ?? 100)
  if (!Number.isInteger(limit) || limit < 1) throw badQuery('limit must be a positive value')
  if (limit > mostLines)
    throw badQuery(`max entries limit per query exceeded, limit > max_entries_limit (${limit} > ${mostLines})`)
  return limit
}
