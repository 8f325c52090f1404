// Metrics and alarms as CloudWatch's SDK gives them. Only CloudWatch; its Logs are logs-client.ts.
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
} from '@aws-sdk/client-cloudwatch'
import type { HistoryItemType, MetricDataQuery, Statistic } from '@aws-sdk/client-cloudwatch'
import type { Millis } from '#incident/signal.ts'
import { checkedList } from '../http.ts'
import { clientOptions, guarded, VENDOR } from './ask.ts'
import type { Page, Span } from './ask.ts'
import { alarmShape, dataShape, historyShape, metricShape, pointShape } from './schema.ts'
import type { Alarm, CloudwatchSettings, HistoryItem, Metric, Point } from './schema.ts'
import { isExtended } from './statistics.ts'

/** `period` in seconds. */
export type Query = { metric: Metric; statistic: string; period: number }

export type Metrics = {
  alarms(
    asked: { state?: string; names?: string[]; prefix?: string; limit?: number; token?: string },
    signal: AbortSignal,
  ): Promise<Page<Alarm>>
  /** What happened to metric and composite alarms, newest first. */
  alarmHistory(
    asked: { name?: string; type?: HistoryItemType; span: Span; limit: number; token?: string },
    signal: AbortSignal,
  ): Promise<Page<HistoryItem>>
  /** `dimensions`: those that have all of these, whatever else. `active`: only those with points in the last three hours. */
  metrics(
    asked: {
      namespace?: string
      name?: string
      dimensions?: Record<string, string>
      active?: boolean
      token?: string
    },
    signal: AbortSignal,
  ): Promise<Page<Metric>>
  /** Points of each query, oldest first; at most QUERIES queries. */
  data(queries: readonly Query[], span: Span, signal: AbortSignal): Promise<[Millis, number][][]>
  /** Points of an expression in which the queries are m1, m2 and so on, oldest first. */
  math(
    asked: { expression: string; queries: readonly Query[]; span: Span },
    signal: AbortSignal,
  ): Promise<[Millis, number][]>
  /** `statistics` are plain ones (Average) or others (p90, tm99), not both. At most 1,440 points. */
  statistics(
    asked: { metric: Metric; statistics: readonly string[]; period: number; span: Span },
    signal: AbortSignal,
  ): Promise<Point[]>
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const QUERIES = 500
const MOST_PAGES = 50 // of one GetMetricData: five million points
const BOTH_KINDS = ['MetricAlarm', 'CompositeAlarm'] as const // AWS gives only the first unless asked for both

export function openMetrics(settings: CloudwatchSettings): Metrics & { close(): void } {
  const client = new CloudWatchClient(clientOptions(settings))

  /** Points by the query's id; those of all pages. */
  async function read(queries: MetricDataQuery[], { from, to }: Span, abortSignal: AbortSignal) {
    const asked = {
      MetricDataQueries: queries,
      StartTime: new Date(from),
      EndTime: endOf(to),
      ScanBy: 'TimestampAscending' as const,
    }
    const points = new Map<string, [Millis, number][]>()
    let token: string | undefined
    for (let page = 0; page < MOST_PAGES && (page === 0 || token); page++) {
      const answer = await client.send(new GetMetricDataCommand({ ...asked, NextToken: token }), { abortSignal })
      for (const { Id, Timestamps, Values } of checkedList(VENDOR, 'data', dataShape, answer.MetricDataResults ?? [])
        .rows) {
        const own = points.get(Id) ?? []
        points.set(Id, own)
        for (const [i, at] of Timestamps.entries()) {
          const value = Values[i]
          if (value !== undefined && Number.isFinite(value)) own.push([at, value])
        }
      }
      token = answer.NextToken
    }
    return points
  }

  return {
    alarms: ({ state, names, prefix, limit = 100, token }, abortSignal) =>
      guarded(async () => {
        const answer = await client.send(
          new DescribeAlarmsCommand({
            AlarmTypes: [...BOTH_KINDS],
            StateValue: state as Alarm['StateValue'] | undefined,
            AlarmNames: names,
            AlarmNamePrefix: prefix,
            MaxRecords: limit,
            NextToken: token,
          }),
          { abortSignal },
        )
        const both = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])]
        return { ...checkedList(VENDOR, 'alarms', alarmShape, both), token: answer.NextToken }
      }),

    alarmHistory: ({ name, type, span, limit, token }, abortSignal) =>
      guarded(async () => {
        const answer = await client.send(
          new DescribeAlarmHistoryCommand({
            AlarmName: name,
            AlarmTypes: [...BOTH_KINDS],
            HistoryItemType: type,
            StartDate: new Date(span.from),
            EndDate: new Date(span.to),
            ScanBy: 'TimestampDescending',
            MaxRecords: limit,
            NextToken: token,
          }),
          { abortSignal },
        )
        const { rows, rejected } = checkedList(VENDOR, 'alarm history', historyShape, answer.AlarmHistoryItems ?? [])
        return { rows, rejected, token: answer.NextToken }
      }),

    metrics: ({ namespace, name, dimensions, active, token }, abortSignal) =>
      guarded(async () => {
        const asked = {
          Namespace: namespace,
          MetricName: name,
          Dimensions: dimensions && dimensionList(dimensions),
          ...(active && { RecentlyActive: 'PT3H' as const }),
          NextToken: token,
        }
        const answer = await client.send(new ListMetricsCommand(asked), { abortSignal })
        return { ...checkedList(VENDOR, 'metrics', metricShape, answer.Metrics ?? []), token: answer.NextToken }
      }),

    data: (queries, span, abortSignal) =>
      guarded(async () => {
        const points = await read(
          queries.map((query, i) => ({ Id: `m${i}`, MetricStat: metricStat(query) })),
          span,
          abortSignal,
        )
        return queries.map((_, i) => points.get(`m${i}`) ?? [])
      }),

    math: ({ expression, queries, span }, abortSignal) =>
      guarded(async () => {
        const named = queries.map((query, i) => ({
          Id: `m${i + 1}`,
          MetricStat: metricStat(query),
          ReturnData: false,
        }))
        const points = await read([...named, { Id: 'answer', Expression: expression }], span, abortSignal)
        return points.get('answer') ?? []
      }),

    statistics: ({ metric, statistics, period, span }, abortSignal) =>
      guarded(async () => {
        const asked = {
          ...metric,
          Dimensions: dimensionList(metric.Dimensions),
          Period: period,
          StartTime: new Date(span.from),
          EndTime: endOf(span.to),
          ...(statistics.every(isExtended)
            ? { ExtendedStatistics: [...statistics] }
            : { Statistics: statistics as Statistic[] }),
        }
        const answer = await client.send(new GetMetricStatisticsCommand(asked), { abortSignal })
        const { rows } = checkedList(VENDOR, 'statistics', pointShape, answer.Datapoints ?? [])
        return rows.sort((a, b) => a.Timestamp - b.Timestamp)
      }),

    close: () => client.destroy(),
  }
}

function metricStat({ metric, statistic, period }: Query) {
  return {
    Metric: { ...metric, Dimensions: dimensionList(metric.Dimensions) },
    Period: period,
    Stat: statistic,
  }
}

function dimensionList(dimensions: Record<string, string>) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
}

/** AWS leaves the end out. */
function endOf(to: Millis): Date {
  return new Date(to + 1)
}
