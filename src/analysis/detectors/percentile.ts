// The outermost values of a series, whatever its distribution. Always calls about the same share unusual: for series of
// which nothing is known but that so much of them is.
import { finiteSorted } from '../statistics.ts'
import { bentTo } from './detector.ts'
import type { SeriesDetector } from './series-detector.ts'

export type PercentileOptions = {
  /** Share of the values at each end that is called unusual, above 0 and below 0.5. */
  tail: number
}

const DEFAULTS: PercentileOptions = { tail: 0.01 }

/** |2u - 1| of u, the share of values below (those equal count half), bent so that 0.5 is at the tails. Constant: 0. */
export function percentile(options: Partial<PercentileOptions> = {}): SeriesDetector {
  const { tail } = { ...DEFAULTS, ...options }
  if (!(tail > 0 && tail < 0.5)) throw new RangeError(`expected tail to be above 0 and below 0.5, got ${tail}`)
  return {
    name: 'percentile',
    score(_, values) {
      const sorted = finiteSorted(values)
      return Float64Array.from(values, value => {
        if (Number.isNaN(value) || sorted.length === 0) return 0
        if (!Number.isFinite(value)) return 1
        const below = (firstFrom(sorted, value) + firstAbove(sorted, value)) / (2 * sorted.length)
        return bentTo(1 - 2 * tail, Math.abs(2 * below - 1))
      })
    },
  }
}

function firstFrom(sorted: Float64Array, value: number): number {
  return firstWhere(sorted, other => other >= value)
}

function firstAbove(sorted: Float64Array, value: number): number {
  return firstWhere(sorted, other => other > value)
}

/** `holds` is false up to some place and true from there on. */
function firstWhere(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(sorted[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
