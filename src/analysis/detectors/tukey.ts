// How far a value lies outside the quartiles: Tukey, Exploratory Data Analysis (1977).
import { finiteSorted, IQR_OF_NORMAL, quantileOfSorted, standardDeviation } from '../statistics.ts'
import { scoreOf } from './detector.ts'
import type { SeriesDetector } from './series-detector.ts'

/** Tukey's inner fence, in interquartile ranges beyond a quartile; 3 is his outer one and scores 0.67. */
const FENCE = 1.5

/** Where more than half of the values are one and the range is 0, 1.349 standard deviations stand for it; constant: 0. */
export function tukey(): SeriesDetector {
  return {
    name: 'iqr',
    score(_, values) {
      const sorted = finiteSorted(values)
      const lower = quantileOfSorted(sorted, 0.25)
      const upper = quantileOfSorted(sorted, 0.75)
      const range = upper > lower ? upper - lower : IQR_OF_NORMAL * standardDeviation(sorted)
      return Float64Array.from(values, value => scoreOf(Math.max(lower - value, value - upper) / range, FENCE))
    },
  }
}
