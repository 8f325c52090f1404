// The minimum spanning tree of the mutual reachability graph: HDBSCAN's first half.
// Distances are computed again rather than kept: time O(n^2 d), memory O(n (d + minSamples)).
import type { Distances } from '../distance.ts'

/** n - 1 edges by weight, lightest first; of equal weights by the lower end, then by the higher one. */
export type SpanningTree = { from: Int32Array; to: Int32Array; weight: Float64Array }

/**
 * Prim's algorithm (1957) over max(core(a), core(b), distance(a, b)). Core distances make many edges equally long; ordered
 * by their ends too, no two are equal, and there is one minimum spanning tree, whatever algorithm finds it.
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
    // The last one fills the gap: order among them decides nothing.
    outside[place] = outside[left]!
    reach[place] = reach[left]!
    nearest[place] = nearest[left]!
  }
  if (n > 0) take(0)
  for (let edge = 0; edge < edges; edge++) {
    // Mutual reachability is at least the larger core distance: most points are already as near as they can get.
    const own = core[current]!
    let count = 0
    for (let k = 0; k < left; k++) {
      const point = outside[k]!
      const least = Math.max(own, core[point]!)
      if (least > reach[k]! || (least === reach[k]! && current > nearest[k]!)) continue
      places[count] = k
      points[count++] = point
    }
    distances.measure(current, points, count, measured)
    for (let i = 0; i < count; i++) {
      const k = places[i]!
      const mutual = Math.max(measured[i]!, own, core[points[i]!]!)
      // Two edges of one point are in the order of their other ends.
      if (mutual > reach[k]! || (mutual === reach[k]! && current > nearest[k]!)) continue
      reach[k] = mutual
      nearest[k] = current
    }
    let best = 0
    for (let k = 1; k < left; k++) {
      if (reach[k]! > reach[best]!) continue
      if (reach[k]! < reach[best]! || comesBefore(nearest[k]!, outside[k]!, nearest[best]!, outside[best]!)) best = k
    }
    from[edge] = Math.min(nearest[best]!, outside[best]!)
    to[edge] = Math.max(nearest[best]!, outside[best]!)
    weight[edge] = reach[best]!
    take(best)
  }
  return ordered({ from, to, weight })
}

/** By weight, then by the ends; each edge has its lower end first. */
export function ordered({ from, to, weight }: SpanningTree): SpanningTree {
  const order = roughOrder(weight)
  const before = (a: number, b: number) => weight[a]! - weight[b]! || from[a]! - from[b]! || to[a]! - to[b]!
  for (let start = 0; start < order.length; ) {
    const rough = Math.fround(weight[order[start]!]!)
    let end = start + 1
    while (end < order.length && Math.fround(weight[order[end]!]!) === rough) end++
    if (end - start > 1) order.subarray(start, end).sort(before)
    start = end
  }
  return edgesOf({ from, to, weight }, order)
}

/** Those edges, in that order. */
export function edgesOf({ from, to, weight }: SpanningTree, edges: Uint32Array): SpanningTree {
  const chosen = {
    from: new Int32Array(edges.length),
    to: new Int32Array(edges.length),
    weight: new Float64Array(edges.length),
  }
  for (let place = 0; place < edges.length; place++) {
    const edge = edges[place]!
    chosen.from[place] = from[edge]!
    chosen.to[place] = to[edge]!
    chosen.weight[place] = weight[edge]!
  }
  return chosen
}

/** Indices of numbers, none below 0, smallest first to the precision of a float. */
export function roughOrder(values: Float64Array): Uint32Array {
  // A float that is not negative sorts as its bits do; behind them the index. V8 sorts integers far faster than it sorts
  // by a function.
  const bits = new Uint32Array(new Float32Array(values).buffer)
  const keys = new BigUint64Array(values.length)
  const halves = new Uint32Array(keys.buffer)
  for (let i = 0; i < values.length; i++) {
    halves[2 * i] = i
    halves[2 * i + 1] = bits[i]!
  }
  keys.sort()
  for (let i = 0; i < values.length; i++) bits[i] = halves[2 * i]!
  return bits
}

/** Of edges of one weight: whether a-b is before c-d. */
function comesBefore(a: number, b: number, c: number, d: number): boolean {
  const lower = Math.min(a, b)
  const other = Math.min(c, d)
  return lower < other || (lower === other && Math.max(a, b) < Math.max(c, d))
}

/**
 * The distances of each point to its k nearest others, ascending; as many as there are where that is fewer.
 * @returns n x min(k, n - 1)
 */
export function nearestDistances(distances: Distances, n: number, k: number): Float64Array {
  const kept = Math.max(Math.min(k, n - 1), 0)
  const nearest = new Float64Array(n * kept).fill(Infinity)
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
  return nearest
}

/** Of `nearestDistances`: the distance of each point to its k-th nearest other, or the farthest known; 0 if alone. */
export function coreDistances(nearest: Float64Array, n: number, k: number): Float64Array {
  const kept = n > 0 ? nearest.length / n : 0
  const column = Math.min(k, kept) - 1
  return Float64Array.from({ length: n }, (_, i) => (column < 0 ? 0 : nearest[i * kept + column]!))
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
