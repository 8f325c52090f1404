// Disk I/O at its limit: a burst balance used up, or requests that queue while latency grows. A long queue that is served fast is load.
import { beganAt, sayCourse, show, timesUsual } from './course.ts'
import type { Course } from './course.ts'
import type { FindShortage } from './shortage.ts'

const USED_UP = 10 // percent of the burst balance: throttling begins at 0, and points are a minute old
const QUEUED = 10 // requests
const TIMES = 5
const LEAST_SECONDS = 0.002

export const diskShort: FindShortage = ({ courses }) => {
  const { burst, queue, readLatency, writeLatency } = courses
  const latency = [readLatency, writeLatency]
    .flatMap(course => course ?? [])
    .toSorted((a, b) => slower(b) - slower(a))[0]
  const isUsedUp = burst !== undefined && burst.now <= USED_UP
  const isQueued =
    queue !== undefined &&
    queue.now >= QUEUED &&
    timesUsual(queue, 1) >= TIMES &&
    latency !== undefined &&
    slower(latency) >= TIMES
  const first = isUsedUp ? burst : isQueued ? queue : undefined
  if (!first) return undefined
  const beside = [queue, latency].filter(course => course !== undefined && course !== first) as Course[]
  return {
    resource: 'disk I/O',
    roles: ['queue', 'burst'],
    fault: isUsedUp ? 'burst balance exhausted' : 'disk I/O saturated',
    verdict: isUsedUp ? `has used up its burst balance (${show(first)})` : 'is short of disk I/O',
    reason: [first, ...beside].map(sayCourse).join(', '),
    signals: [first, ...beside].map(({ id }) => id),
    began: beganAt(first),
    waits: ['read', 'write', 'log'],
  }
}

const slower = (course: Course): number => timesUsual(course, LEAST_SECONDS)
