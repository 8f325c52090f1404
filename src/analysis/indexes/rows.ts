// The port of what holds the rows of an exact index and measures them.
import type { NeighbourMetric } from '../neighbours.ts'

/**
 * Port. Rows of d single-precision numbers, each at a place from 0 up; of unit length, or zeros, under cosine.
 * Contract: the same rows measure the same, to the bit, whoever holds them.
 */
export type Rows = {
  /** Makes room for places below `count`; what is held stays. */
  reserve(count: number): void
  write(place: number, row: Float32Array): void
  move(from: number, to: number): void
  /** The first `count` of them, count x d, copied. */
  read(count: number): Float32Array<ArrayBuffer>
  /**
   * queries: m x d, at most QUERIES of them; rows from place `start` on, at most BLOCK of them.
   * @returns m lines of BLOCK distances, the first `count` of each written; valid until the next call
   */
  measure(queries: Float32Array, start: number, count: number): Float32Array
}

export type OpenRows = (d: number, metric: NeighbourMetric) => Rows

/** Measured together: a row is read once for so many queries, which with a block's distances stay in a core's cache. */
export const QUERIES = 64
export const BLOCK = 512
