// Edges that make one tree of a forest: short ones, though not the shortest. The worse they are, the more pairs the second
// pass has to report.
import { roughOrder, type SpanningTree } from './spanning-tree.ts'
import { Edges } from './tile-edges.ts'
import { type Layout, TILE, type Views } from './tile-memory.ts'
import type { Crew } from './tile-threads.ts'
import { Forest } from './tree-order.ts'

/**
 * In the tiles where rows come closest: from the row that has the nearest there to the nearest of another part, and on
 * while that has a nearer one itself. What is apart still is chained by any edge.
 *
 * @param forest rows by their names
 * @returns as many edges as make it one tree
 */
export function bridges(
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
