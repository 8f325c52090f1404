// The clock on the wall of a time zone, by the zone data of the runtime (Intl): which moment it shows a time, also on the
// two days a year on which it is changed.
import type { Millis } from './signal.ts'

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** A day of the calendar; the month from 1. Days beyond the end of a month run on, as Date.UTC counts. */
export type Day = { year: number; month: number; day: number }

const HOUR: Millis = 3_600_000

/**
 * The moment at which the clock shows that time of that day. Where it shows it twice, the first; where it skips it, as
 * long after the change as it was asked for after it: 02:30 on 29 March 2026 in Berlin -> 03:30 there.
 */
export function momentOf({ year, month, day }: Day, minuteOfDay: number, zone: string): Millis {
  const shown = Date.UTC(year, month - 1, day, 0, minuteOfDay)
  // No zone changes its clock twice within two days, so one of these two offsets held then.
  const [before, after] = [shown - offset(shown - 24 * HOUR, zone), shown - offset(shown + 24 * HOUR, zone)]
  const right = [before, after].filter(moment => moment + offset(moment, zone) === shown)
  return right.length > 0 ? Math.min(...right) : before
}

export function dayOf(moment: Millis, zone: string): Day {
  const there = new Date(moment + offset(moment, zone))
  return { year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate() }
}

export function weekdayOf({ year, month, day }: Day): Weekday {
  return WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? 'sun'
}

export function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

/** What the zone's clock is ahead of UTC then. */
function offset(moment: Millis, zone: string): Millis {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1_000) * 1_000
}

const formats = new Map<string, Intl.DateTimeFormat>() // making one takes a millisecond

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, made)
  return made
}
