// The minimum spanning tree of mutual reachability, as spanning-tree.ts finds it and to the same bits, in two passes over
// tiles of the distance matrix, by WebAssembly and several threads. Memory O(n (d + neighbours)) and, instead of distances,
// one float for each row and each block of 192 rows it is measured against.
//   1. nearest: each row's nearest others. Kruskal over those makes a tree that is nearly minimal.
//   2. link: every pair that is shorter than the longest edge on its way through that tree. What is none of these cannot
//      be in the minimum spanning tree, so Kruskal over the tree and them gives it.
import { blockGraph, groupRows, groupsOf } from './row-groups.ts'
import type { SpanningTree } from './spanning-tree.ts'
import { linkedTree } from './tile-link.ts'
import { layOut, type Size, TILE, viewsOf } from './tile-memory.ts'
import { findNearest, nearTree } from './tile-near.ts'
import { fillRows, frameOf } from './tile-rows.ts'
import { kernelModule, startCrew } from './tile-threads.ts'

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
 * @returns undefined where the kernel was not built, or doubles do not hold the squares of distances
 * @throws RangeError for more than 2 GiB: of floats some 330,000 x 384 exact, 720,000 x 384 by near blocks
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
  const values = rows instanceof Float32Array || rows instanceof Float64Array ? rows : Float64Array.from(rows)
  const frame = frameOf(values, n, d, metric)
  if (!frame) return undefined
  const isSingle = values instanceof Float32Array
  const unit = 1 / frame.longest ** 2
  const layout = layOut({ n, d, metric, unit, isSingle, threads, kept, tiles: most, centres: groupsOf(n) })
  const crew = startCrew(module, layout)
  try {
    const views = viewsOf(crew.memory, layout)
    const asTheyCame = Int32Array.from({ length: n }, (_, i) => i)
    fillRows(values, asTheyCame, crew, layout, frame, views)
    if (blocks > 1) fillRows(values, groupRows(crew, layout, frame, views, seed), crew, layout, frame, views)
    const tiles = blockGraph(views, layout, nearBlocks)
    const least = findNearest(crew, layout, views, tiles, minSamples)
    const tree = linkedTree(nearTree(crew, layout, views, tiles, least), crew, layout, views, tiles, least)
    const core = new Float64Array(n)
    for (let i = 0; i < n; i++) core[views.names[i]!] = views.core[i]!
    return { core, tree }
  } finally {
    crew.end()
  }
}
