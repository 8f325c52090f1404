// The approximate index: usearch's HNSW, a graph of near rows in layers (Malkov and Yashunin 2018, arXiv 1603.09320). It
// finds most of the nearest, not surely all; how many is measured in bench/results.md.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  checkCount,
  checkIds,
  type Found,
  NEIGHBOUR_METRICS,
  type NeighbourMetric,
  type Neighbours,
  prepared,
} from '../neighbours.ts'
import { loadUsearch, type UsearchIndex } from './usearch.ts'

/** Edges a row, and rows looked at for one added and one asked for: where recall@10 of 20,000 x 384 is above 0.95 (bench/results.md). */
const GRAPH = { connectivity: 16, expansion_add: 128, expansion_search: 64 }

/** One adds: several would race for their places, and the answers differ from run to run. */
const THREADS = 1

/** What a saved index starts with: "hnsw", then the version of what follows. */
const MAGIC = [0x77736e68, 1] as const
const HEADER_BYTES = 16
const DIGEST_BYTES = 32

/** In memory: 4 d bytes a row and some 150 of the graph. Throws a Fault `validation` where usearch is missing. */
export function hnswNeighbours(d: number, metric: NeighbourMetric): Neighbours {
  return new Hnsw(d, metric)
}

/** Whether these bytes are of such an index, whole or not. */
export function isHnsw(saved: Uint8Array): boolean {
  return saved.length >= 4 && new DataView(saved.buffer, saved.byteOffset).getUint32(0, true) === MAGIC[0]
}

/** Throws a RangeError for bytes that no such index saved: usearch would end the process over them. */
export function loadHnsw(saved: Uint8Array): Neighbours {
  const bytes = saved.slice()
  const head = HEADER_BYTES + DIGEST_BYTES
  const graph = bytes.subarray(head)
  const [magic, version, metric, d] = new Uint32Array(bytes.buffer, 0, bytes.length < head ? 0 : 4)
  const isOurs = magic === MAGIC[0] && version === MAGIC[1] && NEIGHBOUR_METRICS[metric!] !== undefined
  if (!isOurs || !digestOf(graph).equals(bytes.subarray(HEADER_BYTES, head))) {
    throw new RangeError(`expected an index of neighbours, got ${bytes.length} other bytes`)
  }
  const index = new Hnsw(d!, NEIGHBOUR_METRICS[metric!]!)
  index.restore(graph)
  return index
}

class Hnsw implements Neighbours {
  readonly #d: number
  readonly #metric: NeighbourMetric
  readonly #index: UsearchIndex

  constructor(d: number, metric: NeighbourMetric) {
    if (!Number.isInteger(d) || d < 1) throw new RangeError(`expected d to be 1 or more, got ${d}`)
    const { Index } = loadUsearch()
    this.#d = d
    this.#metric = metric
    const kind = metric === 'cosine' ? 'ip' : 'l2sq' // rows of unit length: 1 - their product
    this.#index = new Index({ dimensions: d, metric: kind, quantization: 'f32', ...GRAPH, multi: false })
  }

  get size(): number {
    return this.#index.size()
  }

  add(ids: ArrayLike<number>, rows: ArrayLike<number>): void {
    const d = this.#d
    const values = prepared(rows, ids.length, d, this.#metric)
    checkIds(ids)
    const last = new Map(Array.from(ids, (id, i) => [id, i])) // of an id given twice, the later row
    const kept = new Float32Array(last.size * d)
    for (const [place, i] of [...last.values()].entries()) kept.set(values.subarray(i * d, (i + 1) * d), place * d)
    for (const id of last.keys()) this.remove(id)
    if (last.size > 0) this.#index.add(BigUint64Array.from(last.keys(), BigInt), kept, THREADS)
  }

  remove(id: number): boolean {
    return this.#index.remove(BigInt(id)) > 0
  }

  search(queries: ArrayLike<number>, k: number): Found {
    checkCount(k)
    const m = Math.ceil(queries.length / this.#d)
    const points = prepared(queries, m, this.#d, this.#metric)
    const ids = new Int32Array(m * k).fill(-1)
    const distances = new Float32Array(m * k).fill(Infinity)
    const most = Math.min(k, this.size)
    if (m === 0 || most === 0) return { ids, distances }
    const { keys, distances: found, counts } = this.#index.search(points, most, THREADS)
    for (let query = 0; query < m; query++) {
      const count = counts ? Number(counts[query]) : keys.length
      const lines = Array.from({ length: count }, (_, i) => query * most + i)
        .map(at => ({ id: Number(keys[at]), distance: this.#distance(found[at]!) }))
        .sort((a, b) => a.distance - b.distance || a.id - b.id)
      for (const [place, { id, distance }] of lines.entries()) {
        ids[query * k + place] = id
        distances[query * k + place] = distance
      }
    }
    return { ids, distances }
  }

  save(): Uint8Array<ArrayBuffer> {
    const graph = throughFile(file => {
      this.#index.save(file)
      return readFileSync(file)
    })
    const bytes = new Uint8Array(HEADER_BYTES + DIGEST_BYTES + graph.length)
    new Uint32Array(bytes.buffer, 0, 4).set([...MAGIC, NEIGHBOUR_METRICS.indexOf(this.#metric), this.#d])
    bytes.set(digestOf(graph), HEADER_BYTES)
    bytes.set(graph, HEADER_BYTES + DIGEST_BYTES)
    return bytes
  }

  restore(graph: Uint8Array): void {
    throughFile(file => {
      writeFileSync(file, graph)
      this.#index.load(file)
    })
  }

  /** As the exact index has it: not below 0, and the root of usearch's squares. */
  #distance(found: number): number {
    return this.#metric === 'cosine' ? (found < SAME ? 0 : found) : Math.sqrt(Math.max(found, 0))
  }
}

/** Cosine distances below this are rounding: distance.ts. */
const SAME = 1e-6

function digestOf(graph: Uint8Array): Buffer {
  return createHash('sha256').update(graph).digest()
}

/** usearch reads and writes files only. */
function throughFile<T>(use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'neighbours-'))
  try {
    return use(join(folder, 'graph'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
