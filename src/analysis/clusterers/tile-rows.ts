// Rows in the kernel's memory: as they came, and as 16-bit numbers from which it tells how near two of them can be.
import { type Layout, TILE, type Views } from './tile-memory.ts'
import type { Crew } from './tile-threads.ts'
import { JOB } from './tile-work.ts'

/** n x d, finite. */
export type Rows = Float32Array | Float64Array

/** The columns' middle and the longest row from there, under euclidean: where 16-bit numbers count from, and to. */
export type Frame = { middle: Float64Array; longest: number }

/** The largest 16-bit number: wasm/tile-rows.as.ts. */
const LARGEST = 32767

/** What four operations on floats may add or lose, relative to 1. */
const ROUNDING = 1e-6

/** Floats cannot hold the square of a smaller share of the longest. */
const LEAST_SHARE = 1e-15

/** Undefined where rows are so far apart, or so close, that doubles do not hold the squares of their distances. */
export function frameOf(rows: Rows, n: number, d: number, metric: Layout['metric']): Frame | undefined {
  const middle = new Float64Array(d)
  if (metric === 'cosine') return { middle, longest: 1 }
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) middle[j]! += rows[i * d + j]!
  for (let j = 0; j < d; j++) middle[j]! /= n
  let longest = 0
  for (let i = 0; i < n; i++) {
    let square = 0
    for (let j = 0; j < d; j++) square += (rows[i * d + j]! - middle[j]!) ** 2
    longest = Math.max(longest, square)
  }
  if (longest === 0) return { middle, longest: 1 }
  // Two rows are at most twice as far apart as the longest is long.
  const isHeld = 4 * longest < Number.MAX_VALUE && 1 / longest < Number.MAX_VALUE
  return isHeld ? { middle, longest: Math.sqrt(longest) } : undefined
}

/** Puts row order[place] at each place; `names` keeps which it was. */
export function fillRows(rows: Rows, order: Int32Array, crew: Crew, layout: Layout, frame: Frame, views: Views): void {
  const { n, d, padded, stride } = layout
  const { exact, names, offset } = views
  for (let place = 0; place < n; place++) {
    const from = order[place]! * d
    exact.set(rows.subarray(from, from + d), place * stride)
  }
  names.set(order)
  views.middle.set(frame.middle)
  crew.run(JOB.round, Math.ceil(n / TILE))
  fillBounds(0, n, layout, frame, views)
  offset.fill(Infinity, n, padded)
}

/** Centres of groups, behind the rows, and of the same kind. */
export function fillCentres(centres: Float64Array, crew: Crew, layout: Layout, frame: Frame, views: Views): void {
  const { d, padded, stride } = layout
  const count = centres.length / d
  for (let c = 0; c < count; c++) views.exact.set(centres.subarray(c * d, (c + 1) * d), (padded + c) * stride)
  crew.kernel.roundRows(padded, padded + count)
  fillBounds(padded, padded + count, layout, frame, views)
}

/**
 * A pair's bound is offset + offset - scale * scale * product, never above its distance (cosine) or the square of it over
 * longest^2 (euclidean): |ab - a'b'| <= |a - a'| |b| + |a'| |b - b'|, and under euclidean 2 |a| |b| <= |a|^2 + |b|^2.
 */
function fillBounds(from: number, to: number, { metric }: Layout, { longest }: Frame, views: Views): void {
  const { length, lost, offset, scale } = views
  let most = 0
  for (let i = from; i < to; i++) most = Math.max(most, lost[i]!)
  for (let i = from; i < to; i++) {
    const share = length[i]! / longest
    if (metric === 'cosine') {
      offset[i] = 0.5 - lost[i]! * (1 + most) - ROUNDING
      scale[i] = 1 / LARGEST
    } else {
      const isHeld = share === 0 || share >= LEAST_SHARE
      // Below any distance: such a row is always measured in doubles.
      offset[i] = isHeld ? share ** 2 * (1 - 2 * most - most ** 2 - ROUNDING) : -Infinity
      scale[i] = (Math.SQRT2 * share) / LARGEST
    }
  }
}

/** More than a float's rounding, up and down: as wasm/tile-rows.as.ts has it. */
const MORE = 1 + 2.5e-7
const LESS = 1 - 2.5e-7

/** A distance in the units of bounds, as a float not below it. */
export function boundAbove(distance: number, layout: Layout): number {
  return inUnits(distance, layout) * MORE
}

/** The same, not above it. */
export function boundBelow(distance: number, layout: Layout): number {
  return inUnits(distance, layout) * LESS
}

function inUnits(distance: number, { metric, unit }: Layout): number {
  return metric === 'cosine' ? distance : distance ** 2 * unit
}
