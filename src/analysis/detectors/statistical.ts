// The plainest detector: a row is as unusual as its most unusual column, against that column's median and IQR.
import { robustScale } from '../statistics.ts'
import { type Detector, scoreOf } from './detector.ts'

/** Robust standard deviations at which a value is called unusual (score 0.5): the three sigma of quality control. */
const UNUSUAL = 3

/** z / (z + 3) of the largest |z| of a row: 0 at the medians, 0.5 at 3, 0.75 at 9. Constant columns and missing values say nothing. */
export function statistical(): Detector {
  return {
    name: 'statistical',
    score(rows, n, d) {
      const { centre, scale } = robustScale(rows, n, d)
      return Float64Array.from({ length: n }, (_, i) => {
        let largest = 0
        for (let j = 0; j < d; j++) {
          const away = Math.abs(rows[i * d + j]! - centre[j]!) / scale[j]!
          if (scale[j]! > 0 && away > largest) largest = away
        }
        return scoreOf(largest, UNUSUAL)
      })
    },
  }
}
