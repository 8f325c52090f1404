// DescribeLogGroups, DescribeLogStreams, FilterLogEvents and GetLogEvents.
import { z } from 'zod'
import { NotSimulated } from '../not-simulated.ts'
import { parseFilterPattern } from './filter-pattern.ts'
import { firstFrom, type LogEvent, type LogStore } from './log-store.ts'
import { offsetOf, operation, AwsError, type Operation } from './operation.ts'

const page = (most: number) => z.int().min(1).max(most).default(most)
const token = z.string().optional()
const ofGroup = { logGroupName: z.string().optional(), logGroupIdentifier: z.string().optional() }
const millis = z.number().nonnegative()

export function logOperations(store: LogStore, arnPrefix: string): Record<string, Operation> {
  return {
    DescribeLogGroups: operation(
      z.strictObject({
        logGroupNamePrefix: z.string().optional(),
        logGroupNamePattern: z.string().optional(),
        limit: page(50),
        nextToken: token,
      }),
      asked => {
        const pattern = asked.logGroupNamePattern?.toLowerCase() ?? ''
        const found = store
          .groups()
          .filter(({ name }) => name.startsWith(asked.logGroupNamePrefix ?? '') && name.toLowerCase().includes(pattern))
        const from = offsetOf(asked.nextToken)
        return {
          logGroups: found.slice(from, from + asked.limit).map(({ name, createdAt, bytes }) => ({
            logGroupName: name,
            creationTime: Math.floor(createdAt),
            metricFilterCount: 0,
            arn: `${arnPrefix}:log-group:${name}:*`,
            logGroupArn: `${arnPrefix}:log-group:${name}`,
            storedBytes: bytes,
            logGroupClass: 'STANDARD',
          })),
          ...next(from + asked.limit, found.length),
        }
      },
    ),

    DescribeLogStreams: operation(
      z.strictObject({
        ...ofGroup,
        logStreamNamePrefix: z.string().optional(),
        orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
        descending: z.boolean().default(false),
        limit: page(50),
        nextToken: token,
      }),
      asked => {
        const group = store.group(asked.logGroupName ?? asked.logGroupIdentifier)
        const found = [...group.streams.values()]
          .filter(stream => stream.name.startsWith(asked.logStreamNamePrefix ?? ''))
          .sort((a, b) => (asked.orderBy === 'LastEventTime' ? a.last - b.last : a.name < b.name ? -1 : 1))
        if (asked.descending) found.reverse()
        const from = offsetOf(asked.nextToken)
        return {
          logStreams: found.slice(from, from + asked.limit).map(stream => ({
            logStreamName: stream.name,
            creationTime: stream.first,
            firstEventTimestamp: stream.first,
            lastEventTimestamp: stream.last,
            lastIngestionTime: stream.last,
            arn: `${arnPrefix}:log-group:${group.name}:log-stream:${stream.name}`,
            storedBytes: stream.bytes,
          })),
          ...next(from + asked.limit, found.length),
        }
      },
    ),

    FilterLogEvents: operation(
      z.strictObject({
        ...ofGroup,
        logStreamNames: z.array(z.string()).max(100).optional(),
        logStreamNamePrefix: z.string().optional(),
        startTime: millis.default(0),
        endTime: millis.default(Infinity),
        filterPattern: z.string().default(''),
        limit: page(10_000),
        nextToken: token,
        interleaved: z.boolean().optional(),
      }),
      asked => {
        const { events } = store.group(asked.logGroupName ?? asked.logGroupIdentifier)
        const matches = parseFilterPattern(asked.filterPattern)
        const found: LogEvent[] = []
        // The token is the place in the group where the search goes on, so that new lines do not shift it.
        let i = asked.nextToken === undefined ? firstFrom(events, asked.startTime) : offsetOf(asked.nextToken)
        for (; i < events.length && found.length < asked.limit; i++) {
          const event = events[i]
          if (!event || event.at > asked.endTime) break
          const ofStream =
            asked.logStreamNames?.includes(event.stream) ?? event.stream.startsWith(asked.logStreamNamePrefix ?? '')
          if (ofStream && matches(event.message)) found.push(event)
        }
        const more = i < events.length && (events[i]?.at ?? Infinity) <= asked.endTime
        return {
          events: found.map(({ at, message, stream, id }) => ({
            logStreamName: stream,
            timestamp: at,
            message,
            ingestionTime: at,
            eventId: id,
          })),
          searchedLogStreams: [],
          ...(more ? { nextToken: String(i) } : {}),
        }
      },
    ),

    GetLogEvents: operation(
      z.strictObject({
        ...ofGroup,
        logStreamName: z.string(),
        startTime: millis.default(0),
        endTime: millis.default(Infinity),
        startFromHead: z.boolean().default(false),
        limit: page(10_000),
        nextToken: token,
      }),
      asked => {
        const group = store.group(asked.logGroupName ?? asked.logGroupIdentifier)
        if (!group.streams.has(asked.logStreamName))
          throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.')
        const found = group.events.filter(
          event => event.stream === asked.logStreamName && event.at >= asked.startTime && event.at < asked.endTime,
        )
        const [, direction, place] = /^([fb])\/(\d+)$/.exec(asked.nextToken ?? '') ?? []
        if (asked.nextToken !== undefined && direction === undefined)
          throw new NotSimulated(`the token ${asked.nextToken}`)
        const forward = direction === 'f' || (direction === undefined && asked.startFromHead)
        const anchor = place === undefined ? (forward ? 0 : found.length) : Number(place)
        const from = forward ? anchor : Math.max(0, anchor - asked.limit)
        const until = forward ? Math.min(found.length, anchor + asked.limit) : anchor
        return {
          events: found.slice(from, until).map(({ at, message }) => ({ timestamp: at, message, ingestionTime: at })),
          nextForwardToken: `f/${until}`,
          nextBackwardToken: `b/${from}`,
        }
      },
    ),
  }
}

function next(until: number, length: number): { nextToken?: string } {
  return until < length ? { nextToken: String(until) } : {}
}
