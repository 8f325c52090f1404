// How far a row lies outside what HDBSCAN finds dense. Time O(n^2 d): for some thousand rows.
import { hdbscan, type HdbscanOptions } from '../clusterers/hdbscan.ts'
import { quantile, robustScale } from '../statistics.ts'
import { bentTo, type Detector } from './detector.ts'

/**
 * GLOSH, bent so that 0.5 is at Tukey's fence of the batch, Q3 + 1.5 IQR, kept within these bounds. HDBSCAN's own noise
 * flag would not do: of 500 normally distributed rows it takes 218 to 500 for noise, the fence 1 to 9.
 */
const FENCE = { lowest: 0.5, highest: 0.9 }

/** Values are cut here: their squares can still be added. */
const FARTHEST = 1e100

/**
 * Columns are scaled by median and IQR first, unless the metric is cosine: their units differ. A missing value counts as
 * the median of its column, under cosine as 0.
 */
export function noise(options: Partial<HdbscanOptions> = {}): Detector {
  const settings = { metric: 'euclidean', ...options } as const
  return {
    name: 'hdbscan',
    score(rows, n, d) {
      const scaled = settings.metric === 'cosine' ? rows : standardised(rows, n, d)
      const { outlierScores } = hdbscan(scaled.map(within), n, d, settings)
      const fence = fenceOf(outlierScores)
      return outlierScores.map(score => bentTo(fence, score))
    },
  }
}

function fenceOf(scores: Float64Array): number {
  if (scores.length === 0) return FENCE.lowest
  const upper = quantile(scores, 0.75)
  const fence = upper + 1.5 * (upper - quantile(scores, 0.25))
  return Math.min(Math.max(fence, FENCE.lowest), FENCE.highest)
}

function within(value: number): number {
  return Number.isNaN(value) ? 0 : Math.min(Math.max(value, -FARTHEST), FARTHEST)
}

function standardised(rows: Float64Array, n: number, d: number): Float64Array {
  const { centre, scale } = robustScale(rows, n, d)
  return rows.map((value, at) => {
    const j = at % d
    return scale[j]! > 0 ? (value - centre[j]!) / scale[j]! : 0
  })
}
