// The minimum spanning tree of mutual reachability, as spanning-tree.ts finds it and to the same bits, in two passes over
// tiles of the distance matrix, by WebAssembly and several threads. Memory O(n (d + neighbours)) and, instead of distances,
// one float for each row and each block of 192 rows it is measured against.
//   1. nearest: each row's nearest others. Kruskal over those makes a tree that is nearly minimal.
//   2. link: every pair that is shorter than the longest edge on its way through that tree. What is none of these cannot
//      be in the minimum spanning tree, so Kruskal over the tree and them gives it.
import { between } from './distance.ts'
import { blockGraph, groupRows, groupsOf } from './row-groups.ts'
import { roughOrder, type SpanningTree } from './spanning-tree.ts'
import {
  fillRows,
  frameOf,
  layOut,
  type Layout,
  reorder,
  type Size,
  TILE,
  type Views,
  viewsOf,
  WORD,
} from './tile-memory.ts'
import { type Crew, kernelModule, startCrew } from './tile-threads.ts'
import { JOB } from './tile-work.ts'
import { Forest, improved, orderTree, shortestForest } from './tree-order.ts'

export type Tiled = Pick<Size, 'metric' | 'threads'> & {
  minSamples: number
  /**
   * How many of the nearest blocks of rows a block is measured against. With fewer than there are, the tree is the minimal
   * one of the graph of those pairs alone, and the answer an approximation.
   */
  nearBlocks: number
  seed: number
}

/** Fewest neighbours kept: more than most minSamples, so that the tree they make leaves little to the second pass. */
const NEIGHBOURS = 16

/**
 * @param rows n x d, finite; n at least 2
 * @returns undefined where the kernel was not built
 * @throws RangeError for more than 2 GiB: some 280,000 x 384 exact, 450,000 x 384 by near blocks
 */
export function tiledTree(
  rows: ArrayLike<number>,
  n: number,
  d: number,
  { metric, threads, minSamples, nearBlocks, seed }: Tiled,
): { core: Float64Array; tree: SpanningTree } | undefined {
  const module = kernelModule()
  if (!module) return undefined
  const blocks = Math.ceil(n / TILE)
  const kept = Math.min(Math.max(minSamples, NEIGHBOURS), n - 1)
  // Of each block: itself, its nearest, and one edge of the tree that joins all blocks.
  const most = Math.min((blocks * (blocks + 1)) / 2, blocks * (nearBlocks + 2))
  const frame = frameOf(rows, n, d, metric)
  const layout = layOut({ n, d, metric, threads, kept, tiles: most, centres: groupsOf(n) })
  layout.unit = 1 / frame.longest ** 2
  const crew = startCrew(module, layout)
  try {
    const views = viewsOf(crew.memory, layout)
    fillRows(rows, d, layout, frame, views)
    if (blocks > 1) reorder(views, layout, groupRows(crew, layout, frame, views, d, seed))
    const tiles = blockGraph(views, layout, d, nearBlocks)
    const least = findNearest(crew, layout, views, tiles, minSamples)
    const tree = link(crew, layout, views, tiles, least, nearTree(layout, views, tiles, least))
    const core = new Float64Array(n)
    for (let i = 0; i < n; i++) core[views.names[i]!] = views.core[i]!
    return { core, tree }
  } finally {
    crew.end()
  }
}

/** Fills in each row's nearest and its core distance; returns, for each tile, a bound below its distances. */
function findNearest(crew: Crew, layout: Layout, views: Views, tiles: Int32Array, minSamples: number): Float32Array {
  const { n, kept, threads } = layout
  const others = Array.from({ length: threads - 1 }, (_, k) => viewsOf(crew.memory, layout, k + 1))
  for (const { near } of [views, ...others]) near.fill(Infinity)
  views.reach.fill(Infinity, 0, n)
  views.tiles.set(tiles)
  crew.run(JOB.nearest, tiles.length / 2)
  for (const other of others) for (let i = 0; i < n; i++) mergeLists(views, other, i * kept, kept)
  for (let i = 0; i < n; i++) {
    views.core[i] = views.near[i * kept + Math.min(minSamples, kept) - 1]!
    views.coreBound[i] = asBound(views.core[i]!, layout) * LESS
  }
  return views.least.slice(0, tiles.length / 2)
}

/** Puts another thread's list into this one's place by place; both ascending. */
function mergeLists(into: Views, from: Views, start: number, kept: number): void {
  for (let k = start; k < start + kept; k++) {
    const distance = from.near[k]!
    let place = start + kept - 1
    if (distance >= into.near[place]!) return
    for (; place > start && into.near[place - 1]! > distance; place--) {
      into.near[place] = into.near[place - 1]!
      into.nearIndex[place] = into.nearIndex[place - 1]!
    }
    into.near[place] = distance
    into.nearIndex[place] = from.nearIndex[k]!
  }
}

/** A spanning tree of edges between near rows. Rows by their names. */
function nearTree(layout: Layout, views: Views, tiles: Int32Array, least: Float32Array): SpanningTree {
  const { n, kept } = layout
  const { near, nearIndex } = views
  const isKept = (i: number, k: number) => {
    const j = nearIndex[k]!
    // One that both lists hold is taken from the lower row's.
    return near[k]! < Infinity && (i < j || near[k]! > near[(j + 1) * kept - 1]!)
  }
  let count = 0
  for (let k = 0; k < n * kept; k++) if (isKept(Math.floor(k / kept), k)) count++
  const edges = new Edges(count, views)
  for (let k = 0; k < n * kept; k++) {
    const i = Math.floor(k / kept)
    if (isKept(i, k)) edges.add(i, nearIndex[k]!, near[k]!)
  }
  const forest = shortestForest(edges, roughOrder(edges.weight), n)
  return improved(forest, bridges(forest, layout, views, tiles, least), n)
}

/**
 * Edges between parts that no neighbour joins, short ones: in the tiles where rows come closest, from the row that has the
 * nearest there to the nearest of another part. What is apart still is chained by any edge.
 */
function bridges(
  tree: SpanningTree,
  { n, metric, stride }: Layout,
  views: Views,
  tiles: Int32Array,
  least: Float32Array,
): SpanningTree {
  const { exact, names, rowLeast } = views
  const parts = new Forest(n)
  for (const [edge, name] of tree.from.entries()) parts.join(name, tree.to[edge]!)
  const edges = new Edges(n - 1 - tree.from.length, views)
  const measure = between(metric)
  const line = (i: number) => exact.subarray(i * stride, (i + 1) * stride)
  const join = (i: number, j: number) => {
    if (parts.join(names[i]!, names[j]!)) edges.add(i, j, measure(line(i), line(j)))
  }
  for (const tile of edges.from.length > 0 ? roughOrder(Float64Array.from(least, bound => Math.max(bound, 0))) : []) {
    const [start, other] = [tiles[2 * tile]! * TILE, tiles[2 * tile + 1]! * TILE]
    const tops = Int32Array.from({ length: Math.min(TILE, n - other) }, (_, k) => parts.top(names[other + k]!))
    const isMixed = tops.some(top => top !== tops[0])
    let first = -1
    for (let i = start; i < Math.min(start + TILE, n); i++) {
      if (!isMixed && parts.top(names[i]!) === tops[0]) continue
      if (first < 0 || rowLeast[tile * TILE + i - start]! < rowLeast[tile * TILE + first - start]!) first = i
    }
    if (first < 0) continue
    let nearest = -1
    let distance = Infinity
    for (const [k, top] of tops.entries()) {
      if (top === parts.top(names[first]!)) continue
      const own = measure(line(first), line(other + k))
      if (own >= distance) continue
      distance = own
      nearest = other + k
    }
    if (nearest >= 0) join(first, nearest)
  }
  for (let i = 1; i < n; i++) join(i - 1, i)
  return edges
}

/** Edges of mutual reachability between names, the lower one first, of pairs of rows. */
class Edges implements SpanningTree {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly weight: Float64Array
  readonly #views: Views
  #count = 0

  constructor(count: number, views: Views) {
    this.from = new Int32Array(count)
    this.to = new Int32Array(count)
    this.weight = new Float64Array(count)
    this.#views = views
  }

  add(i: number, j: number, distance: number): void {
    const { core, names } = this.#views
    this.from[this.#count] = Math.min(names[i]!, names[j]!)
    this.to[this.#count] = Math.max(names[i]!, names[j]!)
    this.weight[this.#count++] = Math.max(distance, core[i]!, core[j]!)
  }
}

function link(
  crew: Crew,
  layout: Layout,
  views: Views,
  tiles: Int32Array,
  least: Float32Array,
  first: SpanningTree,
): SpanningTree {
  let tree = first
  let left = Array.from(least, (_, tile) => tile).sort((a, b) => least[a]! - least[b]!)
  while (left.length > 0) {
    const way = wayThrough(tree, layout, views)
    const open = left.filter(tile => least[tile]! <= way.most(tiles[2 * tile]!, tiles[2 * tile + 1]!))
    for (const [task, tile] of open.entries()) {
      const [i, j] = [tiles[2 * tile]!, tiles[2 * tile + 1]!]
      views.tasks[task] = tile
      views.between[task] = way.between(i, j)
      views.highest[task] = way.highest[j]!
    }
    const done = crew.run(JOB.link, open.length)
    tree = improved(tree, reportedEdges(crew, layout, views), layout.n)
    left = open.slice(done)
  }
  return tree
}

/** Writes the tree for the kernel; tells, in the units of bounds, the longest edges on the ways between two blocks. */
function wayThrough(tree: SpanningTree, layout: Layout, views: Views) {
  const { n } = layout
  const { core, climb, place, ranks, names, weights, ends } = views
  const order = orderTree(tree, n, ranks)
  place.fill(-1)
  for (let i = 0; i < n; i++) place[i] = order[names[i]!]!
  weights.set(tree.weight)
  for (const [rank, from] of tree.from.entries()) ends.set([from, tree.to[rank]!], 2 * rank)

  const longest = (i: number, j: number) => {
    if (i === j) return 0
    const start = Math.min(place[i]!, place[j]!)
    const count = Math.abs(place[i]! - place[j]!)
    const level = 31 - Math.clz32(count)
    const rank = Math.max(ranks[level * n + start]!, ranks[level * n + start + count - 2 ** level]!)
    return asBound(tree.weight[rank]!, layout) * MORE
  }
  const middle: number[] = [] // of each block, its densest row
  const highest: number[] = []
  for (let start = 0; start < n; start += TILE) {
    const end = Math.min(start + TILE, n)
    let densest = start
    for (let i = start; i < end; i++) if (core[i]! < core[densest]!) densest = i
    for (let i = start; i < end; i++) climb[i] = longest(i, densest)
    middle.push(densest)
    highest.push(climb.subarray(start, end).reduce((a, b) => Math.max(a, b)))
  }
  const betweenBlocks = (i: number, j: number) => longest(middle[i]!, middle[j]!)
  return {
    between: betweenBlocks,
    highest,
    most: (i: number, j: number) => Math.max(highest[i]!, highest[j]!, betweenBlocks(i, j)) * MORE,
  }
}

function reportedEdges(crew: Crew, layout: Layout, views: Views): SpanningTree {
  const counts = views.words.subarray(WORD.reported, WORD.reported + layout.threads)
  const edges = new Edges(
    counts.reduce((a, b) => a + b),
    views,
  )
  for (const [thread, count] of counts.entries()) {
    const { pairRows, pairWeights } = viewsOf(crew.memory, layout, thread)
    for (let k = 0; k < count; k++) edges.add(pairRows[4 * k + 2]!, pairRows[4 * k + 3]!, pairWeights[2 * k]!)
  }
  return edges
}

/** More than a float's rounding, up and down. */
const MORE = 1 + 2.5e-7
const LESS = 1 - 2.5e-7

/** A distance in the units of the kernel's bounds. */
function asBound(distance: number, { metric, unit }: Layout): number {
  return metric === 'cosine' ? distance : distance ** 2 * unit
}
