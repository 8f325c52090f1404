// What HDBSCAN leaves outside its clusters. Time O(n^2 d): for some thousand rows.
import { cluster, type ClusterOptions } from '../cluster.ts'
import { robustScale } from '../statistics.ts'
import type { Detector } from './detector.ts'

/**
 * GLOSH, pressed into 0..0.5 for members of a cluster and into 0.5..1 for noise. Where there is no cluster at all,
 * noise says nothing, and the score is GLOSH's own.
 * Columns are scaled by median and IQR first, unless the metric is cosine: their units differ.
 */
export function noise(options: Partial<ClusterOptions> = {}): Detector {
  const settings = { metric: 'euclidean', epsilon: 0, ...options } as const
  return {
    name: 'hdbscan',
    score(rows, n, d) {
      const scaled = settings.metric === 'cosine' ? rows : standardised(rows, n, d)
      const { labels, clusters, outlierScores } = cluster(scaled, n, d, settings)
      if (clusters === 0) return outlierScores
      return outlierScores.map((score, i) => (labels[i]! < 0 ? 0.5 : 0) + score / 2)
    },
  }
}

function standardised(rows: Float64Array, n: number, d: number): Float64Array {
  const { centre, scale } = robustScale(rows, n, d)
  return rows.map((value, at) => {
    const j = at % d
    return scale[j]! > 0 ? (value - centre[j]!) / scale[j]! : 0
  })
}
