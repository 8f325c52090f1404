// Which index of neighbours: exact, or, for many rows and where usearch is installed, approximate.
import type { NeighbourMetric, Neighbours } from '../neighbours.ts'
import { flatNeighbours, loadFlat } from './flat.ts'
import { hnswNeighbours, isHnsw, loadHnsw } from './hnsw.ts'
import { hasUsearch } from './usearch.ts'

/** From so many rows on, asked for as many neighbours as there are, the graph takes less time to build than it saves: bench/results.md. */
export const HNSW_FROM = 20_000

/** rows: how many there will be, about. */
export function openNeighbours(d: number, metric: NeighbourMetric, rows: number): Neighbours {
  return rows >= HNSW_FROM && hasUsearch() ? hnswNeighbours(d, metric) : flatNeighbours(d, metric)
}

/** Throws a RangeError for bytes that no index saved, a Fault `validation` for an approximate one where usearch is missing. */
export function loadNeighbours(saved: Uint8Array): Neighbours {
  return isHnsw(saved) ? loadHnsw(saved) : loadFlat(saved)
}
