// Log groups, their lines, and Insights queries over them as CloudWatch Logs' SDK gives them.
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { checked, checkedList } from '../http.ts'
import { clientOptions, guarded, VENDOR } from './ask.ts'
import type { Page, Span } from './ask.ts'
import { logEventShape, logGroupShape, queryIdShape, queryResultsShape } from './schema.ts'
import type { CloudwatchSettings, LogEvent, LogGroup, QueryResults } from './schema.ts'

export type Logs = {
  /** By name; `pattern` is a part of it, upper and lower case alike. At most GROUPS_A_PAGE. */
  logGroups(asked: { pattern?: string; limit?: number; token?: string }, signal: AbortSignal): Promise<Page<LogGroup>>
  /** Oldest first. A page may be empty and yet have a next one: CloudWatch answers while it searches. */
  logEvents(
    asked: { group: string; pattern: string; streamPrefix?: string; span: Span; limit: number; token?: string },
    signal: AbortSignal,
  ): Promise<Page<LogEvent>>
  /** Its id. It goes on by itself, for an hour at most, and costs what it scans: stop it when nobody waits any more. */
  startQuery(
    asked: { query: string; groups: string[]; span: Span; limit: number },
    signal: AbortSignal,
  ): Promise<string>
  queryResults(id: string, signal: AbortSignal): Promise<QueryResults>
  stopQuery(id: string, signal: AbortSignal): Promise<void>
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const GROUPS_A_PAGE = 50

export function openLogs(settings: CloudwatchSettings): Logs & { close(): void } {
  const client = new CloudWatchLogsClient(clientOptions(settings))

  return {
    logGroups: ({ pattern, limit, token }, abortSignal) =>
      guarded(async () => {
        const asked = { logGroupNamePattern: pattern, limit, nextToken: token }
        const answer = await client.send(new DescribeLogGroupsCommand(asked), { abortSignal })
        return { ...checkedList(VENDOR, 'log groups', logGroupShape, answer.logGroups ?? []), token: answer.nextToken }
      }),

    logEvents: ({ group, pattern, streamPrefix, span, limit, token }, abortSignal) =>
      guarded(async () => {
        const asked = {
          logGroupName: group,
          filterPattern: pattern,
          logStreamNamePrefix: streamPrefix,
          startTime: span.from,
          endTime: span.to,
          limit,
          nextToken: token,
        }
        const answer = await client.send(new FilterLogEventsCommand(asked), { abortSignal })
        return { ...checkedList(VENDOR, 'log events', logEventShape, answer.events ?? []), token: answer.nextToken }
      }),

    startQuery: ({ query, groups, span, limit }, abortSignal) =>
      guarded(async () => {
        const asked = {
          queryString: query,
          logGroupNames: groups,
          startTime: Math.floor(span.from / 1000), // seconds, unlike everywhere else in this API
          endTime: Math.ceil(span.to / 1000),
          limit,
        }
        const answer = await client.send(new StartQueryCommand(asked), { abortSignal })
        return checked(VENDOR, 'the start of a query', queryIdShape, answer).queryId
      }),

    queryResults: (queryId, abortSignal) =>
      guarded(async () => {
        const answer = await client.send(new GetQueryResultsCommand({ queryId }), { abortSignal })
        return checked(VENDOR, 'query results', queryResultsShape, answer)
      }),

    stopQuery: (queryId, abortSignal) =>
      guarded(async () => {
        await client.send(new StopQueryCommand({ queryId }), { abortSignal })
      }),

    close: () => client.destroy(),
  }
}
