// One switch over the algorithms that put rows into groups; each is a file of its own.
import { Fault } from '#incident/fault.ts'
import { type DbscanOptions, dbscan } from './clusterers/dbscan.ts'
import { type ForestOptions, isolationForest } from './detectors/isolation-forest.ts'
import { checkRows } from './distance.ts'
import { type HdbscanOptions, hdbscan } from './clusterers/hdbscan.ts'
import { type KmeansOptions, kmeans } from './clusterers/kmeans.ts'

export type ClusterOptions =
  | ({ algorithm?: 'hdbscan' } & Partial<HdbscanOptions>)
  | ({ algorithm: 'dbscan' } & Partial<DbscanOptions>)
  | ({ algorithm: 'kmeans' } & Partial<KmeansOptions>)
  | ({ algorithm: 'isolation_forest' } & Partial<ForestOptions>)
  | { algorithm: 'vae' }

export type Clustering = {
  /** Cluster of each row from 0, or -1 for noise. */
  labels: Int32Array
  clusters: number
}

/**
 * HDBSCAN unless another is named. The isolation forest makes one cluster of what is ordinary, the rest is noise.
 * Rows are n x d and finite, or a RangeError is thrown. A Fault `validation` for `vae`, which does not exist yet.
 */
export function cluster(rows: ArrayLike<number>, n: number, d: number, options: ClusterOptions = {}): Clustering {
  switch (options.algorithm) {
    case undefined:
    case 'hdbscan':
      return hdbscan(rows, n, d, options)
    case 'dbscan':
      return dbscan(rows, n, d, options)
    case 'kmeans':
      return kmeans(rows, n, d, options)
    case 'isolation_forest':
      return ordinary(rows, n, d, options)
    case 'vae':
      throw new Fault(
        'validation',
        'The algorithm vae does not exist yet. Choose hdbscan, dbscan, kmeans or isolation_forest.',
      )
  }
}

/** Above this a row is isolated sooner than a usual one: section 3 of the paper, and `contamination: auto` of scikit-learn. */
const ISOLATED = 0.5

function ordinary(rows: ArrayLike<number>, n: number, d: number, options: Partial<ForestOptions>): Clustering {
  checkRows(rows, n, d)
  const scores = isolationForest(options).score(Float64Array.from(rows), n, d)
  const labels = Int32Array.from(scores, score => (score > ISOLATED ? -1 : 0))
  return { labels, clusters: labels.includes(0) ? 1 : 0 }
}
