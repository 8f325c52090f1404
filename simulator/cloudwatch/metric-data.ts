// GetMetricData: statistics of metrics and expressions over them, in pages of datapoints.
import { z } from 'zod'
import { evaluate, type Points } from './metric-math.ts'
import { statistics, type MetricStore } from './metric-store.ts'
import { AwsError, moment, offsetOf } from './operation.ts'

export const dimension = z.object({ Name: z.string(), Value: z.string() })
export const period = z.int().positive()

const metricStat = z.strictObject({
  Metric: z.strictObject({ Namespace: z.string(), MetricName: z.string(), Dimensions: z.array(dimension).default([]) }),
  Period: period,
  Stat: z.string(),
  Unit: z.string().optional(),
})

const query = z.strictObject({
  Id: z.string().regex(/^[a-z]\w*$/, 'expected a lower case letter, then letters, digits or _'),
  MetricStat: metricStat.optional(),
  Expression: z.string().optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().default(true),
  Period: period.optional(),
})

/** Limits: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const metricDataSchema = z.strictObject({
  MetricDataQueries: z.array(query).max(500),
  StartTime: moment,
  EndTime: moment,
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
  MaxDatapoints: z.int().positive().max(100_800).default(100_800),
  NextToken: z.string().optional(),
})
type Asked = z.infer<typeof metricDataSchema>

/** The datapoints of all queries stand in a row; a page is a stretch of that row. */
export function metricData(store: MetricStore, asked: Asked): object {
  if (asked.StartTime >= asked.EndTime)
    throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.')
  const seriesOf = seriesReader(store, asked)
  const from = offsetOf(asked.NextToken)
  const until = from + asked.MaxDatapoints
  let position = 0
  const results = asked.MetricDataQueries.filter(each => each.ReturnData).map(({ Id, Label, MetricStat }) => {
    const points = [...(seriesOf(Id) ?? [])]
    if (asked.ScanBy === 'TimestampDescending') points.reverse()
    const page = points.slice(Math.max(0, from - position), Math.max(0, until - position))
    position += points.length
    return {
      Id,
      Label: Label ?? MetricStat?.Metric.MetricName ?? Id,
      Timestamps: page.map(([at]) => at / 1000),
      Values: page.map(([, value]) => value),
      StatusCode: position > until ? 'PartialData' : 'Complete',
    }
  })
  return { MetricDataResults: results, Messages: [], ...(position > until ? { NextToken: String(until) } : {}) }
}

/** Each query's series, oldest first, worked out once. */
function seriesReader(store: MetricStore, asked: Asked): (id: string) => Points | undefined {
  const known = new Map<string, Points>()
  return seriesOf

  function seriesOf(id: string): Points | undefined {
    const wanted = asked.MetricDataQueries.find(each => each.Id === id)
    if (!wanted || known.has(id)) return known.get(id)
    known.set(id, new Map()) // so that a circle of expressions ends
    const points = wanted.MetricStat ? pointsOf(wanted.MetricStat) : evaluate(wanted.Expression ?? '', seriesOf)
    known.set(id, points)
    return points
  }

  function pointsOf({ Metric, Period, Stat, Unit }: z.infer<typeof metricStat>): Points {
    const metric = store.find(Metric.Namespace, Metric.MetricName, Metric.Dimensions)
    if (!metric || (Unit ?? metric.unit) !== metric.unit) return new Map()
    return new Map(statistics(metric, Stat, Period, asked.StartTime, asked.EndTime))
  }
}
