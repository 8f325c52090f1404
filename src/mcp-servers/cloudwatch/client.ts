// Asks CloudWatch and CloudWatch Logs through AWS's own SDK, one try each: trying again is resilience.ts's. Answers are the
// SDK's, checked. Every failure is a Fault that says which setting to look at, never AWS's words (those stay in `cause`).
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
} from '@aws-sdk/client-cloudwatch'
import type { Statistic } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { Millis } from '#incident/signal.ts'
import { checkedList } from '../http.ts'
import { faultOf } from './fault.ts'
import { alarmShape, dataShape, logEventShape, logGroupShape, metricShape, pointShape } from './schema.ts'
import type { Alarm, CloudwatchSettings, LogEvent, Metric, Point } from './schema.ts'

/** `rejected`: entries that were not of AWS's shape, left out. `token`: of the next page, if there is one. */
export type Page<T> = { rows: T[]; rejected: number; token?: string }

/** `period` in seconds. */
export type Query = { metric: Metric; statistic: string; period: number }
export type Span = { from: Millis; to: Millis } // both included

export type Cloudwatch = {
  alarms(
    asked: { state?: string; names?: string[]; limit?: number; token?: string },
    signal: AbortSignal,
  ): Promise<Page<Alarm>>
  /** Those with points in the last three hours. */
  metrics(asked: { namespace?: string; token?: string }, signal: AbortSignal): Promise<Page<Metric>>
  /** Points of each query, oldest first; at most QUERIES queries. */
  data(queries: readonly Query[], span: Span, signal: AbortSignal): Promise<[Millis, number][][]>
  /** `statistics` are plain ones (Average) or percentiles (p90), not both. At most 1,440 points. */
  statistics(
    asked: { metric: Metric; statistics: readonly string[]; period: number; span: Span },
    signal: AbortSignal,
  ): Promise<Point[]>
  logGroups(token: string | undefined, signal: AbortSignal): Promise<Page<string>>
  logEvents(
    asked: { group: string; pattern: string; span: Span; limit: number; token?: string },
    signal: AbortSignal,
  ): Promise<Page<LogEvent>>
  close(): void
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const QUERIES = 500
const MOST_PAGES = 50 // of one GetMetricData: five million points

export function openCloudwatch({ region, profile, endpoint, credentials }: CloudwatchSettings): Cloudwatch {
  const options = {
    maxAttempts: 1,
    ...(region ? { region } : {}),
    ...(profile ? { profile } : {}),
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
  }
  const metrics = new CloudWatchClient(options)
  const logs = new CloudWatchLogsClient(options)

  return {
    alarms: ({ state, names, limit = 100, token }, abortSignal) =>
      guarded(async () => {
        const answer = await metrics.send(
          new DescribeAlarmsCommand({
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            StateValue: state as Alarm['StateValue'] | undefined,
            AlarmNames: names,
            MaxRecords: limit,
            NextToken: token,
          }),
          { abortSignal },
        )
        const both = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])]
        return { ...checkedList(VENDOR, 'alarms', alarmShape, both), token: answer.NextToken }
      }),

    metrics: ({ namespace, token }, abortSignal) =>
      guarded(async () => {
        const asked = { Namespace: namespace, RecentlyActive: 'PT3H' as const, NextToken: token }
        const answer = await metrics.send(new ListMetricsCommand(asked), { abortSignal })
        return { ...checkedList(VENDOR, 'metrics', metricShape, answer.Metrics ?? []), token: answer.NextToken }
      }),

    data: (queries, span, abortSignal) =>
      guarded(async () => {
        const asked = {
          MetricDataQueries: queries.map(({ metric, statistic, period }, i) => ({
            Id: `m${i}`,
            MetricStat: {
              Metric: { ...metric, Dimensions: dimensionsOf(metric) },
              Period: period,
              Stat: statistic,
            },
          })),
          ...startAndEnd(span),
          ScanBy: 'TimestampAscending' as const,
        }
        const series: [Millis, number][][] = queries.map(() => [])
        let token: string | undefined
        for (let page = 0; page < MOST_PAGES && (page === 0 || token); page++) {
          const answer = await metrics.send(new GetMetricDataCommand({ ...asked, NextToken: token }), { abortSignal })
          for (const { Id, Timestamps, Values } of checkedList(
            VENDOR,
            'data',
            dataShape,
            answer.MetricDataResults ?? [],
          ).rows) {
            const points = series[Number(Id.slice(1))]
            for (const [i, at] of Timestamps.entries()) {
              const value = Values[i]
              if (value !== undefined && Number.isFinite(value)) points?.push([at, value])
            }
          }
          token = answer.NextToken
        }
        return series
      }),

    statistics: ({ metric, statistics, period, span }, abortSignal) =>
      guarded(async () => {
        const asked = {
          ...metric,
          Dimensions: dimensionsOf(metric),
          Period: period,
          ...startAndEnd(span),
          ...(statistics.every(isPercentile)
            ? { ExtendedStatistics: [...statistics] }
            : { Statistics: statistics as Statistic[] }),
        }
        const answer = await metrics.send(new GetMetricStatisticsCommand(asked), { abortSignal })
        const { rows } = checkedList(VENDOR, 'statistics', pointShape, answer.Datapoints ?? [])
        return rows.sort((a, b) => a.Timestamp - b.Timestamp)
      }),

    logGroups: (token, abortSignal) =>
      guarded(async () => {
        const answer = await logs.send(new DescribeLogGroupsCommand({ nextToken: token }), { abortSignal })
        const { rows, rejected } = checkedList(VENDOR, 'log groups', logGroupShape, answer.logGroups ?? [])
        return { rows: rows.map(group => group.logGroupName), rejected, token: answer.nextToken }
      }),

    logEvents: ({ group, pattern, span, limit, token }, abortSignal) =>
      guarded(async () => {
        const asked = { logGroupName: group, filterPattern: pattern, startTime: span.from, endTime: span.to, limit }
        const answer = await logs.send(new FilterLogEventsCommand({ ...asked, nextToken: token }), { abortSignal })
        return { ...checkedList(VENDOR, 'log events', logEventShape, answer.events ?? []), token: answer.nextToken }
      }),

    close() {
      metrics.destroy()
      logs.destroy()
    },
  }
}

const VENDOR = 'CloudWatch'

export function isPercentile(statistic: string): boolean {
  return /^p\d/.test(statistic)
}

function dimensionsOf(metric: Metric) {
  return Object.entries(metric.Dimensions).map(([Name, Value]) => ({ Name, Value }))
}

/** AWS leaves the end out. */
function startAndEnd({ from, to }: Span) {
  return { StartTime: new Date(from), EndTime: new Date(to + 1) }
}

async function guarded<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw faultOf(error)
  }
}
