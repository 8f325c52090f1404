// A real Prometheus behind this Grafana: what the data source proxy is asked goes on as it came, and what a panel asks
// comes back as the evaluator's own Result. https://prometheus.io/docs/prometheus/latest/querying/api/
import { z } from 'zod'
import type { Engine } from './engine.ts'
import type { Result } from './promql/evaluate.ts'
import { QueryError } from './query-error.ts'
import type { Reply } from './reply.ts'

export type Upstream = Engine & {
  /** `path` is what follows /api/v1/, in segments. */
  forward(path: readonly string[], parameters: URLSearchParams): Promise<Reply>
}

const labels = z.record(z.string(), z.string())
const point = z.tuple([z.number(), z.string()]) // seconds, value
const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('scalar'), result: point }),
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric: labels, value: point })) }),
      z.object({
        resultType: z.literal('matrix'),
        result: z.array(z.object({ metric: labels, values: z.array(point) })),
      }),
    ]),
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
])

/** `url`: without a path. A Prometheus that cannot be reached is an Error of fetch. */
export function upstream(url: string): Upstream {
  /** Reads, where the query may be longer than a URL: as Grafana's data source does by default. */
  async function ask(path: string, parameters: URLSearchParams): Promise<Response> {
    const posted = ['query', 'query_range', 'labels', 'series'].includes(path)
    const address = new URL(`/api/v1/${path}`, url)
    if (posted) return fetch(address, { method: 'POST', body: parameters })
    address.search = parameters.toString()
    return fetch(address)
  }

  async function evaluate(path: string, parameters: Record<string, string>): Promise<Result> {
    const response = await ask(path, new URLSearchParams(parameters))
    const answer = answerSchema.parse(await response.json())
    if (answer.status === 'success') return resultOf(answer.data)
    throw new QueryError(answer.errorType === 'bad_data' ? 'bad_data' : 'execution', answer.error)
  }

  return {
    instant: (query, at) => evaluate('query', { query, time: String(at / 1000) }),
    range: (query, { start, end, step }) =>
      evaluate('query_range', {
        query,
        start: String(start / 1000),
        end: String(end / 1000),
        step: String(step / 1000),
      }),
    async forward(path, parameters) {
      const response = await ask(path.map(encodeURIComponent).join('/'), parameters)
      const contentType = response.headers.get('content-type') ?? 'application/json'
      return { status: response.status, body: await response.text(), contentType }
    },
  }
}

type Data = Extract<z.output<typeof answerSchema>, { status: 'success' }>['data']

function resultOf(data: Data): Result {
  switch (data.resultType) {
    case 'scalar':
      return { type: 'scalar', ...valueOf(data.result) }
    case 'vector': {
      const vector = data.result.map(({ metric, value }) => ({ labels: metric, value: valueOf(value).value }))
      return { type: 'vector', at: valueOf(data.result[0]?.value ?? [0, '0']).at, vector }
    }
    case 'matrix': {
      const series = data.result.map(({ metric, values }) => {
        const points = values.map(valueOf)
        return { labels: metric, at: points.map(({ at }) => at), values: points.map(({ value }) => value) }
      })
      return { type: 'matrix', series }
    }
  }
}

/** `+Inf`, `-Inf` and `NaN` are Prometheus' words. */
function valueOf([seconds, text]: [number, string]): { at: number; value: number } {
  return { at: Math.round(seconds * 1000), value: Number(text.replace('Inf', 'Infinity')) }
}
