// ListMetrics and GetMetricStatistics; GetMetricData is metric-data.ts.
import { z } from 'zod'
import type { Cloud } from '../cloud.ts'
import { NotSimulated } from '../not-simulated.ts'
import { dimension, metricData, metricDataSchema, period } from './metric-data.ts'
import { openMetricStore, statistics, type Metric } from './metric-store.ts'
import { moment, offsetOf, operation } from './operation.ts'

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

    GetMetricData: operation(metricDataSchema, asked => metricData(store, asked)),

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
