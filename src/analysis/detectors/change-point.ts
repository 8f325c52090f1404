// Where the level of a series changes for good: the split into stretches of constant mean with the least squared error
// and a price for every change. Killick, Fearnhead, Eckley: Optimal Detection of Changepoints With a Linear
// Computational Cost (JASA 2012), PELT: exact, and quick where there are changes.
import { medianAndDeviation, standardDeviation } from '../statistics.ts'
import { scoreOf } from './detector.ts'
import type { SeriesDetector } from './series-detector.ts'

/** A stretch is this long at least: two values that are off are not a new level. */
export const LEAST_STRETCH = 3

/** Variances for each log(n) that a change must save. The BIC's is 2; 3 leaves white noise whole. */
const PRICE = 3

/** 0.5 and up where a new level begins, by how many standard deviations it differs: 0.5 + 0.5 z / (z + 1); 0 elsewhere. */
export function changePoint(): SeriesDetector {
  return {
    name: 'change_point',
    score(_, values) {
      const scores = new Float64Array(values.length)
      const places = Array.from({ length: values.length }, (__, i) => i).filter(i => Number.isFinite(values[i]))
      const known = Float64Array.from(places, i => values[i]!)
      const deviation = noiseOf(known)
      const starts = [0, ...changesOf(known), known.length]
      for (let k = 1; k < starts.length - 1; k++) {
        const before = meanOf(known, starts[k - 1]!, starts[k]!)
        const after = meanOf(known, starts[k]!, starts[k + 1]!)
        const away = Math.abs(after - before) / deviation
        scores[places[starts[k]!]!] = 0.5 + 0.5 * scoreOf(away, 1)
      }
      return scores
    },
  }
}

/**
 * Where new levels begin, ascending, never 0. values: finite. Time O(n) where changes come at a rate, O(n^2) at worst,
 * for a series without one: 10,000 values take half a second.
 *
 * @param price what a change must save of the sum of squared errors; by default 3 log(n) times the variance between neighbours
 * @example
 * changesOf([1, 1, 1, 1, 5, 5, 5, 5], 1) // [4]: one level costs 32, two cost 0 and one change
 */
export function changesOf(values: ArrayLike<number>, price?: number): number[] {
  const n = values.length
  const paid = price ?? PRICE * Math.log(Math.max(n, 2)) * noiseOf(values) ** 2
  if (n < 2 * LEAST_STRETCH || !(paid > 0) || paid === Infinity) return []
  const { sums, squares } = running(values)
  const best = new Float64Array(n + 1).fill(Infinity)
  const last = new Int32Array(n + 1)
  const starts = new Int32Array(n + 1) // of the stretch that ends here, the first `count`
  const leaving = new Int32Array(n + 1) // from which end on a start is no longer looked at
  const costs = new Float64Array(n + 1) // up to here, without the price
  let count = 0
  best[0] = -paid
  for (let end = LEAST_STRETCH; end <= n; end++) {
    starts[count] = end - LEAST_STRETCH
    leaving[count++] = n + 1
    for (let k = 0; k < count; k++) {
      const start = starts[k]!
      const sum = sums[end]! - sums[start]!
      const error = squares[end]! - squares[start]! - (sum * sum) / (end - start)
      const cost = best[start]! + (error < 0 ? 0 : error)
      costs[k] = cost
      if (cost + paid < best[end]!) {
        best[end] = cost + paid
        last[end] = start
      }
    }
    let kept = 0
    for (let k = 0; k < count; k++) {
      // A start that is worse than a change here stays worse once a whole stretch fits behind this place.
      const leaves = costs[k]! > best[end]! ? Math.min(leaving[k]!, end + LEAST_STRETCH) : leaving[k]!
      if (leaves <= end + 1) continue
      starts[kept] = starts[k]!
      leaving[kept++] = leaves
    }
    count = kept
  }
  const changes: number[] = []
  for (let end = last[n]!; end > 0; end = last[end]!) changes.push(end)
  return changes.toReversed()
}

/** Standard deviation of the values around their level, from the differences of neighbours: a change is one of many. */
function noiseOf(values: ArrayLike<number>): number {
  const steps = Float64Array.from({ length: Math.max(0, values.length - 1) }, (_, i) => values[i + 1]! - values[i]!)
  const { deviation } = medianAndDeviation(steps)
  return (deviation || standardDeviation(steps) || 0) / Math.SQRT2
}

/** Running sums of the values and of their squares, n + 1 long; of what differs from the first value, so that little is lost. */
function running(values: ArrayLike<number>): { sums: Float64Array; squares: Float64Array } {
  const sums = new Float64Array(values.length + 1)
  const squares = new Float64Array(values.length + 1)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! - values[0]!
    sums[i + 1] = sums[i]! + value
    squares[i + 1] = squares[i]! + value * value
  }
  return { sums, squares }
}

function meanOf(values: Float64Array, start: number, end: number): number {
  let sum = 0
  for (let i = start; i < end; i++) sum += values[i]! / (end - start)
  return sum
}
