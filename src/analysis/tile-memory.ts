// The memory that wasm/reachability.as.ts works on: where each array lies, for as many threads as share it.
// Rows are kept twice: as doubles, for exact distances, and as 16-bit numbers with a bound on what that lost.
import { type Metric, scaledToUnit } from './distance.ts'

/** Rows of a tile on each side: 192 x 384 16-bit numbers, twice, stay in a core's second cache. */
export const TILE = 192

/** Pairs a thread may report before the tree is made anew: those of two tiles. */
export const REPORTED = 2 * TILE * TILE

/** Bytes of a reported pair: a double and two rows. */
export const PAIR_BYTES = 16

/** Words of the header, for Atomics. */
export const WORD = { generation: 0, isOpen: 1, next: 2, tasks: 3, active: 4, job: 5, reported: 16 }
const HEADER_BYTES = 1024

export type Layout = {
  n: number
  /** Rows with those behind the last, which are near nothing; the centres of groups follow, and make them `rows`. */
  padded: number
  rows: number
  metric: Exclude<Metric, 'manhattan'>
  unit: number
  threads: number
  /** Neighbours kept a row. */
  kept: number
  /** Doubles, and 16-bit numbers, a row. */
  stride: number
  width: number
  levels: number
  tiles: number
  centres: number
  /** Bytes; of one thread's part, of all together. */
  perThread: number
  end: number
  at: Record<Shared | Own, number>
}

/** Arrays all threads share, and those each thread has for itself, `perThread` bytes apart. */
type Shared =
  | 'exact'
  | 'small'
  | 'offset'
  | 'scale'
  | 'reach'
  | 'core'
  | 'coreBound'
  | 'climb'
  | 'place'
  | 'ranks'
  | 'weights'
  | 'ends'
  | 'names'
  | 'group'
  | 'tiles'
  | 'tasks'
  | 'between'
  | 'highest'
  | 'least'
  | 'rowLeast'
type Own = 'bounds' | 'near' | 'nearIndex' | 'pairs'

export type Size = Pick<Layout, 'n' | 'metric' | 'threads' | 'kept' | 'tiles' | 'centres'> & { d: number }

export function layOut({ n, d, metric, threads, kept, tiles, centres }: Size): Layout {
  const padded = (n + 4) & ~3 // at least one more
  const stride = (d + 3) & ~3
  const width = (d + 15) & ~15
  const levels = Math.floor(Math.log2(Math.max(n, 2))) + 1
  const rows = padded + ((centres + 3) & ~3) + 4
  let end = HEADER_BYTES
  const take = (bytes: number) => {
    const start = end
    end = (end + bytes + 63) & ~63
    if (end < start) throw new RangeError('too many rows for 2 GiB of memory')
    return start
  }
  const shared = {
    exact: take(padded * stride * 8),
    small: take(rows * width * 2),
    offset: take(rows * 4),
    scale: take(rows * 4),
    reach: take(padded * 4),
    core: take(padded * 8),
    coreBound: take(padded * 4),
    climb: take(padded * 4),
    place: take(padded * 4),
    ranks: take(levels * n * 4),
    weights: take(n * 8),
    ends: take(n * 8),
    names: take(padded * 4),
    group: take(padded * 4),
    tiles: take(tiles * 8),
    least: take(tiles * 4),
    between: take(tiles * 4),
    highest: take(tiles * 4),
    tasks: take(tiles * 4),
    rowLeast: take(tiles * TILE * 4),
  }
  const first = end
  const own = {
    bounds: take(2 * TILE * 4),
    near: take(padded * kept * 8),
    nearIndex: take(padded * kept * 4),
    pairs: take(REPORTED * PAIR_BYTES),
  }
  const perThread = end - first
  end = first + threads * perThread
  return {
    n,
    padded,
    rows,
    metric,
    unit: 1,
    threads,
    kept,
    stride,
    width,
    levels,
    tiles,
    centres,
    perThread,
    end,
    at: { ...shared, ...own },
  }
}

/** Views of the arrays; those of a thread's own are of thread `thread`. */
export function viewsOf(memory: WebAssembly.Memory, layout: Layout, thread = 0) {
  const { n, padded, rows, kept, stride, width, levels, perThread, at } = layout
  const { buffer } = memory
  const own = thread * perThread
  return {
    words: new Int32Array(buffer, 0, HEADER_BYTES / 4),
    exact: new Float64Array(buffer, at.exact, padded * stride),
    small: new Int16Array(buffer, at.small, rows * width),
    offset: new Float32Array(buffer, at.offset, rows),
    scale: new Float32Array(buffer, at.scale, rows),
    reach: new Float32Array(buffer, at.reach, padded),
    core: new Float64Array(buffer, at.core, padded),
    coreBound: new Float32Array(buffer, at.coreBound, padded),
    climb: new Float32Array(buffer, at.climb, padded),
    place: new Int32Array(buffer, at.place, padded),
    ranks: new Int32Array(buffer, at.ranks, levels * n),
    weights: new Float64Array(buffer, at.weights, n),
    ends: new Int32Array(buffer, at.ends, 2 * n),
    names: new Int32Array(buffer, at.names, padded),
    group: new Int32Array(buffer, at.group, padded),
    tiles: new Int32Array(buffer, at.tiles, 2 * layout.tiles),
    tasks: new Int32Array(buffer, at.tasks, layout.tiles),
    between: new Float32Array(buffer, at.between, layout.tiles),
    highest: new Float32Array(buffer, at.highest, layout.tiles),
    least: new Float32Array(buffer, at.least, layout.tiles),
    rowLeast: new Float32Array(buffer, at.rowLeast, layout.tiles * TILE),
    near: new Float64Array(buffer, at.near + own, n * kept),
    nearIndex: new Int32Array(buffer, at.nearIndex + own, n * kept),
    pairWeights: new Float64Array(buffer, at.pairs + own, 2 * REPORTED),
    pairRows: new Int32Array(buffer, at.pairs + own, 4 * REPORTED),
  }
}

export type Views = ReturnType<typeof viewsOf>

/** The largest 16-bit number: a row of unit length has no larger one, and no product of two leaves 32 bits. */
const LARGEST = 32767

/** What four operations on floats may add or lose, relative to 1. */
const ROUNDING = 1e-6

/** Columns' middle and the longest row from there, under euclidean: where 16-bit numbers count from, and to. */
export type Frame = { middle: Float64Array; longest: number }

export function frameOf(rows: ArrayLike<number>, n: number, d: number, metric: Layout['metric']): Frame {
  const middle = new Float64Array(d)
  if (metric === 'cosine') return { middle, longest: 1 }
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) middle[j]! += rows[i * d + j]! / n
  let longest = 0
  for (let i = 0; i < n; i++) {
    let square = 0
    for (let j = 0; j < d; j++) square += (rows[i * d + j]! - middle[j]!) ** 2
    longest = Math.max(longest, square)
  }
  return { middle, longest: Math.sqrt(longest) || 1 }
}

/**
 * Fills in rows, each at its own place. A bound is then
 * offset + offset - scale * scale * product, never above the distance (cosine) or its square over longest^2 (euclidean):
 * |ab - a'b'| <= |a - a'| |b| + |a'| |b - b'|, and under euclidean 2 |a| |b| <= |a|^2 + |b|^2.
 */
export function fillRows(rows: ArrayLike<number>, d: number, layout: Layout, frame: Frame, views: Views): void {
  const { n, stride, width, metric } = layout
  const { exact, small, offset, scale, names } = views
  const lost = new Float64Array(n)
  const length = new Float64Array(n)
  let most = 0
  for (let i = 0; i < n; i++) {
    const row = exact.subarray(i * stride, i * stride + d)
    names[i] = i
    for (let j = 0; j < d; j++) row[j] = rows[i * d + j]!
    if (metric === 'cosine') scaledToUnit(row)
    const rounded = roundRow(row, frame, small.subarray(i * width, i * width + d))
    length[i] = rounded.length
    lost[i] = rounded.lost
    most = Math.max(most, rounded.lost)
  }
  for (let i = 0; i < n; i++) {
    if (metric === 'cosine') {
      offset[i] = 0.5 - lost[i]! * (1 + most) - ROUNDING
      scale[i] = 1 / LARGEST
    } else {
      const share = length[i]! / frame.longest
      // Floats cannot hold the square of less: such rows are always measured in doubles.
      if (share > 0 && share < 1e-15) offset[i] = -Infinity
      else offset[i] = share ** 2 * (1 - 2 * most - most ** 2 - ROUNDING)
      scale[i] = (Math.SQRT2 * share) / LARGEST
    }
  }
  offset.fill(Infinity, n)
}

/** Puts row order[i] at place i; `names` keeps what it was called. */
export function reorder(
  { exact, small, offset, scale, names }: Views,
  { n, stride, width }: Layout,
  order: Int32Array,
) {
  const parts = [
    { values: exact, length: stride },
    { values: small, length: width },
    { values: offset, length: 1 },
    { values: scale, length: 1 },
  ]
  const isDone = new Uint8Array(n)
  for (let start = 0; start < n; start++) {
    if (isDone[start]) continue
    const held = parts.map(({ values, length }) => values.slice(start * length, (start + 1) * length))
    // Along the circle of places: each takes the row of the next, the last the one that was held.
    for (let at = start; ; at = order[at]!) {
      const from = order[at]!
      isDone[at] = 1
      if (from === start) {
        for (const [k, { values, length }] of parts.entries()) values.set(held[k]!, at * length)
        break
      }
      for (const { values, length } of parts) values.copyWithin(at * length, from * length, (from + 1) * length)
    }
  }
  names.set(order)
}

/** Centres of groups, behind the rows; what is nearest to them need not be exact. */
export function fillCentres(
  centres: Float64Array,
  d: number,
  { padded, width, metric }: Layout,
  frame: Frame,
  views: Views,
) {
  const { small, offset, scale } = views
  for (let c = 0; c * d < centres.length; c++) {
    const row = centres.subarray(c * d, (c + 1) * d)
    const { length } = roundRow(row, frame, small.subarray((padded + c) * width, (padded + c) * width + d))
    const share = length / frame.longest
    offset[padded + c] = metric === 'cosine' ? 0.5 : share ** 2
    scale[padded + c] = (metric === 'cosine' ? 1 : Math.SQRT2 * share) / LARGEST
  }
}

/** Relative to its length: what rounding to 16 bits lost, and what subtracting the middle may have. */
function roundRow(row: Float64Array, { middle }: Frame, out: Int16Array): { length: number; lost: number } {
  let square = 0
  let largest = 0
  for (let j = 0; j < row.length; j++) {
    square += (row[j]! - middle[j]!) ** 2
    largest = Math.max(largest, Math.abs(row[j]!), Math.abs(middle[j]!))
  }
  const length = Math.sqrt(square)
  if (length === 0) return { length, lost: 0 }
  const scale = LARGEST / length
  let gaps = 0
  for (let j = 0; j < row.length; j++) {
    const value = (row[j]! - middle[j]!) * scale
    const rounded = Math.floor(value + 0.5)
    out[j] = rounded
    gaps += (value - rounded) ** 2
  }
  const cancelled = (2 * Number.EPSILON * largest * Math.sqrt(row.length)) / length
  return { length, lost: Math.sqrt(gaps) / LARGEST + cancelled + 2 * Number.EPSILON }
}
