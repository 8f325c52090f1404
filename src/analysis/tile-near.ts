// The first pass and what it makes: the nearest others of each row, and of the edges to them a tree that is nearly minimal.
import { ordered, roughOrder, type SpanningTree } from './spanning-tree.ts'
import { Edges } from './tile-edges.ts'
import { type Layout, TILE, type Views, viewsOf } from './tile-memory.ts'
import { boundBelow } from './tile-rows.ts'
import type { Crew } from './tile-threads.ts'
import { JOB } from './tile-work.ts'
import { Forest, improved, shortestForest } from './tree-order.ts'

/** Fills in each row's nearest and its core distance; returns, for each tile, a bound below its distances. */
export function findNearest(
  crew: Crew,
  layout: Layout,
  views: Views,
  tiles: Int32Array,
  minSamples: number,
): Float32Array {
  const { n, kept, threads } = layout
  const others = Array.from({ length: threads - 1 }, (_, k) => viewsOf(crew.memory, layout, k + 1))
  for (const { near } of [views, ...others]) near.fill(Infinity)
  views.reach.fill(Infinity, 0, n)
  views.tiles.set(tiles)
  crew.run(JOB.nearest, tiles.length / 2)
  for (const other of others) for (let i = 0; i < n; i++) mergeLists(views, other, i * kept, kept)
  for (let i = 0; i < n; i++) {
    views.core[i] = views.near[i * kept + Math.min(minSamples, kept) - 1]!
    views.coreBound[i] = boundBelow(views.core[i]!, layout)
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
export function nearTree(
  crew: Crew,
  layout: Layout,
  views: Views,
  tiles: Int32Array,
  least: Float32Array,
): SpanningTree {
  const { n, kept } = layout
  const { near, nearIndex } = views
  const isKept = (i: number, k: number) => {
    const j = nearIndex[k]!
    // One that both lists hold is taken from the lower row's.
    return near[k]! < Infinity && (i < j || near[k]! > near[(j + 1) * kept - 1]!)
  }
  let count = 0
  for (let i = 0, k = 0; i < n; i++) for (; k < (i + 1) * kept; k++) if (isKept(i, k)) count++
  const edges = new Edges(count, views)
  for (let i = 0, k = 0; i < n; i++) {
    for (; k < (i + 1) * kept; k++) if (isKept(i, k)) edges.add(i, nearIndex[k]!, near[k]!)
  }
  const forest = ordered(shortestForest(edges, roughOrder(edges.weight), n))
  return improved(forest, bridges(forest, crew, layout, views, tiles, least), n)
}

/**
 * Edges between parts that no neighbour joins, short ones: in the tiles where rows come closest, from the row that has the
 * nearest there to the nearest of another part, and on while one end has a nearer one. What is apart still is chained by
 * any edge.
 */
function bridges(
  forest: SpanningTree,
  crew: Crew,
  layout: Layout,
  views: Views,
  tiles: Int32Array,
  least: Float32Array,
): SpanningTree {
  const { n } = layout
  const { core, names, rowLeast } = views
  const edges = new Edges(n - 1 - forest.from.length, views)
  const parts = new Parts(forest, n, names)
  const join = (i: number, j: number) => {
    if (parts.join(i, j)) edges.add(i, j, crew.kernel.distanceOf(i, j))
  }
  const nearestApart = (row: number, block: number) => {
    let [nearest, length] = [-1, Infinity]
    for (let other = block * TILE; other < Math.min((block + 1) * TILE, n); other++) {
      if (parts.top[other] === parts.top[row]) continue
      const mutual = Math.max(crew.kernel.distanceOf(row, other), core[row]!, core[other]!)
      if (mutual < length) [nearest, length] = [other, mutual]
    }
    return { nearest, length }
  }
  const closest = edges.isFull ? [] : roughOrder(Float64Array.from(least, bound => Math.max(bound, 0)))
  for (const tile of closest) {
    if (edges.isFull) break
    const [block, other] = [tiles[2 * tile]!, tiles[2 * tile + 1]!]
    parts.see(block)
    parts.see(other)
    let first = -1
    for (let i = block * TILE; i < Math.min((block + 1) * TILE, n); i++) {
      if (parts.whole[other] === parts.top[i]) continue
      if (first < 0 || rowLeast[tile * TILE + (i % TILE)]! < rowLeast[tile * TILE + (first % TILE)]!) first = i
    }
    if (first < 0) continue
    let [i, j, best] = [-1, first, Infinity]
    for (let isBack = false; ; isBack = !isBack) {
      const { nearest, length } = nearestApart(j, isBack ? block : other)
      if (length >= best) break
      ;[i, j, best] = [j, nearest, length]
    }
    if (i >= 0) join(i, j)
  }
  for (let i = 1; i < n; i++) join(i - 1, i)
  return edges
}

/** Parts of the rows that are joined already, as seen from blocks of them. */
class Parts {
  /** Of each row a row that stands for its part; of each block that of all its rows, -1 if they are of several. */
  readonly top: Int32Array
  readonly whole: Int32Array
  readonly #forest: Forest
  readonly #names: Int32Array
  readonly #seenAt: Int32Array
  #joins = 0

  constructor(tree: SpanningTree, n: number, names: Int32Array) {
    const blocks = Math.ceil(n / TILE)
    this.top = new Int32Array(n)
    this.whole = new Int32Array(blocks)
    this.#forest = new Forest(n)
    this.#names = names
    this.#seenAt = new Int32Array(blocks).fill(-1)
    for (let edge = 0; edge < tree.from.length; edge++) this.#forest.join(tree.from[edge]!, tree.to[edge]!)
  }

  /** False if they were joined before. */
  join(i: number, j: number): boolean {
    const isNew = this.#forest.join(this.#names[i]!, this.#names[j]!)
    if (isNew) this.#joins++
    return isNew
  }

  /** Brings what is told of a block up to date. */
  see(block: number): void {
    if (this.#seenAt[block] === this.#joins) return
    const [start, end] = [block * TILE, Math.min((block + 1) * TILE, this.top.length)]
    for (let i = start; i < end; i++) this.top[i] = this.#forest.top(this.#names[i]!)
    const first = this.top[start]!
    this.whole[block] = this.top.subarray(start, end).every(top => top === first) ? first : -1
    this.#seenAt[block] = this.#joins
  }
}
