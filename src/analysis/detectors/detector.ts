// The port of everything that says how unusual a row is among others.

/**
 * Port. Higher is more unusual; 0.5 is where a detector begins to call a row unusual, so that scores of several can be
 * weighed together.
 * Contract: the same rows give the same scores; rows are not kept; never NaN for finite rows, however few or alike.
 */
export type Detector = {
  /** One of the ensemble's: hdbscan, isolation_forest, vae, statistical. */
  name: string
  /** rows: n x d, finite -> n scores in 0..1. */
  score(rows: Float64Array, n: number, d: number): Float64Array
}
