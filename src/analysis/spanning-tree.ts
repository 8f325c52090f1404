// The minimum spanning tree of the mutual reachability graph: HDBSCAN's first half.
// Distances are computed again rather than kept: time O(n^2 d), memory O(n (d + minSamples)).
import type { Distances } from './distance.ts'

/** n - 1 edges by weight, lightest first; equal weights in the order Prim's algorithm found them. */
export type SpanningTree = { from: Int32Array; to: Int32Array; weight: Float64Array }

/**
 * Prim's algorithm (1957) over max(core(a), core(b), distance(a, b)).
 * @param core distance of each point to its `minSamples`-th neighbour, from `coreDistances`
 */
export function spanningTree(distances: Distances, n: number, core: Float64Array): SpanningTree {
  const edges = Math.max(n - 1, 0)
  const from = new Int32Array(edges)
  const to = new Int32Array(edges)
  const weight = new Float64Array(edges)
  const outside = Int32Array.from({ length: n }, (_, i) => i) // the first `left` are not in the tree
  const reach = new Float64Array(n).fill(Infinity) // of outside[k] to the tree
  const nearest = new Int32Array(n) // the point of the tree that is it
  const points = new Int32Array(n) // those worth measuring, where they stand in `outside`, and how far they are
  const places = new Int32Array(n)
  const measured = new Float64Array(n)
  let current = 0
  let left = n
  const take = (place: number) => {
    current = outside[place]!
    left--
    // Keeps the order of the rest, so that ties are broken by the lowest index.
    outside.copyWithin(place, place + 1, left + 1)
    reach.copyWithin(place, place + 1, left + 1)
    nearest.copyWithin(place, place + 1, left + 1)
  }
  if (n > 0) take(0)
  for (let edge = 0; edge < edges; edge++) {
    // Mutual reachability is at least the larger core distance: most points are already as near as they can get.
    const own = core[current]!
    let count = 0
    for (let k = 0; k < left; k++) {
      const point = outside[k]!
      if (Math.max(own, core[point]!) >= reach[k]!) continue
      places[count] = k
      points[count++] = point
    }
    distances.measure(current, points, count, measured)
    for (let i = 0; i < count; i++) {
      const k = places[i]!
      const mutual = Math.max(measured[i]!, own, core[points[i]!]!)
      if (mutual >= reach[k]!) continue
      reach[k] = mutual
      nearest[k] = current
    }
    let best = 0
    for (let k = 1; k < left; k++) if (reach[k]! < reach[best]!) best = k
    from[edge] = nearest[best]!
    to[edge] = outside[best]!
    weight[edge] = reach[best]!
    take(best)
  }
  const order = Array.from({ length: edges }, (_, i) => i).sort((a, b) => weight[a]! - weight[b]! || a - b)
  return {
    from: Int32Array.from(order, i => from[i]!),
    to: Int32Array.from(order, i => to[i]!),
    weight: Float64Array.from(order, i => weight[i]!),
  }
}

/** Distance of each point to its k-th nearest other point; to the farthest where there are fewer than k others. */
export function coreDistances(distances: Distances, n: number, k: number): Float64Array {
  const kept = Math.min(k, n - 1)
  if (kept < 1) return new Float64Array(n)
  const nearest = new Float64Array(n * kept).fill(Infinity) // n x kept, each row ascending
  const after = new Int32Array(n)
  const measured = new Float64Array(n)
  for (let i = 0; i < n - 1; i++) {
    const count = n - 1 - i
    for (let j = 0; j < count; j++) after[j] = i + 1 + j
    distances.measure(i, after, count, measured)
    for (let j = 0; j < count; j++) {
      insert(nearest, i * kept, kept, measured[j]!)
      insert(nearest, after[j]! * kept, kept, measured[j]!)
    }
  }
  return Float64Array.from({ length: n }, (_, i) => nearest[i * kept + kept - 1]!)
}

/** Puts a value among the `kept` smallest that start at `start`. */
function insert(sorted: Float64Array, start: number, kept: number, value: number): void {
  let place = start + kept - 1
  if (value >= sorted[place]!) return
  while (place > start && sorted[place - 1]! > value) {
    sorted[place] = sorted[place - 1]!
    place--
  }
  sorted[place] = value
}
