// The port of everything that says how unusual a row is among others.

/**
 * Port. Higher is more unusual; above 0.5 a detector calls a row unusual, so that scores of several can be weighed
 * together.
 * Contract: the same rows give the same scores; rows are not kept; never NaN, however few or alike the rows. NaN in a
 * row is a missing value: it counts as usual.
 */
export type Detector = {
  /** One of the ensemble's: hdbscan, isolation_forest, vae, statistical. */
  name: string
  /** rows: n x d -> n scores in 0..1. */
  score(rows: Float64Array, n: number, d: number): Float64Array
}

/** Bends scores of 0..1 so that those above `threshold` are those above 0.5. */
export function bentTo(threshold: number, score: number): number {
  if (score <= threshold) return threshold > 0 ? (0.5 * score) / threshold : 0.5
  return 0.5 + (0.5 * (score - threshold)) / (1 - threshold)
}

/** A distance of 0 and up as a score: 0.5 at `unusual`, 0.75 at three times it, 1 at infinity; 0 where there is none (NaN). */
export function scoreOf(distance: number, unusual: number): number {
  if (distance === Infinity) return 1
  return distance > 0 ? distance / (distance + unusual) : 0
}
