// The tool get_metrics: points of one metric, or of an expression over several.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import { iso } from '../present.ts'
import { safe, safeLabels } from '../safe.ts'
import { momentOf, whenSchema } from '../window.ts'
import type { Accounts } from './accounts.ts'
import { ago } from './age.ts'
import type { Span } from './ask.ts'
import type { Cloudwatch } from './client.ts'
import { dimensions, FINE_PERIODS, metricName, metricNamespace, periodSeconds, statisticName } from './grammar.ts'
import { checkExpression, LONGEST_EXPRESSION } from './metric-math.ts'
import type { Metric, Point } from './schema.ts'
import { choose, isExtended, PERCENTILES, PLAIN, statisticsIn } from './statistics.ts'

const LONGEST: Millis = 7 * 86_400_000
const MOST_POINTS = 360 // six hours by the minute, some 8,000 tokens
const MOST_OTHERS = 9

const otherMetric = z.strictObject({
  metric_name: metricName,
  namespace: metricNamespace.optional(),
  dimensions: dimensions.optional(),
  statistic: statisticName.optional(),
})

type Input = {
  namespace: string
  metric_name: string
  dimensions: Record<string, string>
  statistic?: string | undefined
  expression?: string | undefined
  others: z.output<typeof otherMetric>[]
}
type Series = { statistic: string; unit: string; points: [Millis, number][] }
type Ask = <T>(what: string, once: (signal: AbortSignal) => Promise<T>) => Promise<T>

export function getMetrics(accounts: Accounts): ReadTool {
  return defineReadTool({
    name: 'get_metrics',
    title: 'Points of a metric',
    description:
      'Points of one CloudWatch metric since a moment, oldest first, each stamped with the start of its period. All its ' +
      'dimensions must be given (list_metrics has them). With expression: metric math over it (m1) and others (m2, ...), ' +
      'such as 100 * m1 / m2 or RATE(m1).',
    input: z.object({
      namespace: metricNamespace,
      metric_name: metricName,
      dimensions: dimensions.default({}),
      since: whenSchema.default('now-3h').describe('15m, now-1h, ISO 8601 or epoch ms; at most 7d ago'),
      until: whenSchema.default('now'),
      statistic: statisticName.optional().describe('Average, Sum, p99, tm90 ...; absent: what tells most'),
      period: periodSeconds.optional().describe('seconds; absent: the finest that fits'),
      expression: z
        .string()
        .min(2)
        .max(LONGEST_EXPRESSION)
        .optional()
        .describe(
          'm1, m2, numbers, + - * / ^, comparisons, AND, OR, functions such as RATE(m1), FILL(m1, 0), IF(a, b, c)',
        ),
      others: z
        .array(otherMetric)
        .max(MOST_OTHERS)
        .default([])
        .describe('for the expression; namespace and dimensions as of the first unless given'),
      ...accounts.argument,
    }),
    output: z.object({
      namespace: z.string(),
      metricName: z.string(),
      dimensions: z.record(z.string(), z.string()),
      statistic: z.string(),
      expression: z.string().optional(),
      periodSeconds: z.int(),
      unit: z.string(),
      asOf: z.iso.datetime(),
      datapoints: z.array(z.object({ at: z.iso.datetime(), value: z.number() })),
      truncated: z.boolean(),
      hint: z.string().optional(),
    }),
    async run({ account, ...input }, { signal, now }) {
      const { cloudwatch, resilience } = accounts.named(account)
      const span = { from: momentOf(input.since, now()), to: momentOf(input.until, now()) }
      refuseSpan(span)
      const period = Math.max(input.period ?? 60, finest(span))
      const ask: Ask = (what, once) => resilience.run(what, once, { signal })
      const { statistic, unit, points } = await (input.expression === undefined
        ? readOne(cloudwatch, input, { span, period }, ask)
        : readExpression(cloudwatch, input, input.expression, { span, period }, ask))
      const kept = points.slice(-MOST_POINTS) // one period more than fits may have begun
      const hint = hintOf(kept.length, period, input.period)
      return {
        namespace: safe(input.namespace),
        metricName: safe(input.metric_name),
        dimensions: safeLabels(input.dimensions),
        statistic,
        ...(input.expression !== undefined && { expression: input.expression }),
        periodSeconds: period,
        unit: safe(unit),
        asOf: iso(now()),
        datapoints: kept.map(([at, value]) => ({ at: iso(at), value })),
        truncated: kept.length < points.length,
        ...(hint && { hint }),
      }
    },
    text({ metricName: metric, expression, statistic, unit, periodSeconds: period, asOf, datapoints, hint }) {
      const newest = datapoints.at(-1)
      const what =
        expression === undefined ? `${metric} ${statistic}` : `${expression}, m1 being ${metric} ${statistic}`
      const of = [unit, `by ${period} s`, newest && `last point ${ago(newest.at, asOf)}`].filter(Boolean).join(', ')
      return asRows([
        `${what} (${of})`,
        ...datapoints.map(({ at, value }) => `${at} ${value}`),
        ...(hint ? [hint] : []),
      ])
    },
  })
}

type Stretch = { span: Span; period: number }

async function readOne(cloudwatch: Cloudwatch, input: Input, { span, period }: Stretch, ask: Ask): Promise<Series> {
  const metric = { Namespace: input.namespace, MetricName: input.metric_name, Dimensions: input.dimensions }
  const read = (statistics: readonly string[]) =>
    ask('read a metric', each => cloudwatch.statistics({ metric, statistics, period, span }, each))
  const plain = await read(input.statistic ? [input.statistic] : PLAIN)
  const found = plain.length === 0 && !input.statistic ? await read(PERCENTILES) : plain
  const statistic = input.statistic ?? choose(input.metric_name, statisticsIn(found))[0] ?? 'Average'
  const points = found.flatMap((point): [Millis, number][] => {
    const value = valueOf(point, statistic)
    return value === undefined ? [] : [[point.Timestamp, value]]
  })
  return { statistic, unit: found[0]?.Unit ?? '', points }
}

/** Without a statistic, the one that a metric of such a name is best read by: no request is spent on finding out. */
async function readExpression(
  cloudwatch: Cloudwatch,
  { namespace, metric_name: name, dimensions: of, statistic, others }: Input,
  expression: string,
  { span, period }: Stretch,
  ask: Ask,
): Promise<Series> {
  checkExpression(expression, others.length + 1)
  const queryOf = (metric: Metric, given: string | undefined) => ({
    metric,
    period,
    statistic: given ?? choose(metric.MetricName, new Set(PLAIN))[0] ?? 'Average',
  })
  const first = queryOf({ Namespace: namespace, MetricName: name, Dimensions: of }, statistic)
  const rest = others.map(other =>
    queryOf(
      { Namespace: other.namespace ?? namespace, MetricName: other.metric_name, Dimensions: other.dimensions ?? of },
      other.statistic,
    ),
  )
  const asked = { expression, queries: [first, ...rest], span }
  const points = await ask('read metric math', each => cloudwatch.math(asked, each))
  return { statistic: first.statistic, unit: '', points }
}

function refuseSpan({ from, to }: Span): void {
  if (to <= from) throw new Fault('validation', 'since must lie before until.')
  if (to - from > LONGEST) throw new Fault('validation', 'since may be at most 7 days before until.')
}

/** The shortest period whose points fit, in seconds. */
function finest({ from, to }: Span): number {
  const seconds = (to - from) / 1000 / MOST_POINTS
  return FINE_PERIODS.find(fine => fine >= seconds) ?? Math.ceil(seconds / 60) * 60
}

function hintOf(points: number, period: number, asked: number | undefined): string | undefined {
  if (points === 0) return 'No points. Look further back, or give all dimensions of the metric: list_metrics has them.'
  if (asked !== undefined && asked < period)
    return `A period of ${asked} s would be too many points: ${period} s taken.`
  return undefined
}

function valueOf(point: Point, statistic: string): number | undefined {
  if (isExtended(statistic)) return point.ExtendedStatistics?.[statistic]
  return point[statistic as 'Average' | 'Sum' | 'Maximum' | 'Minimum' | 'SampleCount']
}
