// An order of rows in which near ones share a block, and which blocks are near: what makes HDBSCAN on many rows an
// approximation. Groups are those of k-means, a few rounds of it; how good they are decides only how good the answer is.
import { randomFrom } from '../random.ts'
import { type Layout, TILE, type Views } from './tile-memory.ts'
import { fillCentres, type Frame } from './tile-rows.ts'
import type { Crew } from './tile-threads.ts'
import { JOB } from './tile-work.ts'

/** Rounds of k-means, and most groups: the order they give may be rough, and more would cost as much as many tiles. */
const ROUNDS = 2
const MOST_GROUPS = 256

/** @returns the rows, group by group, a group beside the one whose centre is nearest */
export function groupRows(crew: Crew, layout: Layout, frame: Frame, views: Views, seed: number): Int32Array {
  const { n, d } = layout
  const { group } = views
  const groups = groupsOf(n)
  const random = randomFrom(seed)
  const restart = (centres: Float64Array, c: number) => addRow(views, layout, Math.floor(random() * n), centres, c)
  let centres = new Float64Array(groups * d)
  for (let c = 0; c < groups; c++) restart(centres, c)
  for (let round = 0; ; round++) {
    fillCentres(centres, crew, layout, frame, views)
    crew.run(JOB.group, Math.ceil(n / TILE))
    if (round === ROUNDS) break
    const { means, size } = meansOf(views, layout, groups, i => group[i]!)
    for (let c = 0; c < groups; c++) if (size[c] === 0) restart(means, c)
    centres = means
  }
  const rank = new Int32Array(groups)
  for (const [place, c] of chainOf(centres, groups, d).entries()) rank[c] = place
  return Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => rank[group[a]!]! - rank[group[b]!]! || a - b)
}

/** Of each of `count` parts: the mean of its rows, of unit length under cosine, and how many they are. */
function meansOf(views: Views, layout: Layout, count: number, partOf: (row: number) => number) {
  const { n, d } = layout
  const means = new Float64Array(count * d)
  const size = new Int32Array(count)
  for (let i = 0; i < n; i++) {
    addRow(views, layout, i, means, partOf(i))
    size[partOf(i)]!++
  }
  for (let part = 0; part < count; part++) {
    for (let j = part * d; j < (part + 1) * d; j++) means[j]! /= size[part] || 1
  }
  return { means, size }
}

function addRow({ exact, factor }: Views, { d, stride }: Layout, row: number, sums: Float64Array, part: number): void {
  const [from, to, scale] = [row * stride, part * d, factor[row]!]
  for (let j = 0; j < d; j++) sums[to + j]! += exact[from + j]! * scale
}

/** As many as blocks, but not too many. */
export function groupsOf(n: number): number {
  return Math.min(Math.ceil(n / TILE), MOST_GROUPS)
}

/** Each point after the nearest one before it that is not taken yet. */
function chainOf(points: Float64Array, count: number, d: number): number[] {
  const left = new Set(Array(count).keys())
  const chain: number[] = []
  for (let at = 0; left.size > 0; ) {
    left.delete(at)
    chain.push(at)
    let nearest = at
    let least = Infinity
    for (const other of left) {
      const apart = squared(points, at, other, d)
      if (apart >= least) continue
      least = apart
      nearest = other
    }
    at = nearest
  }
  return chain
}

/**
 * Each block with itself, the `nearest` blocks whose middles are nearest, and the tree that joins all blocks.
 * @returns pairs of blocks, the lower first
 */
export function blockGraph(views: Views, layout: Layout, nearest: number): Int32Array {
  const { n, d } = layout
  const blocks = Math.ceil(n / TILE)
  const { means: middles } = meansOf(views, layout, blocks, row => Math.floor(row / TILE))
  const apart = new Float64Array(blocks * blocks)
  for (let a = 0; a < blocks; a++) {
    for (let b = 0; b < a; b++) apart[a * blocks + b] = apart[b * blocks + a] = squared(middles, a, b, d)
  }
  const chosen = new Set<number>()
  const choose = (a: number, b: number) => chosen.add(Math.min(a, b) * blocks + Math.max(a, b))
  const all = Array.from({ length: blocks }, (_, b) => b)
  for (const a of all) {
    choose(a, a)
    const byDistance = all.toSorted((b, c) => apart[a * blocks + b]! - apart[a * blocks + c]!)
    for (const b of byDistance.slice(0, nearest)) choose(a, b)
  }
  // Prim's algorithm over blocks.
  const from = new Int32Array(blocks)
  const reach = apart.slice(0, blocks)
  const left = new Set(all.slice(1))
  while (left.size > 0) {
    let next = -1
    for (const b of left) if (next < 0 || reach[b]! < reach[next]!) next = b
    left.delete(next)
    choose(next, from[next]!)
    for (const b of left) {
      if (apart[next * blocks + b]! >= reach[b]!) continue
      reach[b] = apart[next * blocks + b]!
      from[b] = next
    }
  }
  const diagonalFirst = [...chosen].sort((a, b) => apart[a]! - apart[b]! || a - b)
  return Int32Array.from(diagonalFirst.flatMap(key => [Math.floor(key / blocks), key % blocks]))
}

function squared(points: Float64Array, a: number, b: number, d: number): number {
  let sum = 0
  for (let j = 0; j < d; j++) sum += (points[a * d + j]! - points[b * d + j]!) ** 2
  return sum
}
