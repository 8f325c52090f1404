// What a clustering says beyond one label a row: how near each row is to every cluster, and where new points belong.
// Follows scikit-learn-contrib/hdbscan, `all_points_membership_vectors` and `approximate_predict`, whose theory is in its
// manual, "How Soft Clustering for HDBSCAN Works". Clusters are not changed by what is predicted.
import type { CondensedTree } from './condensed-tree.ts'
import { checkRows, Distances, type Metric } from '../distance.ts'
import { densestOf, firmness, type Hdbscan } from './hdbscan.ts'
import { nearestDistances } from './spanning-tree.ts'

/** What was clustered: n x d, and how. */
export type Clustered = { rows: ArrayLike<number>; n: number; d: number; metric: Metric; minSamples: number }

/**
 * Each row's membership of each cluster: nearness to the cluster's densest points times how late the row parts from it,
 * scaled so that a row's sum is the probability that it belongs to any. Time O(n e d) for e densest points.
 *
 * @returns n x clusters, each 0..1
 */
export function membershipVectors(
  { tree, labelOf, clusters }: Hdbscan,
  { rows, n, d, metric }: Clustered,
): Float64Array {
  const distances = new Distances(rows, n, d, metric)
  const densest = densestOf(tree)
  const heads = headsOf(labelOf, tree, clusters)
  const exemplars = exemplarsOf(tree, labelOf, densest, clusters)
  const vectors = new Float64Array(n * clusters)
  const heights = new Float64Array(clusters)
  const measured = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const vector = vectors.subarray(i * clusters, (i + 1) * clusters)
    const home = tree.home[i]!
    const lambda = tree.fall[i]!
    for (const [c, head] of heads.entries()) {
      heights[c] = parting(home, lambda, head, tree)
      distances.measure(i, exemplars[c]!, exemplars[c]!.length, measured)
      vector[c] = nearness(measured, exemplars[c]!.length, clusters)
    }
    scaleToSum(vector, 1)
    // exp twice, as the reference has it: once for the score, once for the softmax over scores.
    const scores = heights.map(height => Math.exp(-ratio(densest[home]! + TINY, height)))
    for (let c = 0; c < clusters; c++) vector[c]! *= Math.exp(scores[c]!)
    const nearest = indexOfLargest(heights)
    const most = Math.max(densest[heads[nearest] ?? 0]!, lambda)
    scaleToSum(vector, ratio(heights[nearest] ?? 0, most))
  }
  return vectors
}

export type Prediction = { labels: Int32Array; probabilities: Float64Array }

/**
 * The cluster each new point would fall into, judged by its nearest clustered row in mutual reachability.
 * With fewer clustered rows than 2 minSamples, all of them are neighbours. Time O(m n d).
 *
 * @param points m x d, finite
 */
export function predict(
  { tree, labelOf }: Hdbscan,
  { rows, n, d, metric, minSamples }: Clustered,
  points: ArrayLike<number>,
  m: number,
): Prediction {
  checkRows(points, m, d)
  const labels = new Int32Array(m).fill(-1)
  const probabilities = new Float64Array(m)
  if (n === 0) return { labels, probabilities }
  const distances = new Distances(rows, n, d, metric)
  const core = coreWithItself(distances, n, minSamples)
  const densest = densestOf(tree)
  const all = Int32Array.from({ length: n }, (_, i) => i)
  const measured = new Float64Array(n)
  for (let p = 0; p < m; p++) {
    const point = distances.prepare(Float64Array.from({ length: d }, (_, j) => points[p * d + j]!))
    distances.measurePoint(point, all, n, measured)
    const near = all.toSorted((a, b) => measured[a]! - measured[b]! || a - b).subarray(0, 2 * minSamples)
    const own = measured[near[Math.min(minSamples, near.length - 1)]!]!
    const mutual = Float64Array.from(near, i => Math.max(measured[i]!, own, core[i]!))
    const nearest = indexOfSmallest(mutual)
    const lambda = 1 / mutual[nearest]!
    const home = fallsInto(tree, near[nearest]!, lambda)
    labels[p] = labelOf[home]!
    if (labels[p]! >= 0) probabilities[p] = firmness(lambda, densest[topOf(home, tree, labelOf)]!)
  }
  return { labels, probabilities }
}

/** The reference counts a row among its own neighbours here, unlike in clustering: its core distance is one nearer. */
function coreWithItself(distances: Distances, n: number, minSamples: number): Float64Array {
  const kept = Math.min(minSamples - 1, n - 1)
  if (kept < 1) return new Float64Array(n)
  const nearest = nearestDistances(distances, n, kept)
  return Float64Array.from({ length: n }, (_, i) => nearest[(i + 1) * kept - 1]!)
}

/** Up from the neighbour's cluster to the first that was there at lambda. */
function fallsInto({ home, fall, birth, parent }: CondensedTree, neighbour: number, lambda: number): number {
  let at = home[neighbour]!
  if (fall[neighbour]! > lambda) while (at > 0 && birth[at]! >= lambda) at = parent[at]!
  return at
}

/** Guards the reference keeps against dividing by 0. */
const TINY = 1e-8

/** The lambda at which a point in `home` and a cluster parted; its own where one lies in the other. */
function parting(home: number, lambda: number, head: number, { parent, birth }: CondensedTree): number {
  let [a, b] = [home, head]
  let [last, movedA, movedB] = [home, false, false]
  while (a !== b) {
    if (a > b) {
      last = a
      a = parent[a]!
      movedA = true
    } else {
      last = b
      b = parent[b]!
      movedB = true
    }
  }
  return movedA && movedB ? birth[last]! : lambda
}

/** Of each label: the chosen cluster itself. */
function headsOf(labelOf: Int32Array, { parent }: CondensedTree, clusters: number): Int32Array {
  const heads = new Int32Array(clusters)
  for (let c = labelOf.length - 1; c > 0; c--) {
    if (labelOf[c]! >= 0 && labelOf[parent[c]!] !== labelOf[c]) heads[labelOf[c]!] = c
  }
  return heads
}

function topOf(cluster: number, { parent }: CondensedTree, labelOf: Int32Array): number {
  let at = cluster
  while (labelOf[parent[at]!] === labelOf[at]) at = parent[at]!
  return at
}

/** Of each label: the points that stay longest in the leaves below it. */
function exemplarsOf(
  { clusters: nodes, parent, home, fall }: CondensedTree,
  labelOf: Int32Array,
  densest: Float64Array,
  clusters: number,
): Int32Array[] {
  const isLeaf = new Uint8Array(nodes).fill(1)
  for (let c = 1; c < nodes; c++) isLeaf[parent[c]!] = 0
  const exemplars: number[][] = Array.from({ length: clusters }, () => [])
  for (const [i, cluster] of home.entries()) {
    if (isLeaf[cluster] && fall[i] === densest[cluster]) exemplars[labelOf[cluster]!]?.push(i)
  }
  return exemplars.map(points => Int32Array.from(points))
}

function nearness(measured: Float64Array, count: number, clusters: number): number {
  let least = Infinity
  for (let k = 0; k < count; k++) least = Math.min(least, measured[k]!)
  return least === 0 ? Number.MAX_VALUE / clusters : 1 / least
}

/** Of lambdas: two that are infinite are equal. */
function ratio(a: number, b: number): number {
  return a === b ? 1 : a / b
}

function scaleToSum(values: Float64Array, wanted: number): void {
  const sum = values.reduce((total, value) => total + value, 0)
  if (sum > 0) for (let i = 0; i < values.length; i++) values[i] = (values[i]! / sum) * wanted
}

function indexOfLargest(values: Float64Array): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0)
}

function indexOfSmallest(values: Float64Array): number {
  return values.reduce((best, value, i) => (value < values[best]! ? i : best), 0)
}
