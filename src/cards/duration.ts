// Spans and moments as people say them: "6 min", "1.5 h", "14:02".
import type { Millis } from '#incident/signal.ts'
import type { Reader, Time } from './card.ts'

// The most of each unit before the next says it better, and whether a decimal still means something.
const STEPS = [
  ['s', 1_000, 120, 0],
  ['min', 60_000, 90, 0],
  ['h', 3_600_000, 36, 1],
  ['d', 86_400_000, Number.POSITIVE_INFINITY, 1],
] as const

/**
 * In the largest unit that stays exact enough.
 * duration(90_000) -> '90 s'; duration(360_000) -> '6 min'; duration(5_400_000) -> '1.5 h'; negative spans are 0
 */
export function duration(millis: Millis): string {
  const span = Math.max(0, millis)
  if (span > 0 && span < 1_000) return `${Math.round(span)} ms`
  const [unit, length, , decimals] = STEPS.find(([, size, most]) => span < size * most) ?? STEPS[3]
  const count = span / length
  return `${Number(count.toFixed(count < 10 ? decimals : 0))} ${unit}`
}

/** The clock in the reader's zone; with the date when that is not today there. clock(…) -> '14:02' or '19 Nov 14:02' */
export function clock(at: Millis, { now, zone }: Reader): Time {
  const time = format(at, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const day = (moment: Millis) => format(moment, zone, { day: 'numeric', month: 'short', year: 'numeric' })
  if (day(at) === day(now)) return { kind: 'time', at, text: time }
  const date = format(at, zone, { day: 'numeric', month: 'short' })
  return { kind: 'time', at, text: `${date} ${time}` }
}

function format(at: Millis, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone }).format(at)
}
