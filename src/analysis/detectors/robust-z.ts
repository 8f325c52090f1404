// How many robust standard deviations a value is from the median: Iglewicz and Hoaglin, How to Detect and Handle
// Outliers (1993), their modified z-score.
import { medianAndDeviation } from '../statistics.ts'
import { scoreOf } from './detector.ts'
import type { SeriesDetector } from './series-detector.ts'

/** Iglewicz and Hoaglin's: above it a value is labelled an outlier. */
export const UNUSUAL_Z = 3.5

/** z / (z + 3.5) of z = |x - median| / (1.4826 MAD); a constant series scores 0. */
export function robustZ(): SeriesDetector {
  return {
    name: 'robust_z',
    score(_, values) {
      const { centre, deviation } = medianAndDeviation(values)
      return Float64Array.from(values, value => scoreOf(Math.abs(value - centre) / deviation, UNUSUAL_Z))
    },
  }
}
