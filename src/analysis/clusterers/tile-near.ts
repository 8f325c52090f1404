// The first pass: the nearest others of each row, and of the edges to them a spanning tree that is nearly minimal.
import { ordered, roughOrder, type SpanningTree } from './spanning-tree.ts'
import { bridges } from './tile-bridges.ts'
import { Edges } from './tile-edges.ts'
import { type Layout, type Views, viewsOf } from './tile-memory.ts'
import { boundBelow } from './tile-rows.ts'
import type { Crew } from './tile-threads.ts'
import { JOB } from './tile-work.ts'
import { improved, shortestForest } from './tree-order.ts'

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

/** A spanning tree of edges between near rows, as far as they reach, and of bridges between what they join. */
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
