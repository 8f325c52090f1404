// How far a value is from what is usual at its hour of its weekday, so that a busy Monday morning is no news.
import { median, medianAndDeviation } from '../statistics.ts'
import { scoreOf } from './detector.ts'
import { UNUSUAL_Z } from './robust-z.ts'
import type { SeriesDetector } from './series-detector.ts'

const HOUR_MILLIS = 3_600_000
const WEEK_HOURS = 168
const FIRST_HOUR = 72 // 1970-01-01 was a Thursday

/** The median of so few is not moved by one wild value among them. */
const LEAST_VALUES = 4

export type SeasonalOptions = {
  /** Of the clock whose hours and weekdays count, ahead of UTC. */
  offsetMinutes: number
}

/**
 * The usual is the median at the same hour of the same weekday; where fewer than 4 values are known there, at the same
 * hour of any day; then of all. The score is the modified z-score of what remains.
 */
export function seasonal({ offsetMinutes = 0 }: Partial<SeasonalOptions> = {}): SeriesDetector {
  return {
    name: 'seasonal',
    score(times, values) {
      const hours = Array.from(times, at => hourOfWeek(at + offsetMinutes * 60_000))
      const known = Array.from(values, (value, i) => ({ value, hour: hours[i]! })).filter(({ value }) =>
        Number.isFinite(value),
      )
      const ofWeek = mediansBy(known, hour => hour)
      const ofDay = mediansBy(known, hour => hour % 24)
      const ofAll = median(known.map(({ value }) => value))
      const rest = Float64Array.from(values, (value, i) => {
        const hour = hours[i]!
        return value - (ofWeek.get(hour) ?? ofDay.get(hour % 24) ?? ofAll)
      })
      const { centre, deviation } = medianAndDeviation(rest)
      return rest.map(value => scoreOf(Math.abs(value - centre) / deviation, UNUSUAL_Z))
    },
  }
}

/** 0 is Monday from midnight to one, 167 Sunday before midnight. */
export function hourOfWeek(at: number): number {
  const hours = Math.floor(at / HOUR_MILLIS) + FIRST_HOUR
  return ((hours % WEEK_HOURS) + WEEK_HOURS) % WEEK_HOURS
}

/** Only of those keys that have enough values. */
function mediansBy(known: readonly { value: number; hour: number }[], keyOf: (hour: number) => number) {
  const values = new Map<number, number[]>()
  for (const { value, hour } of known) {
    const held = values.get(keyOf(hour))
    if (held) held.push(value)
    else values.set(keyOf(hour), [value])
  }
  return new Map([...values].flatMap(([key, of]) => (of.length < LEAST_VALUES ? [] : [[key, median(of)] as const])))
}
