// DBSCAN: clusters are what dense points reach in steps of at most epsilon. Equal to scikit-learn's.
// Ester, Kriegel, Sander, Xu: A Density-Based Algorithm for Discovering Clusters (KDD 1996).
import { Distances, type Metric } from '../distance.ts'

export type DbscanOptions = {
  metric: Metric
  /** How far a neighbour may be; above 0. More gives fewer, larger clusters. */
  epsilon: number
  /** How many rows within epsilon, itself among them, make a row dense; 1 or more. */
  minSamples: number
  /** How often each row occurred, n of them; counts toward minSamples. */
  weights?: ArrayLike<number>
}

const DEFAULTS: DbscanOptions = { metric: 'cosine', epsilon: 0.1, minSamples: 3 }

/**
 * A row that dense rows of two clusters reach belongs to the one found first. No rows have no clusters.
 * Time O(n^2 d), memory O(n d).
 *
 * @param rows n x d, finite
 * @returns labels: cluster of each row from 0, in the order of their first dense row, or -1 for noise
 */
export function dbscan(rows: ArrayLike<number>, n: number, d: number, options: Partial<DbscanOptions> = {}) {
  const { metric, epsilon, minSamples, weights } = { ...DEFAULTS, ...options }
  if (!(epsilon > 0)) throw new RangeError(`expected epsilon to be above 0, got ${epsilon}`)
  if (!(minSamples >= 1)) throw new RangeError(`expected minSamples to be 1 or more, got ${minSamples}`)
  if (weights && weights.length !== n) throw new RangeError(`expected ${n} weights, got ${weights.length}`)
  const distances = new Distances(rows, n, d, metric)
  const all = Int32Array.from({ length: n }, (_, i) => i)
  const measured = new Float64Array(n)
  const labels = new Int32Array(n).fill(-1)
  const isSeen = new Uint8Array(n) // measured, or about to be
  let clusters = 0
  for (let first = 0; first < n; first++) {
    if (isSeen[first]) continue
    isSeen[first] = 1
    const reached = [first]
    let isCluster = false
    for (let at = reached.pop(); at !== undefined; at = reached.pop()) {
      distances.measure(at, all, n, measured)
      let count = 0
      for (let j = 0; j < n; j++) if (measured[j]! <= epsilon) count += weights?.[j] ?? 1
      // What is not dense may yet be reached by a later cluster.
      if (count < minSamples) continue
      isCluster = true
      labels[at] = clusters
      for (let j = 0; j < n; j++) {
        if (measured[j]! > epsilon) continue
        if (labels[j]! < 0) labels[j] = clusters
        if (!isSeen[j]) reached.push(j)
        isSeen[j] = 1
      }
    }
    if (isCluster) clusters++
  }
  return { labels, clusters }
}
