// Storage full, or full within the hour at the rate it fills. A volume that was grown since is well, however low it was.
import type { Millis } from '#incident/signal.ts'
import { duration } from '../amount.ts'
import type { Course } from './course.ts'
import { beganAt, show } from './course.ts'
import type { Database, Said } from './database.ts'
import { lastSaid, quote } from './said.ts'
import type { FindShortage, Shortage } from './shortage.ts'

const FULL =
  /ran out of (?:storage|disk)|no space left|storage[- ]full|insufficient (?:storage|disk)|disk full|could not extend file/i
const CRITICAL = /\b(?:storage|disk)\b.{0,40}\bcritically low/i
const GREW = /(?:autoscaling|expansion|resize)\b.{0,40}\bcomplet|storage .{0,60}increased|is (?:now )?available/i
const HOUR: Millis = 3_600_000
const FELL = 0.75 // of what was free before: less is how databases breathe
const NOTHING = 2 ** 30 // bytes: a gigabyte lasts minutes
const GROWN = 1.5 // times the least: freed or grown again

export const storageShort: FindShortage = database => {
  const { freeStorage: course } = database.courses
  const full = lastSaid(database, FULL)
  const told = full ?? lastSaid(database, CRITICAL)
  if (!course) return told && !mendedSince(database, told) ? toldShort(told, full !== undefined) : undefined
  const isBack = course.now >= GROWN * course.worst.value && course.now >= FELL * course.usual
  const left = lastsFor(course)
  const isFalling = course.now <= FELL * course.usual && (left < HOUR || course.now <= NOTHING)
  if (isBack || (!told && !isFalling)) return undefined
  const soon = full ? '' : left < HOUR ? `, full in about ${duration(left)}` : ''
  return {
    ...STORAGE,
    verdict: full ? 'ran out of storage' : `is short of storage (${show(course)} free${soon})`,
    reason: `${course.metric} ${show(course, course.usual)} → ${show(course)}${soon}`,
    signals: [course.id, ...(told ? [told.signal] : [])],
    began: beganAt(course),
  }
}

const STORAGE = { resource: 'storage', roles: ['freeStorage'], fault: 'storage full', waits: ['write'] } as const

/** By its events alone, where nobody measures what is free. */
function toldShort(told: Said, isFull: boolean): Shortage {
  return {
    ...STORAGE,
    verdict: isFull ? 'ran out of storage' : 'is short of storage',
    reason: `${quote(told)}; its free storage is not measured`,
    signals: [told.signal],
    began: told.at,
  }
}

function mendedSince({ said }: Database, { at }: Said): boolean {
  return said.some(one => one.at > at && GREW.test(one.text))
}

/** Ms until nothing is free, at the mean rate since it began to fall; Infinity where it does not. */
function lastsFor({ times, values, best, now }: Course): Millis {
  const lost = best.value - now
  const took = times.at(-1)! - best.at
  return lost > 0 && took > 0 && values.length > 2 ? (now / lost) * took : Number.POSITIVE_INFINITY
}
