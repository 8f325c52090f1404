// Every detector of series with its defaults, in one list.
import { changePoint } from './change-point.ts'
import { percentile } from './percentile.ts'
import { rate } from './rate.ts'
import { robustZ } from './robust-z.ts'
import { seasonal } from './seasonal.ts'
import type { SeriesDetector } from './series-detector.ts'
import { tukey } from './tukey.ts'

export const SERIES_DETECTORS: readonly SeriesDetector[] = [
  robustZ(),
  tukey(),
  percentile(),
  seasonal(),
  changePoint(),
  rate(),
]
