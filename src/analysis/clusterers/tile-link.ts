// The second pass: a spanning tree made minimal, by the pairs of rows that are shorter than the longest edge on their way.
import type { SpanningTree } from './spanning-tree.ts'
import { Edges } from './tile-edges.ts'
import { type Layout, TILE, type Views, viewsOf } from './tile-memory.ts'
import { boundAbove } from './tile-rows.ts'
import type { Crew } from './tile-threads.ts'
import { JOB } from './tile-work.ts'
import { improved, orderTree } from './tree-order.ts'

/**
 * @param first a spanning tree of the same edges, rows by their names; the nearer it is to minimal the less is to do
 * @param least of each tile, a bound below its distances
 */
export function linkedTree(
  first: SpanningTree,
  crew: Crew,
  layout: Layout,
  views: Views,
  tiles: Int32Array,
  least: Float32Array,
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
  for (let rank = 0; rank < tree.from.length; rank++) {
    ends[2 * rank] = tree.from[rank]!
    ends[2 * rank + 1] = tree.to[rank]!
  }

  const longest = (i: number, j: number) => {
    if (i === j) return 0
    const start = Math.min(place[i]!, place[j]!)
    const count = Math.abs(place[i]! - place[j]!)
    const level = 31 - Math.clz32(count)
    const rank = Math.max(ranks[level * n + start]!, ranks[level * n + start + count - 2 ** level]!)
    return boundAbove(tree.weight[rank]!, layout)
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
    most: (i: number, j: number) => Math.max(highest[i]!, highest[j]!, betweenBlocks(i, j)),
  }
}

function reportedEdges(crew: Crew, layout: Layout, views: Views): SpanningTree {
  const { reported } = views
  const edges = new Edges(
    reported.reduce((a, b) => a + b),
    views,
  )
  for (const [thread, count] of reported.entries()) {
    const { pairLengths, pairs } = viewsOf(crew.memory, layout, thread)
    for (let k = 0; k < count; k++) edges.add(pairs[2 * k]!, pairs[2 * k + 1]!, pairLengths[k]!)
  }
  return edges
}
