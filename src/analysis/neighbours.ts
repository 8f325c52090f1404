// The port of what finds the rows most like a given one, and the exact index: every row is compared with every query.
import { checkRows, type Metric } from './distance.ts'
import { normalise } from './vector.ts'

/**
 * Port. Rows have ids the caller chose, and one length.
 * Contract: of equally near rows the one with the lower id comes first; the same calls give the same answers; what was
 * saved and loaded answers as what was saved.
 */
export type Neighbours = {
  readonly size: number
  /** rows: n x d, finite, for n ids. A row whose id is there already takes the place of the old one. */
  add(ids: ArrayLike<number>, rows: ArrayLike<number>): void
  /** False if there was none with this id. */
  remove(id: number): boolean
  /** queries: m x d, finite. */
  search(queries: ArrayLike<number>, k: number): Found
  /** Everything, as `loadFlat` reads it; the same on every processor. */
  save(): Uint8Array
}

export type Found = {
  /** m x k, nearest first; -1 where there are fewer than k rows. */
  ids: Int32Array
  /** m x k: their distances, in the metric's own units; Infinity where there is none. */
  distances: Float32Array
}

/** Ids are whole numbers of 32 bits, 0 and up. */
const LARGEST_ID = 2 ** 31 - 1

const METRICS = ['euclidean', 'cosine'] as const satisfies Metric[]
type FlatMetric = (typeof METRICS)[number]

/** What a saved index starts with: "flat", then the version of what follows. */
const MAGIC = [0x74616c66, 1] as const
const HEADER_BYTES = 20

/**
 * An exact index in memory: 4 d bytes a row. A search takes time O(m n d). Under cosine rows are kept at unit length, and
 * one of zeros is at distance 1 from every other.
 */
export function flatNeighbours(d: number, metric: FlatMetric): Neighbours {
  return new Flat(d, metric)
}

/** Throws a RangeError for bytes that no index saved. */
export function loadFlat(saved: Uint8Array): Neighbours {
  const bytes = saved.slice()
  const [magic, version, metric, d, n] = new Uint32Array(bytes.buffer, 0, bytes.length < HEADER_BYTES ? 0 : 5)
  const isOurs = magic === MAGIC[0] && version === MAGIC[1] && METRICS[metric!] !== undefined
  if (!isOurs || bytes.length !== HEADER_BYTES + 4 * n! * (1 + d!)) {
    throw new RangeError(`expected an index of neighbours, got ${bytes.length} other bytes`)
  }
  const index = new Flat(d!, METRICS[metric!]!)
  index.restore(new Int32Array(bytes.buffer, HEADER_BYTES, n), new Float32Array(bytes.buffer, HEADER_BYTES + 4 * n!))
  return index
}

class Flat implements Neighbours {
  readonly #d: number
  readonly #metric: FlatMetric
  readonly #places = new Map<number, number>()
  #ids = new Int32Array(0)
  #rows = new Float32Array(0) // the first `size` x d of them

  constructor(d: number, metric: FlatMetric) {
    if (!Number.isInteger(d) || d < 1) throw new RangeError(`expected d to be 1 or more, got ${d}`)
    this.#d = d
    this.#metric = metric
  }

  get size(): number {
    return this.#places.size
  }

  add(ids: ArrayLike<number>, rows: ArrayLike<number>): void {
    checkRows(rows, ids.length, this.#d)
    const wrong = Array.from(ids).find(id => !Number.isInteger(id) || id < 0 || id > LARGEST_ID)
    if (wrong !== undefined) throw new RangeError(`expected ids from 0 to ${LARGEST_ID}, got ${wrong}`)
    this.#reserve(this.size + ids.length)
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!
      const place = this.#places.get(id) ?? this.size
      this.#places.set(id, place)
      this.#ids[place] = id
      this.#rows.set(this.#unit(rows, i), place * this.#d)
    }
  }

  /** The last row takes the place. */
  remove(id: number): boolean {
    const place = this.#places.get(id)
    if (place === undefined) return false
    const last = this.size - 1
    this.#ids[place] = this.#ids[last]!
    this.#rows.copyWithin(place * this.#d, last * this.#d, (last + 1) * this.#d)
    this.#places.set(this.#ids[place]!, place)
    this.#places.delete(id)
    return true
  }

  search(queries: ArrayLike<number>, k: number): Found {
    if (!Number.isInteger(k) || k < 1) throw new RangeError(`expected k to be 1 or more, got ${k}`)
    const m = queries.length / this.#d
    checkRows(queries, Math.ceil(m), this.#d)
    const ids = new Int32Array(m * k).fill(-1)
    const distances = new Float32Array(m * k).fill(Infinity)
    for (let query = 0; query < m; query++) {
      const point = this.#unit(queries, query)
      const found = ids.subarray(query * k, (query + 1) * k)
      const near = distances.subarray(query * k, (query + 1) * k)
      for (let place = 0; place < this.size; place++)
        insert(found, near, this.#ids[place]!, this.#between(point, place))
    }
    return { ids, distances }
  }

  save(): Uint8Array {
    const bytes = new Uint8Array(HEADER_BYTES + 4 * this.size * (1 + this.#d))
    new Uint32Array(bytes.buffer, 0, 5).set([...MAGIC, METRICS.indexOf(this.#metric), this.#d, this.size])
    new Int32Array(bytes.buffer, HEADER_BYTES, this.size).set(this.#ids.subarray(0, this.size))
    new Float32Array(bytes.buffer, HEADER_BYTES + 4 * this.size).set(this.#rows.subarray(0, this.size * this.#d))
    return bytes
  }

  /** Rows as they were saved, of unit length already: dividing again would change their last bits. */
  restore(ids: Int32Array<ArrayBuffer>, rows: Float32Array<ArrayBuffer>): void {
    this.#ids = ids
    this.#rows = rows
    for (const [place, id] of ids.entries()) this.#places.set(id, place)
    if (this.size !== ids.length) throw new RangeError('expected an index of neighbours, got one with an id twice')
  }

  #unit(rows: ArrayLike<number>, i: number): Float64Array {
    const row = Float64Array.from({ length: this.#d }, (_, j) => rows[i * this.#d + j]!)
    return this.#metric === 'cosine' ? normalise(row) : row
  }

  #between(point: Float64Array, place: number): number {
    const start = place * this.#d
    let sum = 0
    if (this.#metric === 'cosine') {
      for (let j = 0; j < this.#d; j++) sum += point[j]! * this.#rows[start + j]!
      return Math.fround(1 - sum)
    }
    for (let j = 0; j < this.#d; j++) sum += (point[j]! - this.#rows[start + j]!) ** 2
    return Math.fround(Math.sqrt(sum))
  }

  #reserve(rows: number): void {
    if (rows <= this.#ids.length) return
    const room = Math.max(rows, 2 * this.#ids.length)
    const ids = new Int32Array(room)
    const values = new Float32Array(room * this.#d)
    ids.set(this.#ids)
    values.set(this.#rows)
    this.#ids = ids
    this.#rows = values
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
