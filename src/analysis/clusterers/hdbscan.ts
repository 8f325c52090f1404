// HDBSCAN: clusters of varying density, and noise. Plain and exact; equal to scikit-learn-contrib/hdbscan on its answers.
// Follows Campello, Moulavi, Sander (2013) and, for the outlier scores, Campello et al., TKDD 10(1), 2015 (GLOSH);
// cluster_selection_epsilon follows Malzer and Baum (2020). Soft membership and new points are in `membership.ts`.
import { condense, type CondensedTree } from './condensed-tree.ts'
import { checkRows, Distances, type Metric } from '../distance.ts'
import { coreDistances, nearestDistances, type SpanningTree, spanningTree } from './spanning-tree.ts'
import { tiledTree } from './tiled-tree.ts'

export type HdbscanOptions = {
  metric: Metric
  /** A smaller group is noise; 2 or more. More gives fewer, larger clusters. */
  minClusterSize: number
  /** How many neighbours make a place dense; 1 or more. More gives more noise. */
  minSamples: number
  /** Clusters that part below this distance stay together; 0 turns it off. */
  epsilon: number
  /** Excess of mass prefers clusters that last; leaf takes the finest. */
  selection: 'eom' | 'leaf'
  /**
   * How often each row occurred, n of them. Counts toward the size of a cluster, never toward density: identical rows
   * given apart are infinitely dense, and each becomes a cluster of its own. Give each row once, with its count.
   */
  weights?: ArrayLike<number>
  /** Measures near rows only: for more than some 20,000 rows. Has no effect under manhattan or without WebAssembly. */
  isApproximate: boolean
  /** Threads that measure, the caller's among them; answers do not depend on it. */
  threads: number
}

export type Hdbscan = {
  /** Cluster of each row from 0, or -1 for noise. */
  labels: Int32Array
  clusters: number
  /** How firmly each row belongs to its cluster, 0..1; 0 for noise. */
  probabilities: Float64Array
  /** GLOSH of each row, 0..1: how much sparser it lies than the densest part of what it is near. */
  outlierScores: Float64Array
  tree: CondensedTree
  /** Of each cluster of the tree: the label of the chosen one at or above it, or -1. */
  labelOf: Int32Array
}

const DEFAULTS: HdbscanOptions = {
  metric: 'cosine',
  minClusterSize: 5,
  minSamples: 3,
  epsilon: 0.1,
  selection: 'eom',
  isApproximate: false,
  threads: 1,
}

/** With fewer rows the plain way is as fast: it need not lay out memory. */
const FEWEST_TILED = 256

/** Blocks of 192 rows a block is measured against: ARI with the exact answer in bench/results.md, `cluster`. */
const NEAR_BLOCKS = 24

/** Of the groups that put near rows together; a bad one costs time, or in an approximation a little truth. */
const SEED = 42

/**
 * No rows and one row have no clusters, rows that are all equal none either: they never part. Throws a RangeError where
 * the numbers are not n x d or not finite. Time O(n^2 d), memory O(n (d + minSamples)). The whole set is never one cluster.
 * With WebAssembly and without, on one thread and on many: the answer is the same to the bit.
 *
 * @param rows n x d, finite
 */
export function hdbscan(rows: ArrayLike<number>, n: number, d: number, options: Partial<HdbscanOptions> = {}): Hdbscan {
  const settings = withDefaults(options, n)
  const { core, tree } = tiled(rows, n, d, settings) ?? plain(rows, n, d, settings)
  return cut(tree, core, settings)
}

function tiled(rows: ArrayLike<number>, n: number, d: number, settings: HdbscanOptions) {
  const { metric, isApproximate, minSamples, threads } = settings
  if (metric === 'manhattan' || n < FEWEST_TILED) return undefined
  checkRows(rows, n, d)
  const nearBlocks = isApproximate ? NEAR_BLOCKS : Infinity
  return tiledTree(rows, n, d, { metric, minSamples, threads, nearBlocks, seed: SEED })
}

function plain(rows: ArrayLike<number>, n: number, d: number, { metric, minSamples }: HdbscanOptions) {
  const distances = new Distances(rows, n, d, metric)
  const core = coreDistances(nearestDistances(distances, n, minSamples), n, minSamples)
  return { core, tree: spanningTree(distances, n, core) }
}

/** Throws a RangeError for an option out of its range. */
export function withDefaults(options: Partial<HdbscanOptions>, n: number): HdbscanOptions {
  const settings = { ...DEFAULTS, ...options }
  const { minClusterSize, minSamples, epsilon, weights, threads } = settings
  if (!(minClusterSize >= 2)) throw new RangeError(`expected minClusterSize to be 2 or more, got ${minClusterSize}`)
  if (!(minSamples >= 1)) throw new RangeError(`expected minSamples to be 1 or more, got ${minSamples}`)
  if (!(epsilon >= 0)) throw new RangeError(`expected epsilon to be 0 or more, got ${epsilon}`)
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`expected threads to be 1 or more, got ${threads}`)
  if (weights && weights.length !== n) throw new RangeError(`expected ${n} weights, got ${weights.length}`)
  return settings
}

/** The second half: clusters from the minimum spanning tree. Of equal edges, which comes first decides close calls. */
export function cut(edges: SpanningTree, core: Float64Array, settings: HdbscanOptions): Hdbscan {
  const weights = settings.weights ?? new Uint8Array(core.length).fill(1)
  const tree = condense(edges, core.length, settings.minClusterSize, weights, core)
  const chosen = settings.selection === 'eom' ? excessOfMass(tree, weights) : leaves(tree)
  return label(tree, settings.epsilon > 0 ? joinBelow(settings.epsilon, chosen, tree) : chosen)
}

/** A cluster is kept if it lasts longer, in points times lambda, than all that is chosen below it. */
function excessOfMass(tree: CondensedTree, weights: ArrayLike<number>): Uint8Array {
  const { parent, clusters } = tree
  const best = stabilities(tree, weights)
  const below = new Float64Array(clusters)
  const chosen = new Uint8Array(clusters)
  for (let c = clusters - 1; c > 0; c--) {
    if (below[c]! > best[c]!) best[c] = below[c]!
    else chosen[c] = 1
    below[parent[c]!]! += best[c]!
  }
  return topmost(chosen, tree)
}

/** Of each cluster: the sum over its points of how much lambda grew from its birth until they left it. */
function stabilities({ clusters, parent, birth, size, home, fall }: CondensedTree, weights: ArrayLike<number>) {
  const stability = new Float64Array(clusters)
  const stay = (c: number, until: number, points: number) => {
    // A cluster born at distance 0 has no time to live: Infinity - Infinity.
    if (until > birth[c]!) stability[c]! += (until - birth[c]!) * points
  }
  for (let i = 0; i < home.length; i++) stay(home[i]!, fall[i]!, weights[i]!)
  for (let c = 1; c < clusters; c++) stay(parent[c]!, birth[c]!, size[c]!)
  return stability
}

function leaves({ clusters, parent }: CondensedTree): Uint8Array {
  const chosen = new Uint8Array(clusters).fill(1)
  for (let c = 1; c < clusters; c++) chosen[parent[c]!] = 0
  chosen[0] = 0
  return chosen
}

/** Drops what is chosen below something chosen. */
function topmost(chosen: Uint8Array, { clusters, parent }: CondensedTree): Uint8Array {
  const covered = new Uint8Array(clusters)
  const kept = new Uint8Array(clusters)
  for (let c = 1; c < clusters; c++) {
    covered[c] = covered[parent[c]!]! | chosen[parent[c]!]!
    kept[c] = chosen[c]! & ~covered[c]!
  }
  return kept
}

/** Replaces clusters born at a distance below epsilon by their first ancestor that was born above it. */
function joinBelow(epsilon: number, chosen: Uint8Array, { clusters, parent, birth }: CondensedTree): Uint8Array {
  const joined = new Uint8Array(clusters)
  for (let c = 1; c < clusters; c++) {
    if (!chosen[c]) continue
    let ancestor = c
    if (1 / birth[c]! < epsilon) {
      while (parent[ancestor]! > 0) {
        ancestor = parent[ancestor]!
        if (1 / birth[ancestor]! > epsilon) break
      }
    }
    joined[ancestor] = 1
  }
  return joined
}

function label(tree: CondensedTree, chosen: Uint8Array): Hdbscan {
  const { clusters, parent, home, fall } = tree
  const owner = new Int32Array(clusters).fill(-1) // the chosen cluster at or above each
  const labelOf = new Int32Array(clusters).fill(-1)
  let count = 0
  for (let c = 1; c < clusters; c++) {
    owner[c] = chosen[c] ? c : owner[parent[c]!]!
    labelOf[c] = chosen[c] ? count++ : labelOf[parent[c]!]!
  }
  const densest = densestOf(tree)
  const densestBelow = densest.slice()
  for (let c = clusters - 1; c > 0; c--) {
    densestBelow[parent[c]!] = Math.max(densestBelow[parent[c]!]!, densestBelow[c]!)
  }

  const n = home.length
  const labels = new Int32Array(n)
  const probabilities = new Float64Array(n)
  const outlierScores = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const lambda = fall[i]!
    const most = densestBelow[home[i]!]!
    outlierScores[i] = most === 0 || lambda === Infinity ? 0 : most === Infinity ? 1 : (most - lambda) / most
    const own = owner[home[i]!]!
    labels[i] = labelOf[home[i]!]!
    probabilities[i] = own < 0 ? 0 : firmness(lambda, densest[own]!)
  }
  return { labels, clusters: count, probabilities, outlierScores, tree, labelOf }
}

/** Of each cluster: the largest lambda at which a point or a part left it, not counting what left its parts. */
export function densestOf({ clusters, parent, birth, home, fall }: CondensedTree): Float64Array {
  const densest = new Float64Array(clusters)
  for (let i = 0; i < home.length; i++) densest[home[i]!] = Math.max(densest[home[i]!]!, fall[i]!)
  for (let c = 1; c < clusters; c++) densest[parent[c]!] = Math.max(densest[parent[c]!]!, birth[c]!)
  return densest
}

/** 0..1: how close to its densest a point stays in its cluster. */
export function firmness(lambda: number, densest: number): number {
  return densest === 0 || lambda === Infinity ? 1 : Math.min(lambda, densest) / densest
}
