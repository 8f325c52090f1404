// How each kind of data source is asked through Grafana: by a text (PromQL, LogQL, SQL), by its own query model in JSON, or
// not at all, where a query could change something. Pure.
import { Fault } from '#incident/fault.ts'
import { refuseUnlessReading } from './read-only-sql.ts'
import type { Target } from './schema.ts'

export const ASKED_BY = ['query', 'model', 'none'] as const
export type AskedBy = (typeof ASKED_BY)[number]

/** Grafana's ids of the plugins; of one that is not here, nobody knows that its queries only read. */
const LANGUAGES: Readonly<Record<string, 'promql' | 'logql' | 'sql' | 'model'>> = {
  prometheus: 'promql',
  'grafana-amazonprometheus-datasource': 'promql',
  loki: 'logql',
  postgres: 'sql',
  'grafana-postgresql-datasource': 'sql',
  mysql: 'sql',
  mssql: 'sql',
  cloudwatch: 'model',
  elasticsearch: 'model',
  'grafana-opensearch-datasource': 'model',
  graphite: 'model',
  tempo: 'model',
  jaeger: 'model',
  zipkin: 'model',
  'grafana-pyroscope-datasource': 'model',
  parca: 'model',
  stackdriver: 'model',
  'grafana-azure-monitor-datasource': 'model',
  'grafana-testdata-datasource': 'model',
}

const LONGEST_MODEL = 16 * 1024
const LINES = 200 // of a log query, the newest

export function askedBy(type: string): AskedBy {
  const language = LANGUAGES[type]
  return language === undefined ? 'none' : language === 'model' ? 'model' : 'query'
}

export function isLogs(type: string): boolean {
  return LANGUAGES[type] === 'logql'
}

/** What `/api/ds/query` takes beside refId and data source. Throws a Fault `validation` for what does not fit the type. */
export function modelOf(type: string, { query, model }: AskedWith): Record<string, unknown> {
  const by = askedBy(type)
  if (by === 'none') {
    const known = Object.keys(LANGUAGES).join(', ')
    throw new Fault(
      'validation',
      `Data sources of this type are not asked: their queries may change things. Asked are: ${known}.`,
    )
  }
  if (by === 'model') return modelGiven(model)
  if (query === undefined || model !== undefined)
    throw new Fault('validation', 'This data source is asked by a text: give query, and no model.')
  return textModel(type, query)
}

export type AskedWith = { query?: string | undefined; model?: Record<string, unknown> | undefined }

function textModel(type: string, query: string): Record<string, unknown> {
  if (LANGUAGES[type] !== 'sql') return { ...rangeModel(query), maxLines: LINES }
  refuseUnlessReading(query)
  return { rawSql: query, rawQuery: true, format: 'table' }
}

/** PromQL and LogQL over a range. */
export function rangeModel(text: string): Record<string, unknown> {
  return { expr: text, range: true, queryType: 'range' }
}

function modelGiven(model: Record<string, unknown> | undefined): Record<string, unknown> {
  if (!model)
    throw new Fault('validation', 'This data source is asked by its query model in JSON: give model, no query.')
  if (Buffer.byteLength(JSON.stringify(model)) > LONGEST_MODEL)
    throw new Fault('validation', `model may be at most ${LONGEST_MODEL / 1024} KB of JSON.`)
  return own(model)
}

/** What a panel's target asks, its variables filled in. Throws as modelOf does. */
export function modelOfTarget(type: string, target: Target): Record<string, unknown> {
  const { rawSql } = target
  if (LANGUAGES[type] === 'sql') {
    if (typeof rawSql !== 'string') throw new Fault('validation', 'This query has no SQL in it.')
    refuseUnlessReading(rawSql)
    return { ...own(target), rawSql, rawQuery: true }
  }
  return askedBy(type) === 'query' ? modelOf(type, { query: target.expr }) : modelOf(type, { model: target })
}

/** Without what says whom to ask and how much: that is ours to say. `datasourceId` is Grafana's old way to name the source. */
function own(model: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(model).filter(([name]) => !OURS.has(name)))
}

const OURS = new Set(['refId', 'datasource', 'datasourceId', 'hide', 'intervalMs', 'maxDataPoints', 'legendFormat'])

/** For people and models to read: the text where there is one, else the model as JSON. */
export function textOfTarget(target: Target): string {
  const { rawSql, query, target: path } = target
  const text = [target.expr, rawSql, query, path].find(each => typeof each === 'string' && each !== '')
  return typeof text === 'string' ? text : JSON.stringify(own(target))
}
