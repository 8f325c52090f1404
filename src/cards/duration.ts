// Spans and moments as people say them: "6 min", "1.5 h", "14:02".
import type { Millis } from '#incident/signal.ts'
import type { Reader, Time } from './card.ts'

const STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/**
 * In the largest unit that leaves at least 1, to two significant digits.
 * duration(360_000) -> '6 min'; duration(5_400_000) -> '1.5 h'; duration(140) -> '140 ms'; negative spans are 0
 */
export function duration(millis: Millis): string {
  const span = Math.max(0, millis)
  for (const [i, [unit, length]] of STEPS.entries()) {
    if (span < length) continue
    const rounded = twoDigits(span / length)
    const larger = STEPS[i - 1]
    return larger && rounded * length >= larger[1] ? `1 ${larger[0]}` : `${rounded} ${unit}`
  }
  return span === 0 ? '0 s' : `${Math.round(span)} ms`
}

function twoDigits(value: number): number {
  return value >= 10 ? Math.round(value) : Math.round(value * 10) / 10
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
