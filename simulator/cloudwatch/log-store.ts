// Log groups, their streams and events as of now.
import type { Cloud } from '../cloud.ts'
import { follow } from '../follow.ts'
import type { Millis } from '../recording.ts'
import { AwsError } from './operation.ts'

export type LogEvent = { id: string; at: Millis; group: string; stream: string; message: string }
export type LogStream = { name: string; first: Millis; last: Millis; bytes: number }
export type LogGroup = {
  name: string
  createdAt: Millis
  bytes: number
  streams: Map<string, LogStream>
  events: LogEvent[]
}

export type LogStore = {
  now(): Millis
  groups(): LogGroup[] // by name
  /** By name or ARN; an unknown one is AWS's ResourceNotFoundException. */
  group(nameOrArn: string | undefined): LogGroup
}

export function openLogStore(cloud: Cloud): LogStore {
  const groups = groupsOf(cloud)
  const freshRecords = follow(cloud, 'cloudwatch/logs')
  return {
    now: () => cloud.now(),
    groups() {
      update()
      return [...groups.values()]
    },
    group(nameOrArn = '') {
      update()
      const group = groups.get(nameOrArn.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, ''))
      if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')
      return group
    },
  }

  function update(): void {
    for (const { at, group: name, stream: streamName, message } of freshRecords()) {
      const group = groups.get(name)
      if (!group) continue
      const stream = group.streams.get(streamName) ?? { name: streamName, first: at, last: at, bytes: 0 }
      group.streams.set(streamName, stream)
      const bytes = Buffer.byteLength(message)
      stream.last = at
      stream.bytes += bytes
      group.bytes += bytes
      const id = String(group.events.length).padStart(20, '0')
      group.events.push({ id, at, group: name, stream: streamName, message })
    }
  }
}

/** All that are ever written to: a group is there before its first line. */
function groupsOf({ story }: Cloud): Map<string, LogGroup> {
  const names = new Set<string>()
  for (const recording of [story.recording, story.afterCure ?? story.recording])
    for (const { group } of recording.records['cloudwatch/logs']) names.add(group)
  const createdAt = story.recording.start
  return new Map([...names].sort().map(name => [name, { name, createdAt, bytes: 0, streams: new Map(), events: [] }]))
}

/** Index of the first event at or after `start`. */
export function firstFrom(events: LogEvent[], start: Millis): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((events[middle]?.at ?? 0) >= start) high = middle
    else low = middle + 1
  }
  return low
}
