// The port of what finds the rows most like a given one; indexes/ has those who do.
import { checkRows } from './distance.ts'
import { normalise } from './vector.ts'

export const NEIGHBOUR_METRICS = ['euclidean', 'cosine'] as const
export type NeighbourMetric = (typeof NEIGHBOUR_METRICS)[number]

/**
 * Port. Rows have ids the caller chose, and one length; they are kept in single precision, under cosine at unit length,
 * where one of zeros is at distance 1 from every other.
 * Contract: of equally near rows the one with the lower id comes first; the same calls give the same answers; what was
 * saved and loaded answers as what was saved. Whether the nearest are found, or most of them, each says of itself.
 */
export type Neighbours = {
  readonly size: number
  /** rows: n x d, finite, for n ids. A row whose id is there already takes the place of the old one. */
  add(ids: ArrayLike<number>, rows: ArrayLike<number>): void
  /** False if there was none with this id. */
  remove(id: number): boolean
  /** queries: m x d, finite. */
  search(queries: ArrayLike<number>, k: number): Found
  /** Everything, as `loadNeighbours` reads it (indexes/open.ts); the same on every processor. */
  save(): Uint8Array<ArrayBuffer>
}

export type Found = {
  /** m x k, nearest first; -1 where there are fewer than k rows. */
  ids: Int32Array
  /** m x k: their distances, in the metric's own units; Infinity where there is none. */
  distances: Float32Array
}

/** Ids are whole numbers of 32 bits, 0 and up. */
const LARGEST_ID = 2 ** 31 - 1

/** Throws a RangeError for an id that none may have. */
export function checkIds(ids: ArrayLike<number>): void {
  const wrong = Array.from(ids).find(id => !Number.isInteger(id) || id < 0 || id > LARGEST_ID)
  if (wrong !== undefined) throw new RangeError(`expected ids from 0 to ${LARGEST_ID}, got ${wrong}`)
}

/** Throws a RangeError. */
export function checkCount(k: number): void {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`expected k to be 1 or more, got ${k}`)
}

/** n x d as they are kept. Throws a RangeError for others than n x d finite numbers of single precision. */
export function prepared(rows: ArrayLike<number>, n: number, d: number, metric: NeighbourMetric): Float32Array {
  const values = Float32Array.from(rows)
  checkRows(values, n, d)
  if (metric === 'euclidean') return values
  for (let i = 0; i < n; i++) values.set(normalise(Float64Array.from(values.subarray(i * d, (i + 1) * d))), i * d)
  return values
}
