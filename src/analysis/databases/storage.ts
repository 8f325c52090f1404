// Storage full, or full within the hour at the rate it fills. A volume that was grown since is well, however low it was.
import type { Millis } from '#incident/signal.ts'
import { duration } from '../amount.ts'
import type { Course } from './course.ts'
import { beganAt, show } from './course.ts'
import { lastSaid } from './said.ts'
import type { FindShortage } from './shortage.ts'

const FULL =
  /ran out of (?:storage|disk)|no space left|storage[- ]full|insufficient (?:storage|disk)|disk full|could not extend file/i
const CRITICAL = /\b(?:storage|disk)\b.{0,40}\bcritically low/i
const HOUR: Millis = 3_600_000
const FELL = 0.75 // of what was free before: less is how databases breathe
const NOTHING = 2 ** 30 // bytes: a gigabyte lasts minutes
const GROWN = 1.5 // times the least: freed or grown again

export const storageShort: FindShortage = database => {
  const { freeStorage: course } = database.courses
  if (!course) return undefined
  const isBack = course.now >= GROWN * course.worst.value && course.now >= FELL * course.usual
  const full = lastSaid(database, FULL)
  const critical = lastSaid(database, CRITICAL)
  const left = lastsFor(course)
  const isFalling = course.now <= FELL * course.usual && (left < HOUR || course.now <= NOTHING)
  if (isBack || (!full && !critical && !isFalling)) return undefined
  const soon = full ? '' : left < HOUR ? `, full in about ${duration(left)}` : ''
  return {
    resource: 'storage',
    roles: ['freeStorage'],
    fault: 'storage full',
    verdict: full ? 'ran out of storage' : `is short of storage (${show(course)} free${soon})`,
    reason: `${course.metric} ${show(course, course.usual)} → ${show(course)}${soon}`,
    signals: [course.id, ...[full, critical].flatMap(said => (said ? [said.signal] : []))],
    began: beganAt(course),
    waits: ['write'],
  }
}

/** Ms until nothing is free, at the mean rate since it began to fall; Infinity where it does not. */
function lastsFor({ times, values, best, now }: Course): Millis {
  const lost = best.value - now
  const took = times.at(-1)! - best.at
  return lost > 0 && took > 0 && values.length > 2 ? (now / lost) * took : Number.POSITIVE_INFINITY
}
