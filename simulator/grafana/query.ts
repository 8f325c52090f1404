// POST /api/ds/query: each query to its data source, each answer as data frames. One query's error leaves the others standing.
import { z } from 'zod'
import type { Cloud } from '../cloud.ts'
import type { Millis } from '../recording.ts'
import type { DataSource } from './datasources.ts'
import type { Engine } from './engine.ts'
import { countFrames, type Frame, lineFrame, seriesFrames } from './frames.ts'
import { aligned, duration, interpolated, lokiStep, prometheusStep, type Span } from './interval.ts'
import { countLines, readLines } from './log-store.ts'
import { parseLogql } from './logql.ts'
import { badQuery, QueryError } from './query-error.ts'
import { failure, json, type Reply } from './reply.ts'
import { grafanaTime } from './times.ts'

const querySchema = z.object({
  refId: z.string().default('A'),
  datasource: z.object({ uid: z.string() }),
  expr: z.string().default(''),
  range: z.boolean().optional(),
  instant: z.boolean().optional(),
  queryType: z.string().optional(),
  direction: z.string().optional(),
  legendFormat: z.string().optional(),
  maxLines: z.number().int().positive().optional(),
  // Grafana's defaults for a request that names neither
  intervalMs: z.number().positive().default(1_000),
  maxDataPoints: z.number().positive().default(100),
})
const moment = z.union([z.string(), z.number().transform(String)])
const requestSchema = z.object({ queries: z.array(z.unknown()), from: moment, to: moment })

type Query = z.infer<typeof querySchema>
type Answer = { status: number; frames: Frame[]; error?: string; errorSource?: string }
type Ask = { cloud: Cloud; engine: Engine; span: Span; query: Query; source: DataSource }

const defaultLines = 1_000 // Grafana's Loki data source

export async function answerQueries(
  cloud: Cloud,
  engine: Engine,
  sources: DataSource[],
  body: unknown,
): Promise<Reply> {
  const request = requestSchema.safeParse(body)
  if (!request.success) return failure(400, 'bad request data')
  const span = spanOf(request.data, cloud.now())
  if (!span) return failure(400, `cannot parse the time range from ${request.data.from} to ${request.data.to}`)
  if (request.data.queries.length === 0) return failure(400, 'No queries found in query')

  const results: Record<string, Answer> = {}
  for (const written of request.data.queries) {
    const query = querySchema.safeParse(written)
    if (!query.success) return failure(400, 'Query does not contain a valid data source identifier')
    const source = sources.find(each => each.uid === query.data.datasource.uid)
    if (!source) return failure(404, 'Data source not found')
    results[query.data.refId] = await answered({ cloud, engine, span, query: query.data, source })
  }
  const failed = Object.values(results).some(answer => answer.error !== undefined)
  return json({ results }, failed ? 400 : 200)
}

async function answered(ask: Ask): Promise<Answer> {
  try {
    return { status: 200, frames: ask.source.uid === 'prometheus' ? await prometheusFrames(ask) : lokiFrames(ask) }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return { status: error.status, frames: [], error: `${error.type}: ${error.message}`, errorSource: 'downstream' }
  }
}

async function prometheusFrames({ engine, span, query, source }: Ask): Promise<Frame[]> {
  const step = prometheusStep(span, query.intervalMs, query.maxDataPoints)
  const expr = interpolated(query.expr, span, step, source.scrapeInterval)
  const executed = `Expr: ${expr}\nStep: ${duration(step)}`
  const asked = { refId: query.refId, expr, legendFormat: query.legendFormat, executed }
  const frames: Frame[] = []
  if (query.range || !query.instant) {
    const { from, to } = aligned(span, step)
    const result = await engine.range(expr, { start: from, end: to, step })
    frames.push(...seriesFrames(result, { ...asked, step }))
  }
  if (query.instant) frames.push(...seriesFrames(await engine.instant(expr, span.to), asked))
  return frames
}

function lokiFrames({ cloud, span, query, source }: Ask): Frame[] {
  const step = lokiStep(span, query.intervalMs)
  const expr = interpolated(query.expr, span, step, source.scrapeInterval)
  const parsed = parseLogql(expr)
  const asked = { refId: query.refId, expr, legendFormat: query.legendFormat, executed: `Expr: ${expr}` }
  const instant = query.instant === true || query.queryType === 'instant'
  if (parsed.kind === 'lines') {
    if (instant)
      throw badQuery(
        'log queries are not supported as an instant query type, please change your query to a range query type',
      )
    const direction = query.direction === 'forward' ? 'forward' : 'backward'
    return [lineFrame(readLines(cloud, parsed, { ...span, limit: query.maxLines ?? defaultLines, direction }), asked)]
  }
  if (instant) return countFrames(countLines(cloud, parsed, { start: span.to, end: span.to, step }), asked)
  const executed = `${asked.executed}\nStep: ${duration(step)}`
  return countFrames(countLines(cloud, parsed, { start: span.from, end: span.to, step }), { ...asked, executed, step })
}

function spanOf(request: { from: string; to: string }, now: Millis): Span | undefined {
  const from = grafanaTime(request.from, now)
  const to = grafanaTime(request.to, now)
  return from === undefined || to === undefined || to < from ? undefined : { from, to }
}
