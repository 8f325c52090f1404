// The memory that the kernel works on, shared by all threads: which arrays lie in it, and where. What is in each stands where
// the kernel takes it: wasm/tile-rows.as.ts, tile-nearest.as.ts and tile-link.as.ts.
import type { Metric } from '../distance.ts'

/** Rows of a tile on each side: 192 x 384 16-bit numbers, twice, stay in a core's second cache. */
export const TILE = 192

/** Pairs a thread may report before the tree is made anew: those of two tiles. */
export const REPORTED = 2 * TILE * TILE

/** Words in `words`, for Atomics. */
export const WORD = { generation: 0, isOpen: 1, next: 2, tasks: 3, active: 4, job: 5 }

/** A processor's cache line: no two arrays share one. */
const LINE_BYTES = 64

export type Size = {
  n: number
  d: number
  metric: Exclude<Metric, 'manhattan'>
  /** Of the kernel's bounds: cosine distances, or squares of euclidean ones times this. */
  unit: number
  /** Whether rows are floats; else they are kept as doubles. */
  isSingle: boolean
  threads: number
  /** Neighbours kept a row. */
  kept: number
  tiles: number
  centres: number
}

export type Layout = Size & {
  /** Rows with those behind the last, which are near nothing; the centres of groups follow, and make them `rows`. */
  padded: number
  rows: number
  /** Numbers, and 16-bit numbers, a row. */
  stride: number
  width: number
  /** Of the table of maxima in `ranks`. */
  levels: number
  /** Where each array starts, in bytes; of a thread's own arrays, those of the first. */
  at: Record<keyof Views, number>
  /** Bytes of one thread's own arrays; of everything. */
  perThread: number
  end: number
}

type Numbers = Int16Array | Int32Array | Float32Array | Float64Array
type Kind<A extends Numbers> = {
  new (buffer: ArrayBufferLike, start: number, length: number): A
  readonly BYTES_PER_ELEMENT: number
}
type Part<A extends Numbers = Numbers> = { kind: Kind<A>; length: number }
type Places = Omit<Layout, 'at' | 'perThread' | 'end'>

/** Arrays all threads share. */
function sharedArrays({ n, isSingle, padded, rows, stride, width, levels, threads, tiles }: Places) {
  const exactKind: Kind<Float32Array | Float64Array> = isSingle ? Float32Array : Float64Array
  return {
    words: some(Int32Array, Object.keys(WORD).length),
    reported: some(Int32Array, threads),
    exact: some(exactKind, rows * stride),
    factor: some(Float64Array, rows),
    small: some(Int16Array, rows * width),
    middle: some(Float64Array, stride),
    length: some(Float64Array, rows),
    lost: some(Float64Array, rows),
    offset: some(Float32Array, rows),
    scale: some(Float32Array, rows),
    names: some(Int32Array, padded),
    group: some(Int32Array, padded),
    // Of the first pass.
    tiles: some(Int32Array, 2 * tiles),
    reach: some(Float32Array, padded),
    least: some(Float32Array, tiles),
    rowLeast: some(Float32Array, tiles * TILE),
    // Of the second.
    core: some(Float64Array, padded),
    coreBound: some(Float32Array, padded),
    climb: some(Float32Array, padded),
    place: some(Int32Array, padded),
    ranks: some(Int32Array, levels * n),
    weights: some(Float64Array, n),
    ends: some(Int32Array, 2 * n),
    tasks: some(Int32Array, tiles),
    between: some(Float32Array, tiles),
    highest: some(Float32Array, tiles),
  }
}

/** Arrays each thread has for itself. */
function ownArrays({ padded, kept }: Places) {
  return {
    bounds: some(Float32Array, 4 * TILE),
    near: some(Float64Array, padded * kept),
    nearIndex: some(Int32Array, padded * kept),
    pairLengths: some(Float64Array, REPORTED),
    pairs: some(Int32Array, 2 * REPORTED),
  }
}

function some<A extends Numbers>(kind: Kind<A>, length: number): Part<A> {
  return { kind, length }
}

type Arrays = ReturnType<typeof sharedArrays> & ReturnType<typeof ownArrays>
export type Views = { [Name in keyof Arrays]: Arrays[Name] extends Part<infer A> ? A : never }

/** Throws a RangeError for more than 2 GiB. */
export function layOut(size: Size): Layout {
  const { n, d, threads, centres } = size
  const padded = (n + 7) & ~7
  const places = {
    ...size,
    padded,
    rows: padded + ((centres + 7) & ~7),
    stride: (d + 3) & ~3,
    width: (d + 1) & ~1,
    levels: Math.floor(Math.log2(Math.max(n, 2))) + 1,
  }
  let end = 0
  const startOf = ([name, { kind, length }]: [string, Part]) => {
    const start = end
    end += Math.ceil((length * kind.BYTES_PER_ELEMENT) / LINE_BYTES) * LINE_BYTES
    return [name, start]
  }
  const shared = Object.entries(sharedArrays(places)).map(startOf)
  const first = end
  const own = Object.entries(ownArrays(places)).map(startOf)
  const perThread = end - first
  end = first + threads * perThread
  if (end > 2 ** 31) throw new RangeError('too many rows for 2 GiB of memory')
  return { ...places, at: Object.fromEntries([...shared, ...own]), perThread, end }
}

/** Views of the arrays; those of a thread's own are of thread `thread`. */
export function viewsOf(memory: WebAssembly.Memory, layout: Layout, thread = 0): Views {
  const from = (offset: number, parts: Record<string, Part>) =>
    Object.entries(parts).map(([name, { kind, length }]) => [
      name,
      new kind(memory.buffer, layout.at[name as keyof Views] + offset, length),
    ])
  return Object.fromEntries([...from(0, sharedArrays(layout)), ...from(thread * layout.perThread, ownArrays(layout))])
}
