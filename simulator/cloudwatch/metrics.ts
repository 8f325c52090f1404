// ListMetrics, GetMetricData and GetMetricStatistics.
import { z } from 'zod'
import type { Cloud } from '../cloud.ts'
import { NotSimulated } from '../not-simulated.ts'
import { AwsError, moment, offsetOf, operation } from './operation.ts'
import { evaluate, type Points } from './metric-math.ts'
import { openMetricStore, statistics, type Metric } from './metric-store.ts'

const dimension = z.object({ Name: z.string(), Value: z.string() })
const period = z.int().positive()

export function metricOperations(cloud: Cloud) {
  const store = openMetricStore(cloud)
  return {
    ListMetrics: operation(
      z.strictObject({
        Namespace: z.string().optional(),
        MetricName: z.string().optional(),
        Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
        NextToken: z.string().optional(),
        RecentlyActive: z.literal('PT3H').optional(),
      }),
      asked => {
        const activeSince = asked.RecentlyActive ? cloud.now() - 3 * 3_600_000 : -Infinity
        const found = store
          .all()
          .filter(
            metric =>
              (asked.Namespace === undefined || metric.namespace === asked.Namespace) &&
              (asked.MetricName === undefined || metric.name === asked.MetricName) &&
              (metric.at.at(-1) ?? -Infinity) >= activeSince &&
              asked.Dimensions.every(wanted =>
                metric.dimensions.some(has => has.Name === wanted.Name && (wanted.Value ?? has.Value) === has.Value),
              ),
          )
        const from = offsetOf(asked.NextToken)
        const until = from + metricsAPage
        return {
          Metrics: found.slice(from, until).map(({ namespace, name, dimensions }) => ({
            Namespace: namespace,
            MetricName: name,
            Dimensions: dimensions,
          })),
          ...(until < found.length ? { NextToken: String(until) } : {}),
        }
      },
    ),

    GetMetricData: operation(
      z.strictObject({
        MetricDataQueries: z
          .array(
            z.strictObject({
              Id: z.string().regex(/^[a-z]\w*$/, 'expected a lower case letter, then letters, digits or _'),
              MetricStat: z
                .strictObject({
                  Metric: z.strictObject({
                    Namespace: z.string(),
                    MetricName: z.string(),
                    Dimensions: z.array(dimension).default([]),
                  }),
                  Period: period,
                  Stat: z.string(),
                  Unit: z.string().optional(),
                })
                .optional(),
              Expression: z.string().optional(),
              Label: z.string().optional(),
              ReturnData: z.boolean().default(true),
              Period: period.optional(),
            }),
          )
          .max(500),
        StartTime: moment,
        EndTime: moment,
        ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
        MaxDatapoints: z.int().positive().max(100_800).default(100_800),
        NextToken: z.string().optional(),
      }),
      asked => {
        if (asked.StartTime >= asked.EndTime)
          throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.')
        const series = new Map<string, Points>()
        const seriesOf = (id: string): Points | undefined => {
          const query = asked.MetricDataQueries.find(each => each.Id === id)
          if (!query || series.has(id)) return series.get(id)
          series.set(id, new Map()) // so that a circle of expressions ends
          const points = query.MetricStat ? pointsOf(query.MetricStat) : evaluate(query.Expression ?? '', seriesOf)
          series.set(id, points)
          return points
        }
        const pointsOf = ({
          Metric,
          Period,
          Stat,
          Unit,
        }: NonNullable<(typeof asked.MetricDataQueries)[0]['MetricStat']>): Points => {
          const metric = store.find(Metric.Namespace, Metric.MetricName, Metric.Dimensions)
          if (!metric || (Unit ?? metric.unit) !== metric.unit) return new Map()
          return new Map(statistics(metric, Stat, Period, asked.StartTime, asked.EndTime))
        }

        // Datapoints of all queries in a row; a page is a stretch of that row.
        const from = offsetOf(asked.NextToken)
        const until = from + asked.MaxDatapoints
        let position = 0
        const results = asked.MetricDataQueries.filter(query => query.ReturnData).map(query => {
          const points = [...(seriesOf(query.Id) ?? [])]
          if (asked.ScanBy === 'TimestampDescending') points.reverse()
          const page = points.slice(Math.max(0, from - position), Math.max(0, until - position))
          position += points.length
          return {
            Id: query.Id,
            Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
            Timestamps: page.map(([at]) => at / 1000),
            Values: page.map(([, value]) => value),
            StatusCode: position > until ? 'PartialData' : 'Complete',
          }
        })
        return { MetricDataResults: results, Messages: [], ...(position > until ? { NextToken: String(until) } : {}) }
      },
    ),

    GetMetricStatistics: operation(
      z.strictObject({
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: z.array(dimension).default([]),
        StartTime: moment,
        EndTime: moment,
        Period: period,
        Statistics: z.array(z.string()).default([]),
        ExtendedStatistics: z.array(z.string()).default([]),
        Unit: z.string().optional(),
      }),
      asked => {
        const metric = store.find(asked.Namespace, asked.MetricName, asked.Dimensions)
        return { Label: asked.MetricName, Datapoints: metric ? datapoints(metric, asked) : [] }
      },
    ),
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html: up to 500 results a call. */
const metricsAPage = 500

type Asked = {
  Statistics: string[]
  ExtendedStatistics: string[]
  Period: number
  StartTime: number
  EndTime: number
  Unit?: string
}

function datapoints(metric: Metric, asked: Asked) {
  if ((asked.Unit ?? metric.unit) !== metric.unit) return []
  if (asked.Statistics.length + asked.ExtendedStatistics.length === 0)
    throw new NotSimulated('neither Statistics nor ExtendedStatistics')
  const byStamp = new Map<
    number,
    { Timestamp: number; Unit: string; ExtendedStatistics?: Record<string, number>; [statistic: string]: unknown }
  >()
  for (const statistic of [...asked.Statistics, ...asked.ExtendedStatistics])
    for (const [at, value] of statistics(metric, statistic, asked.Period, asked.StartTime, asked.EndTime)) {
      const point = byStamp.get(at) ?? { Timestamp: at / 1000, Unit: metric.unit }
      byStamp.set(at, point)
      if (asked.Statistics.includes(statistic)) point[statistic] = value
      else point.ExtendedStatistics = { ...point.ExtendedStatistics, [statistic]: value }
    }
  return [...byStamp.values()]
}
