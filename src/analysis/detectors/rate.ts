// How unusual a count of events is, whatever the length of its step: counts scatter with their own square root.
import { median, medianAndDeviation } from '../statistics.ts'
import { scoreOf } from './detector.ts'
import { UNUSUAL_Z } from './robust-z.ts'
import type { SeriesDetector } from './series-detector.ts'

export type RateOptions = {
  /** Values are of a counter that only grows and starts again at 0, rather than counts of one step. */
  counter: boolean
}

/**
 * The modified z-score of 2 sqrt(count + 3/8) (Anscombe 1948), which for Poisson counts has a standard deviation of 1;
 * where they scatter more than that, theirs. Counts are for a step of the usual length. Negative ones are missing.
 */
export function rate({ counter = false }: Partial<RateOptions> = {}): SeriesDetector {
  return {
    name: 'rate',
    score(times, values) {
      const counts = (counter ? increasesOf(values) : Float64Array.from(values)).map(count =>
        count >= 0 ? count : Number.NaN,
      )
      const steps = stepsOf(times, values, counter)
      const usual = median(steps.filter(step => step > 0))
      const level = counts.map((count, i) => {
        const share = steps[i]! > 0 ? usual / steps[i]! : 1
        return 2 * Math.sqrt(count * share + 3 / 8)
      })
      const { centre, deviation } = medianAndDeviation(level)
      const scale = Math.max(1, deviation)
      return level.map(value => scoreOf(Math.abs(value - centre) / scale, UNUSUAL_Z))
    },
  }
}

/** Ms that each value is about: since the one before; of a counter, since the one before that is known. NaN: not known. */
function stepsOf(times: ArrayLike<number>, values: ArrayLike<number>, counter: boolean): Float64Array {
  let before = Number.NaN
  return Float64Array.from(times, (at, i) => {
    const step = at - before
    if (!counter || Number.isFinite(values[i])) before = at
    return step
  })
}

/**
 * What a counter grew by since the known value before; NaN for the first one and for missing ones. A counter that falls
 * was reset and began at 0, as Prometheus' increase() has it.
 *
 * @example
 * increasesOf([10, 14, NaN, 15, 3, 4]) // [NaN, 4, NaN, 1, 3, 1]
 */
export function increasesOf(values: ArrayLike<number>): Float64Array {
  let before = Number.NaN
  return Float64Array.from(values, value => {
    if (!Number.isFinite(value)) return Number.NaN
    const increase = value >= before || Number.isNaN(before) ? value - before : value
    before = value
    return increase
  })
}
