// The exact index: every row is compared with every query.
import {
  checkCount,
  checkIds,
  type Found,
  NEIGHBOUR_METRICS,
  type NeighbourMetric,
  type Neighbours,
  prepared,
} from '../neighbours.ts'
import { openPlainRows } from './plain-rows.ts'
import { BLOCK, type OpenRows, QUERIES, type Rows } from './rows.ts'
import { wasmRows } from './wasm-rows.ts'

/** What a saved index starts with: "flat", then the version of what follows. */
const MAGIC = [0x74616c66, 1] as const
const HEADER_BYTES = 20

/** In memory: 4 d bytes a row. A search takes time O(m n d). Distances beyond 1e19 are Infinity. */
export function flatNeighbours(d: number, metric: NeighbourMetric, open: OpenRows = bestRows()): Neighbours {
  return new Flat(d, metric, open)
}

/** Throws a RangeError for bytes that no index saved. */
export function loadFlat(saved: Uint8Array, open: OpenRows = bestRows()): Neighbours {
  const bytes = saved.slice()
  const [magic, version, metric, d, n] = new Uint32Array(bytes.buffer, 0, bytes.length < HEADER_BYTES ? 0 : 5)
  const isOurs = magic === MAGIC[0] && version === MAGIC[1] && NEIGHBOUR_METRICS[metric!] !== undefined
  if (!isOurs || bytes.length !== HEADER_BYTES + 4 * n! * (1 + d!)) {
    throw new RangeError(`expected an index of neighbours, got ${bytes.length} other bytes`)
  }
  const index = new Flat(d!, NEIGHBOUR_METRICS[metric!]!, open)
  index.restore(new Int32Array(bytes.buffer, HEADER_BYTES, n), new Float32Array(bytes.buffer, HEADER_BYTES + 4 * n!))
  return index
}

function bestRows(): OpenRows {
  return wasmRows() ?? openPlainRows
}

class Flat implements Neighbours {
  readonly #d: number
  readonly #metric: NeighbourMetric
  readonly #rows: Rows
  readonly #places = new Map<number, number>()
  #ids: number[] = [] // of each place
  #reserved = 0

  constructor(d: number, metric: NeighbourMetric, open: OpenRows) {
    if (!Number.isInteger(d) || d < 1) throw new RangeError(`expected d to be 1 or more, got ${d}`)
    this.#d = d
    this.#metric = metric
    this.#rows = open(d, metric)
  }

  get size(): number {
    return this.#ids.length
  }

  add(ids: ArrayLike<number>, rows: ArrayLike<number>): void {
    const d = this.#d
    const values = prepared(rows, ids.length, d, this.#metric)
    checkIds(ids)
    this.#reserve(this.size + ids.length)
    for (let i = 0; i < ids.length; i++) this.#put(ids[i]!, values.subarray(i * d, (i + 1) * d))
  }

  /** The last row takes the place. */
  remove(id: number): boolean {
    const place = this.#places.get(id)
    if (place === undefined) return false
    const last = this.size - 1
    const moved = this.#ids.pop()!
    this.#places.delete(id)
    if (place === last) return true
    this.#rows.move(last, place)
    this.#ids[place] = moved
    this.#places.set(moved, place)
    return true
  }

  search(queries: ArrayLike<number>, k: number): Found {
    checkCount(k)
    const d = this.#d
    const m = Math.ceil(queries.length / d)
    const points = prepared(queries, m, d, this.#metric)
    const ids = new Int32Array(m * k).fill(-1)
    const distances = new Float32Array(m * k).fill(Infinity)
    for (let first = 0; first < m; first += QUERIES) {
      const until = Math.min(first + QUERIES, m)
      const some = points.subarray(first * d, until * d)
      for (let start = 0; start < this.size; start += BLOCK) {
        const count = Math.min(BLOCK, this.size - start)
        const measured = this.#rows.measure(some, start, count)
        for (let query = first; query < until; query++) {
          const line = measured.subarray((query - first) * BLOCK, (query - first) * BLOCK + count)
          const found = ids.subarray(query * k, (query + 1) * k)
          this.#take(line, start, found, distances.subarray(query * k, (query + 1) * k))
        }
      }
    }
    return { ids, distances }
  }

  save(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(HEADER_BYTES + 4 * this.size * (1 + this.#d))
    new Uint32Array(bytes.buffer, 0, 5).set([...MAGIC, NEIGHBOUR_METRICS.indexOf(this.#metric), this.#d, this.size])
    new Int32Array(bytes.buffer, HEADER_BYTES, this.size).set(this.#ids)
    new Float32Array(bytes.buffer, HEADER_BYTES + 4 * this.size).set(this.#rows.read(this.size))
    return bytes
  }

  /** Rows as they were saved, of unit length already: dividing again would change their last bits. */
  restore(ids: Int32Array, rows: Float32Array): void {
    this.#reserve(ids.length)
    for (const [i, id] of ids.entries()) this.#put(id, rows.subarray(i * this.#d, (i + 1) * this.#d))
    if (this.size !== ids.length) throw new RangeError('expected an index of neighbours, got one with an id twice')
  }

  #put(id: number, row: Float32Array): void {
    const place = this.#places.get(id) ?? this.size
    this.#places.set(id, place)
    this.#ids[place] = id
    this.#rows.write(place, row)
  }

  /** Puts rows from place `start` on among the nearest found. */
  #take(line: Float32Array, start: number, ids: Int32Array, distances: Float32Array): void {
    const last = ids.length - 1
    for (let k = 0; k < line.length; k++) {
      const distance = line[k]!
      if (distance > distances[last]!) continue
      insert(ids, distances, this.#ids[start + k]!, distance)
    }
  }

  #reserve(rows: number): void {
    if (rows <= this.#reserved) return
    this.#reserved = Math.max(rows, 2 * this.#reserved)
    this.#rows.reserve(this.#reserved)
  }
}

/** Puts a row among the nearest, both lists ascending by distance and then by id. */
function insert(ids: Int32Array, distances: Float32Array, id: number, distance: number): void {
  let place = ids.length
  while (place > 0 && isAfter(ids[place - 1]!, distances[place - 1]!, id, distance)) {
    place--
    if (place + 1 === ids.length) continue
    ids[place + 1] = ids[place]!
    distances[place + 1] = distances[place]!
  }
  if (place === ids.length) return
  ids[place] = id
  distances[place] = distance
}

function isAfter(id: number, distance: number, otherId: number, other: number): boolean {
  return id < 0 || distance > other || (distance === other && id > otherId)
}
