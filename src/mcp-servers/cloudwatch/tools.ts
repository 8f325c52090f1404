// The tools of the CloudWatch server. All read; none changes anything.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis, Reading, Window } from '#incident/signal.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool, ToolContext } from '../define.ts'
import { getSignalsTool } from '../get-signals.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe, safeLabels } from '../safe.ts'
import { momentOf, whenSchema } from '../window.ts'
import { isPercentile } from './client.ts'
import type { Cloudwatch } from './client.ts'
import { alarmView } from './mapper.ts'
import type { Point } from './schema.ts'
import { choose, PERCENTILES, PLAIN, statisticsIn } from './statistics.ts'

export function cloudwatchTools(
  cloudwatch: Cloudwatch,
  read: (window: Window, context: ToolContext) => Promise<Reading>,
  { resilience }: RoomDeps,
): ReadTool[] {
  return [
    getSignalsTool(
      'cloudwatch',
      'alarms that are active or ended in it, new points of watched metrics, and error lines of log groups',
      read,
    ),

    defineReadTool({
      name: 'get_metrics',
      title: 'Points of one metric',
      description:
        'Points of one CloudWatch metric since a moment, oldest first. Without statistic: the one that tells most of it. ' +
        'All its dimensions must be given: CloudWatch knows a metric only by its whole set.',
      input: z.object({
        namespace: z
          .string()
          .regex(/^[\w.\-/#: ]{1,255}$/)
          .describe('such as AWS/RDS'),
        metric_name: z.string().regex(/^[\x20-\x7e]{1,255}$/),
        dimensions: z.record(z.string().max(255), z.string().max(1024)).default({}),
        since: whenSchema.default('now-3h').describe('15m, now-1h, ISO 8601 or epoch ms; at most 7 days ago'),
        statistic: z
          .string()
          .regex(/^(Average|Sum|Maximum|Minimum|SampleCount|p\d{1,2}(\.\d{1,2})?)$/)
          .optional(),
        period: z.int().min(60).max(86_400).multipleOf(60).optional().describe('seconds; absent: the finest that fits'),
      }),
      output: z.object({
        namespace: z.string(),
        metricName: z.string(),
        dimensions: z.record(z.string(), z.string()),
        statistic: z.string(),
        periodSeconds: z.int(),
        unit: z.string(),
        datapoints: z.array(z.object({ at: z.iso.datetime(), value: z.number() })),
        truncated: z.boolean(),
        hint: z.string().optional(),
      }),
      text: ({ metricName, statistic, unit, datapoints, hint }) =>
        [
          `${metricName} ${statistic} (${unit})`,
          ...datapoints.map(({ at, value }) => `${at} ${value}`),
          ...(hint ? [hint] : []),
        ].join('\n'),
      async run(input, { signal, now }) {
        const metric = { Namespace: input.namespace, MetricName: input.metric_name, Dimensions: input.dimensions }
        const span = { from: momentOf(input.since, now()), to: now() }
        if (span.to - span.from > LONGEST) throw new Fault('validation', 'since may be at most 7 days ago.')
        const period = Math.max(input.period ?? 60, finest(span.to - span.from))
        const ask = (statistics: readonly string[]) =>
          resilience.run('read a metric', each => cloudwatch.statistics({ metric, statistics, period, span }, each), {
            signal,
          })
        const { value: plain } = await ask(input.statistic ? [input.statistic] : PLAIN)
        const points = plain.length === 0 && !input.statistic ? (await ask(PERCENTILES)).value : plain
        const statistic = input.statistic ?? choose(input.metric_name, statisticsIn(points))[0] ?? 'Average'
        return {
          namespace: safe(input.namespace),
          metricName: safe(input.metric_name),
          dimensions: safeLabels(input.dimensions),
          statistic,
          periodSeconds: period,
          unit: safe(points[0]?.Unit ?? ''),
          datapoints: points.flatMap(point => {
            const value = valueOf(point, statistic)
            return value === undefined ? [] : [{ at: new Date(point.Timestamp).toISOString(), value }]
          }),
          truncated: false,
          ...(points.length === 0
            ? { hint: 'No points. Look further back, or give all dimensions of the metric.' }
            : {}),
        }
      },
    }),

    defineReadTool({
      name: 'get_alarms',
      title: 'Alarms',
      description: 'Metric and composite alarms with their state, reason and threshold.',
      input: z.object({
        state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
        alarm_names: z.array(z.string().min(1).max(255)).min(1).max(100).optional(),
        limit: z.int().min(1).max(100).default(50),
        cursor: z.string().max(4096).optional().describe('nextCursor of the page before'),
      }),
      output: z.object({
        items: z.array(alarm),
        nextCursor: z.string().optional(),
        truncated: z.boolean(),
        hint: z.string().optional(),
      }),
      text: ({ items, hint }) =>
        items.length === 0
          ? 'None in this state or by these names.'
          : [
              ...items.map(each => `${each.stateValue} ${each.alarmName} since ${each.since}: ${each.stateReason}`),
              ...(hint ? [hint] : []),
            ].join('\n'),
      async run({ state, alarm_names: names, limit, cursor: token }, { signal }) {
        const ask = (each: AbortSignal) => cloudwatch.alarms({ state, names, limit, token }, each)
        const { value } = await resilience.run('list alarms', ask, { signal })
        const items = value.rows.map(alarmView)
        if (!value.token) return { items, truncated: false }
        const hint = 'More: pass nextCursor as cursor, or narrow by state.'
        return { items, nextCursor: value.token, truncated: true, hint }
      },
    }),
  ]
}

const LONGEST: Millis = 7 * 86_400_000
const MOST_POINTS = 1440 // of GetMetricStatistics

/** The shortest period, in whole minutes, whose points fit; in seconds. */
function finest(span: Millis): number {
  return Math.ceil(span / 60_000 / MOST_POINTS) * 60
}

function valueOf(point: Point, statistic: string): number | undefined {
  if (isPercentile(statistic)) return point.ExtendedStatistics?.[statistic]
  return point[statistic as 'Average' | 'Sum' | 'Maximum' | 'Minimum' | 'SampleCount']
}

const alarm = z.object({
  alarmName: z.string(),
  stateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  stateReason: z.string(),
  since: z.iso.datetime(),
  description: z.string().optional(),
  threshold: z.number().optional(),
  comparisonOperator: z.string().optional(),
  namespace: z.string().optional(),
  metricName: z.string().optional(),
  dimensions: z.record(z.string(), z.string()).optional(),
  statistic: z.string().optional(),
  periodSeconds: z.number().optional(),
  rule: z.string().optional().describe('of a composite alarm'),
})
