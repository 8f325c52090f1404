// The tool execute_query: a query of one's own, to any data source whose queries can only read.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import type { Grafana } from './client.ts'
import { sourceNamed } from './find-source.ts'
import { sourceName, spanOf, timeRange } from './grammar.ts'
import type { Links } from './links.ts'
import { modelOf } from './query-model.ts'
import { gridOf, longestOf, mostPoints, refuseLongerRanges } from './query-span.ts'
import { isEmpty, resultsOf, resultsOutput, resultsText } from './results.ts'

export function executeQuery(grafana: Grafana, links: Links, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'execute_query',
    title: 'Query a data source',
    description:
      'Asks a data source: PromQL, LogQL or SQL (one SELECT) as query, others by their Grafana query model. ' +
      'Metrics: at most 7 days; logs: at most 6 hours, the newest lines, from a stream selector on.',
    input: z.object({
      datasource: sourceName,
      query: z.string().min(1).max(8000).optional(),
      model: z.record(z.string(), z.unknown()).optional().describe('for data sources listed as asked by model'),
      time_range: timeRange,
      max_points: mostPoints,
    }),
    output: z.object({
      datasource: z.string(),
      type: z.string(),
      url: z.string(),
      ...resultsOutput,
      truncated: z.boolean(),
      hint: z.string().optional(),
    }),
    text: ({ hint, ...results }) => asRows([...resultsText(results), ...(hint ? [hint] : [])]),
    async run({ datasource, query, model, time_range: range, max_points: points }, { signal, now }) {
      const sources = await resilience.run('list data sources', each => grafana.dataSources(each), {
        signal,
      })
      const source = sourceNamed(datasource, sources)
      const asks = modelOf(source.type, { query, model })
      const longest = longestOf(source.type)
      if (query !== undefined) refuseLongerRanges(query, longest)
      const span = spanOf(range, now(), longest)
      const asked = [{ refId: 'A', source, model: asks, ...gridOf(span, points) }]
      const value = await resilience.run('query a data source', each => grafana.query(asked, span, each), {
        signal,
      })
      const answer = value.get('A')
      if (!answer || answer.error) {
        const cause = new Error(answer?.error ?? 'no answer')
        const place = placeIn(cause.message) ?? 'Look at its syntax, and at names of metrics and labels.'
        throw new Fault('validation', `${source.type} did not accept this query. ${place}`, { cause })
      }
      const { results, truncated } = resultsOf(answer.frames)
      const hint = truncated ? MORE : isEmpty(results) ? NOTHING : undefined
      const url = links.explore(source, asks, span)
      return { datasource: safe(source.uid), type: source.type, url, ...results, truncated, ...(hint && { hint }) }
    },
  })
}

const MORE = 'There is more: aggregate (sum by ...), narrow the selector, add a LIMIT or shorten time_range.'
const NOTHING = 'Nothing found. Look at names and labels, or at another time_range.'

/** Where Prometheus and Loki stopped reading: numbers only, as their words quote the query. */
function placeIn(error: string): string | undefined {
  const [, line, character] =
    /\b(\d{1,4}):(\d{1,5}): parse error|parse error at line (\d{1,4}), col (\d{1,5})/.exec(error)?.filter(Boolean) ?? []
  return line && character && `It could not be read from line ${line}, character ${character} on.`
}
