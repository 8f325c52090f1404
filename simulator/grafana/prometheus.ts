// Prometheus' HTTP API over the recording's series, as it answers behind Grafana's data source proxy.
// https://prometheus.io/docs/prometheus/latest/querying/api/
import type { Millis } from '../recording.ts'
import { type Labels, metricName } from './labels.ts'
import { type Element } from './promql/vector.ts'
import { evaluateInstant, evaluateRange, type Result } from './promql/evaluate.ts'
import { countUpTo, type Points, type SelectSeries } from './promql/samples.ts'
import { parsePromql } from './promql/parser.ts'
import { badQuery, notSimulated, QueryError } from './query-error.ts'
import { json, type Reply } from './reply.ts'
import { prometheusDuration, prometheusTime } from './times.ts'

export type Prometheus = { select: SelectSeries; now(): Millis }

/** `path` is what follows /api/v1/, in segments. */
export function answerPrometheus(prometheus: Prometheus, path: string[], parameters: URLSearchParams): Reply {
  try {
    return json({ status: 'success', data: answered(prometheus, path, parameters) })
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return json({ status: 'error', errorType: error.type, error: error.message }, error.status)
  }
}

function answered(prometheus: Prometheus, path: string[], parameters: URLSearchParams): unknown {
  const [first, name, last] = path
  if (first === 'label' && name !== undefined && last === 'values') {
    const matching = found(prometheus, parameters)
    return limited([...new Set(matching.flatMap(labels => labels[name] ?? []))].sort(), parameters)
  }
  switch (path.join('/')) {
    case 'query': {
      const at = prometheusTime(parameters.get('time'), prometheus.now())
      return inWire(evaluateInstant(parsePromql(required(parameters, 'query')), at, prometheus.select))
    }
    case 'query_range': {
      const query = required(parameters, 'query')
      const start = prometheusTime(required(parameters, 'start'), 0)
      const end = prometheusTime(required(parameters, 'end'), 0)
      const step = prometheusDuration(parameters.get('step'), 'step')
      return inWire(evaluateRange(parsePromql(query), { start, end, step }, prometheus.select))
    }
    case 'labels': {
      const names = found(prometheus, parameters).flatMap(labels => Object.keys(labels))
      return limited([...new Set(names)].sort(), parameters)
    }
    case 'series':
      required(parameters, 'match[]')
      return limited(found(prometheus, parameters), parameters)
    case 'metadata':
      return metadata(prometheus, parameters)
    case 'rules':
      return { groups: [] } // the recording's rules are Grafana's own
    case 'alerts':
      return { alerts: [] }
    default:
      throw notSimulated(`Prometheus API ${path.join('/')}`)
  }
}

/** Label sets of the series that match any `match[]` (all without one) and have a sample between start and end. */
function found({ select, now }: Prometheus, parameters: URLSearchParams): Labels[] {
  const start = prometheusTime(parameters.get('start'), -Infinity)
  const end = prometheusTime(parameters.get('end'), now())
  const selectors = parameters.getAll('match[]').map(text => {
    const expression = parsePromql(text)
    if (expression.kind !== 'selector') throw badQuery(`invalid parameter "match[]": ${text} is no series selector`)
    return expression.matchers
  })
  const series = (selectors.length > 0 ? selectors : [[]]).flatMap(select)
  const present = series.filter(({ at }) => (at[countUpTo(at, end) - 1] ?? -Infinity) >= start)
  return [...new Set(present.map(({ labels }) => labels))]
}

/** What metric names say by convention; the recording knows no more. */
function metadata(prometheus: Prometheus, parameters: URLSearchParams): Record<string, unknown> {
  const names = new Set(found(prometheus, parameters).flatMap(labels => labels[metricName] ?? []))
  const families = new Map(
    [...names].map(name =>
      name.endsWith('_bucket')
        ? [name.slice(0, -'_bucket'.length), 'histogram']
        : [name, name.endsWith('_total') ? 'counter' : 'unknown'],
    ),
  )
  const wanted = parameters.get('metric')
  const chosen = limited(
    [...families].filter(([name]) => wanted === null || name === wanted),
    parameters,
  )
  return Object.fromEntries(chosen.map(([name, type]) => [name, [{ type, help: '', unit: '' }]]))
}

function inWire(result: Result): unknown {
  switch (result.type) {
    case 'scalar':
      return { resultType: 'scalar', result: point(result.at, result.value) }
    case 'vector':
      return { resultType: 'vector', result: result.vector.map(element => vectorEntry(element, result.at)) }
    case 'matrix':
      return { resultType: 'matrix', result: result.series.map(matrixEntry) }
  }
}

function vectorEntry({ labels, value }: Element, at: Millis): unknown {
  return { metric: labels, value: point(at, value) }
}

function matrixEntry({ labels, at, values }: Points): unknown {
  return { metric: labels, values: at.map((moment, i) => point(moment, values[i] ?? NaN)) }
}

function point(at: Millis, value: number): [number, string] {
  return [at / 1000, value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)]
}

function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name)
  if (value === null || value === '') throw badQuery(`invalid parameter "${name}": missing`)
  return value
}

function limited<T>(list: T[], parameters: URLSearchParams): T[] {
  const limit = Number(parameters.get('limit') ?? 0)
  return limit > 0 ? list.slice(0, limit) : list
}
