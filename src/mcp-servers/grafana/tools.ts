// The tools of the Grafana server. All read; none changes anything.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis, Reading, Window } from '#incident/signal.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool, ToolContext } from '../define.ts'
import { getSignalsTool } from '../get-signals.ts'
import type { RoomDeps } from '../resilience.ts'
import { safeLabels } from '../safe.ts'
import { LONGEST_WINDOW, momentOf, whenSchema } from '../window.ts'
import type { Grafana } from './client.ts'
import { linesOfFrames, seriesOfFrames } from './frames.ts'
import { annotationView } from './mapper.ts'
import type { DataSource } from './schema.ts'

export function grafanaTools(
  grafana: Grafana,
  read: (window: Window, context: ToolContext) => Promise<Reading>,
  { resilience }: RoomDeps,
): ReadTool[] {
  return [
    getSignalsTool(
      'grafana',
      'alerts that fire or ended in it, new points of watched series, who calls whom, deployments and other annotations, and error lines',
      read,
    ),

    defineReadTool({
      name: 'get_annotations',
      title: 'Annotations',
      description:
        'What people and pipelines noted on the graphs since a moment (deployments, maintenance), newest first.',
      input: z.object({
        since: whenSchema.default('now-24h').describe('15m, now-1h, ISO 8601 or epoch ms'),
        tags: z.array(z.string().min(1).max(100)).max(10).default([]).describe('all of them must be there'),
        limit: z.int().min(1).max(500).default(50),
      }),
      output: z.object({
        items: z.array(
          z.object({
            id: z.number(),
            at: z.iso.datetime(),
            end: z.iso.datetime().optional(),
            text: z.string(),
            tags: z.array(z.string()),
          }),
        ),
        truncated: z.boolean(),
        hint: z.string().optional(),
      }),
      text: ({ items, hint }) =>
        items.length === 0
          ? 'None. Look further back with since, or leave out tags.'
          : [...items.map(({ at, text, tags }) => `${at} ${text} [${tags.join(', ')}]`), ...(hint ? [hint] : [])].join(
              '\n',
            ),
      async run({ since, tags, limit }, { signal, now }) {
        const asked = { from: momentOf(since, now()), to: now(), tags, limit: limit + 1 }
        const { value } = await resilience.run('list annotations', each => grafana.annotations(asked, each), { signal })
        const items = value.rows.slice(0, limit).map(annotationView)
        if (value.rows.length <= limit) return { items, truncated: false }
        return { items, truncated: true, hint: 'More: narrow by since or tags, or raise limit.' }
      },
    }),

    defineReadTool({
      name: 'execute_query',
      title: 'Query a data source',
      description:
        'Runs PromQL or LogQL against a data source of Grafana. Metrics: at most 7 days, evenly spaced points. ' +
        'Logs: at most 6 hours, the newest lines; the query must begin with a stream selector.',
      input: z.object({
        query: z.string().min(1).max(4000),
        datasource: z.string().min(1).max(200).describe('uid or name of a data source'),
        time_range: z
          .object({ from: whenSchema.default('now-1h'), to: whenSchema.default('now') })
          .default({ from: 'now-1h', to: 'now' }),
        max_points: z.int().min(10).max(1000).default(120).describe('of each series'),
      }),
      output: z.object({
        datasource: z.string(),
        type: z.enum(['metrics', 'logs']),
        series: z.array(
          z.object({ labels: z.record(z.string(), z.string()), points: z.array(z.tuple([z.number(), z.number()])) }),
        ),
        lines: z.array(z.object({ at: z.iso.datetime(), labels: z.record(z.string(), z.string()), line: z.string() })),
        truncated: z.boolean(),
        hint: z.string().optional(),
      }),
      text: ({ series, lines, hint }) =>
        [
          ...series.map(
            ({ labels, points }) =>
              `${JSON.stringify(labels)} ${points.map(([at, value]) => `${at}=${value}`).join(' ')}`,
          ),
          ...lines.map(({ at, line }) => `${at} ${line}`),
          ...(hint ? [hint] : []),
        ].join('\n'),
      async run({ query, datasource, time_range: range, max_points: mostPoints }, { signal, now }) {
        const { value: sources } = await resilience.run('list data sources', each => grafana.dataSources(each), {
          signal,
        })
        const source = sourceNamed(datasource, sources)
        const logs = source.type === 'loki'
        const span = spanOf(
          { from: momentOf(range.from, now()), to: momentOf(range.to, now()) },
          logs ? LONGEST_WINDOW : LONGEST_METRICS,
        )
        const stepMillis = Math.max(MIN_STEP, Math.ceil((span.to - span.from) / mostPoints))
        const asked = [{ refId: 'A', source, text: query, stepMillis, mostPoints, mostLines: MOST_LINES }]
        const { value } = await resilience.run('query a data source', each => grafana.query(asked, span, each), {
          signal,
        })
        const answer = value.get('A')
        if (!answer || answer.error) {
          const message = `${source.type} did not accept this query. Look at its syntax, and at names of metrics and labels.`
          throw new Fault('validation', message, { cause: new Error(answer?.error ?? 'no answer') })
        }
        const lines = logs ? linesOfFrames(answer.frames) : []
        const series = lines.length > 0 ? [] : seriesOfFrames(answer.frames)
        const truncated = series.length > MOST_SERIES || lines.length >= MOST_LINES
        return {
          datasource: source.uid,
          type: logs ? ('logs' as const) : ('metrics' as const),
          series: series
            .slice(0, MOST_SERIES)
            .map(({ labels, samples }) => ({ labels: safeLabels(labels), points: samples })),
          lines: lines
            .slice(0, MOST_LINES)
            .map(({ at, labels, line }) => ({ at: new Date(at).toISOString(), labels, line })),
          truncated,
          ...hintOf(truncated, series.length + lines.length),
        }
      },
    }),
  ]
}

const LONGEST_METRICS: Millis = 7 * 86_400_000
const MIN_STEP: Millis = 1000
const MOST_SERIES = 50
const MOST_LINES = 200

function sourceNamed(named: string, sources: readonly DataSource[]): DataSource {
  const source = sources.find(each => each.uid === named) ?? sources.find(each => each.name === named)
  const ours = sources.filter(each => each.type === 'prometheus' || each.type === 'loki')
  if (!source) {
    const known = ours.map(each => each.uid).slice(0, 10)
    throw new Fault(
      'not_found',
      `There is no data source by this uid or name. There are: ${known.join(', ') || 'none'}.`,
    )
  }
  if (!ours.includes(source))
    throw new Fault('validation', 'Only data sources of type prometheus and loki can be queried.')
  return source
}

function spanOf(span: Window, longest: Millis): Window {
  if (span.to <= span.from) throw new Fault('validation', 'time_range must end after it begins.')
  if (span.to - span.from > longest) {
    throw new Fault('validation', `time_range may be at most ${longest / 3_600_000} h long for this data source.`)
  }
  return span
}

function hintOf(truncated: boolean, found: number): { hint?: string } {
  if (truncated) return { hint: 'There is more: aggregate (sum by ...), narrow the selector or shorten time_range.' }
  return found === 0 ? { hint: 'Nothing found. Look at names and labels, or at another time_range.' } : {}
}
