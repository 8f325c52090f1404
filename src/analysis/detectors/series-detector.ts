// The port of everything that says how unusual a value is among those of the same series. What opens incidents is the
// recipe of groups.ts; these are for series that are looked at as a whole.

/**
 * Port. Higher is more unusual; above 0.5 a detector calls a value unusual.
 * Contract: the same series gives the same scores; never NaN, however short or flat the series. A missing value (NaN)
 * scores 0, teaches nothing, and leaves the others as they are.
 */
export type SeriesDetector = {
  name: string
  /** times: n, ms since 1970 UTC, ascending; values: n, in any unit -> n scores in 0..1. */
  score(times: ArrayLike<number>, values: ArrayLike<number>): Float64Array
}
