// Statistics of a list of numbers. Robust ones first: a median does not move for one wild value.

/** The interquartile range of a normal distribution, in standard deviations. */
export const IQR_OF_NORMAL = 1.349

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5)
}

/**
 * Linear between neighbours (type 7 of Hyndman and Fan 1996, numpy's default); NaN for no values.
 * @param q 0..1
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), q)
}

export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN
  const at = q * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  const share = at - below
  if (share === 0) return low
  const high = sorted[below + 1]!
  return Number.isFinite(high - low) ? low + share * (high - low) : (1 - share) * low + share * high
}

/** The distance between the quartiles. */
export function iqr(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  return quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** Of the values themselves, not an estimate for more of them: divides by n. */
export function standardDeviation(values: ArrayLike<number>): number {
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - centre) ** 2
  return Math.sqrt(sum / values.length)
}

/** The values that are neither NaN nor infinite, ascending. */
export function finiteSorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values)
    .filter(value => Number.isFinite(value))
    .sort()
}

/** Standard deviations of a normal distribution in its median and in its mean absolute deviation. */
const MEDIAN_DEVIATION_OF_NORMAL = 0.6745
const MEAN_DEVIATION_OF_NORMAL = Math.sqrt(2 / Math.PI)

/**
 * The median, and the median absolute deviation from it as a standard deviation (MAD / 0.6745); where more than half of
 * the values are one and the MAD is 0, the mean absolute deviation (Iglewicz and Hoaglin 1993), which is 0 for constant
 * values only. NaN and infinite values are left out; of no values both are NaN.
 */
export function medianAndDeviation(values: ArrayLike<number>): { centre: number; deviation: number } {
  const sorted = finiteSorted(values)
  const centre = quantileOfSorted(sorted, 0.5)
  const away = sorted.map(value => Math.abs(value - centre))
  const typical = median(away)
  const deviation = typical > 0 ? typical / MEDIAN_DEVIATION_OF_NORMAL : mean(away) / MEAN_DEVIATION_OF_NORMAL
  return { centre, deviation }
}

/**
 * Each column of n x d by its median and by IQR / 1.349, which for normal data is the standard deviation.
 * Where more than half of a column is one value and the IQR is 0, by the standard deviation; 0 for a constant column.
 * NaN and infinite values are left out; a column of nothing else has centre and scale 0.
 */
export function robustScale(
  rows: ArrayLike<number>,
  n: number,
  d: number,
): { centre: Float64Array; scale: Float64Array } {
  const centre = new Float64Array(d)
  const scale = new Float64Array(d)
  const all = new Float64Array(n)
  for (let j = 0; j < d; j++) {
    let known = 0
    for (let i = 0; i < n; i++) if (Number.isFinite(rows[i * d + j])) all[known++] = rows[i * d + j]!
    if (known === 0) continue
    const column = all.subarray(0, known).sort()
    centre[j] = quantileOfSorted(column, 0.5)
    const spread = quantileOfSorted(column, 0.75) - quantileOfSorted(column, 0.25)
    scale[j] = spread > 0 ? spread / IQR_OF_NORMAL : standardDeviation(column)
  }
  return { centre, scale }
}

/**
 * Below which value a share of a standard normal distribution lies: 0.95 -> 1.645. Off by less than 4.5e-4:
 * Abramowitz and Stegun 26.2.23.
 * @param share 0..1, both excluded
 */
export function normalQuantile(share: number): number {
  if (share < 0.5) return -normalQuantile(1 - share)
  const t = Math.sqrt(-2 * Math.log(1 - share))
  const above = 2.515517 + t * (0.802853 + t * 0.010328)
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  return t - above / below
}
