// What a selector sees of each series at a moment: its newest sample, or its samples in a range. Both are open at the start.
import type { Millis } from '../../recording.ts'
import { type Labels, metricName } from '../labels.ts'
import type { Matcher } from '../matcher.ts'
import type { RangeSelector, Selector } from './expression.ts'
import { type RangeFunction, rangeFunctions } from './functions.ts'
import { distinct, type Vector, withoutName } from './vector.ts'

/** A series as far as it is visible; `labels` hold the metric name too and are the same object at every request. */
export type VisibleSeries = { labels: Labels; at: Float64Array; values: Float64Array }
export type SelectSeries = (matchers: readonly Matcher[]) => VisibleSeries[]
export type Points = { labels: Labels; at: Millis[]; values: number[] }

export const lookBack: Millis = 5 * 60_000 // Prometheus' default

/** The newest sample of each series within the look-back. */
export function latest({ matchers, offset }: Selector, select: SelectSeries): (at: Millis) => Vector {
  const chosen = select(matchers)
  return moment => {
    const at = moment - offset
    const vector: Vector = []
    for (const series of chosen) {
      const newest = countUpTo(series.at, at) - 1
      if (newest < 0 || (series.at[newest] ?? 0) <= at - lookBack) continue
      vector.push({ labels: series.labels, value: series.values[newest] ?? NaN })
    }
    return vector
  }
}

/** The function's value over each series' samples in the range. */
export function overRange(
  name: RangeFunction,
  { selector, range }: RangeSelector,
  select: SelectSeries,
): (at: Millis) => Vector {
  const chosen = select(selector.matchers)
  const oneMetric = new Set(chosen.map(series => series.labels[metricName])).size < 2
  const work = rangeFunctions[name]
  return at => {
    const end = at - selector.offset
    const start = end - range
    const vector: Vector = []
    for (const series of chosen) {
      const last = countUpTo(series.at, end)
      const first = countUpTo(series.at, start)
      if (first === last) continue
      const value = work({ at: series.at, values: series.values, first, last, start, end })
      if (value !== undefined) vector.push({ labels: withoutName(series.labels), value })
    }
    return oneMetric ? vector : distinct(vector)
  }
}

/** The true samples in the range, with their own times. */
export function rawSamples({ selector, range }: RangeSelector, at: Millis, select: SelectSeries): Points[] {
  const end = at - selector.offset
  const found: Points[] = []
  for (const { labels, at: times, values } of select(selector.matchers)) {
    const first = countUpTo(times, end - range)
    const last = countUpTo(times, end)
    if (first === last) continue
    found.push({ labels, at: [...times.subarray(first, last)], values: [...values.subarray(first, last)] })
  }
  return found
}

/** How many of the ascending moments are at or before `moment`. */
export function countUpTo(times: ArrayLike<Millis>, moment: Millis): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Infinity) <= moment) low = middle + 1
    else high = middle
  }
  return low
}
