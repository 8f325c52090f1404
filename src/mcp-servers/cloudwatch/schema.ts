// CloudWatch's shapes as far as we read them, and our settings for it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/
import { z } from 'zod'

const place = {
  region: z.string().optional().describe('absent: AWS_REGION or the profile, as the AWS SDK finds it'),
  profile: z.string().optional().describe('absent: AWS_PROFILE, keys in the environment, or the role of the machine'),
  endpoint: z.url().optional().describe('absent: AWS_ENDPOINT_URL, or the region’s own'),
  credentials: z
    .strictObject({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string().optional() })
    .optional()
    .describe('absent: as the AWS SDK finds them'),
}

const account = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,40}$/, 'expected letters, digits and . _ -'),
  ...place,
  logGroups: z.array(z.string()).optional(),
})

export const cloudwatchSettings = z.strictObject({
  ...place,
  namespaces: z.array(z.string()).default([]).describe('watch metrics of these only; none: of all'),
  mostMetrics: z.int().min(1).max(2000).default(500).describe('each costs about 0.45 US dollars a month'),
  logGroups: z.array(z.string()).default([]).describe('look for errors in these only; none: the first 20'),
  accounts: z
    .array(account)
    .min(1)
    .max(20)
    .refine(all => new Set(all.map(({ name }) => name)).size === all.length, 'expected a different name for each')
    .optional()
    .describe('several accounts or regions; what one leaves out is as above'),
})
export type CloudwatchSettings = z.output<typeof cloudwatchSettings>

const dimensions = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .nullish()
  .transform(list => Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name, Value])))

export const metricShape = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions })
export type Metric = z.output<typeof metricShape>

const text = z
  .string()
  .nullish()
  .transform(value => value ?? '')
const moment = z.date().transform(date => date.getTime())

export const alarmShape = z.object({
  AlarmName: z.string(),
  AlarmDescription: text,
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  StateReason: text,
  /** Of the reason too; the next is of the state alone, and not known for old alarms. */
  StateUpdatedTimestamp: moment,
  StateTransitionedTimestamp: moment.nullish(),
  MetricName: z.string().nullish(),
  Namespace: z.string().nullish(),
  Dimensions: dimensions,
  Statistic: z.string().nullish(),
  ExtendedStatistic: z.string().nullish(),
  Period: z.number().nullish(),
  Threshold: z.number().nullish(),
  ComparisonOperator: z.string().nullish(),
  /** Of alarms on metric math. */
  Metrics: z
    .array(
      z.object({
        MetricStat: z.object({ Metric: metricShape, Period: z.number().nullish(), Stat: z.string() }).nullish(),
      }),
    )
    .nullish(),
  /** Of composite alarms: `ALARM("a") OR ALARM("b")`. */
  AlarmRule: z.string().nullish(),
})
export type Alarm = z.output<typeof alarmShape>

export const pointShape = z.object({
  Timestamp: moment,
  Unit: text,
  Average: z.number().optional(),
  Sum: z.number().optional(),
  Maximum: z.number().optional(),
  Minimum: z.number().optional(),
  SampleCount: z.number().optional(),
  ExtendedStatistics: z.record(z.string(), z.number()).optional(),
})
export type Point = z.output<typeof pointShape>

export const dataShape = z.object({
  Id: z.string(),
  Timestamps: z.array(moment),
  Values: z.array(z.number()),
})

/** `HistoryData` is JSON, of another shape for each type. */
export const historyShape = z.object({
  AlarmName: text,
  AlarmType: text,
  Timestamp: moment,
  HistoryItemType: text,
  HistorySummary: text,
  HistoryData: text,
})
export type HistoryItem = z.output<typeof historyShape>

export const logGroupShape = z.object({
  logGroupName: z.string(),
  storedBytes: z.number().nullish(),
  retentionInDays: z.number().nullish(),
})
export type LogGroup = z.output<typeof logGroupShape>

const LAST_MOMENT = 8.64e15 // of a Date
export const logEventShape = z.object({
  timestamp: z.number().min(0).max(LAST_MOMENT),
  message: z.string(),
  logStreamName: text,
})
export type LogEvent = z.output<typeof logEventShape>

export const queryIdShape = z.object({ queryId: z.string() })
const count = z
  .number()
  .nullish()
  .transform(value => value ?? 0)
export const queryResultsShape = z.object({
  /** Scheduled, Running, Complete, Failed, Cancelled, Timeout or Unknown; rows may be there before it is Complete. */
  status: text,
  results: z
    .array(z.array(z.object({ field: text, value: text })))
    .nullish()
    .transform(rows => rows ?? []),
  statistics: z.object({ recordsMatched: count, recordsScanned: count, bytesScanned: count }).nullish(),
})
export type QueryResults = z.output<typeof queryResultsShape>
