// Distances between rows, many at a time. Rows are copied once, as doubles, so that ties and tiny distances are right.

export type Metric = 'euclidean' | 'cosine' | 'manhattan'

/** Cosine distances below this are rounding of single-precision rows, not distance. */
const SAME = 1e-6

export class Distances {
  /** n arrays of d, of unit length under cosine: V8 checks their bounds once a row, those of one large array each time. */
  readonly #rows: Float64Array[]
  readonly #measure: (
    from: Float64Array,
    rows: Float64Array[],
    to: Int32Array,
    count: number,
    out: Float64Array,
  ) => void

  /** rows: n x d, finite. Cosine distance is 1 - cos, in 0..2; a row of zeros is 1 from every other. */
  constructor(rows: ArrayLike<number>, n: number, d: number, metric: Metric) {
    if (rows.length !== n * d) throw new RangeError(`expected ${n} x ${d} numbers, got ${rows.length}`)
    const values = Float64Array.from(rows)
    const bad = values.findIndex(value => !Number.isFinite(value))
    if (bad >= 0) throw new RangeError(`expected finite numbers, got ${values[bad]} in row ${Math.floor(bad / d)}`)
    this.#rows = Array.from({ length: n }, (_, i) => values.slice(i * d, (i + 1) * d))
    if (metric === 'cosine') for (const row of this.#rows) scaleToUnit(row)
    this.#measure = MEASURES[metric]
  }

  /** out[k] = distance of row `from` to row to[k], for the first `count` of `to`. */
  measure(from: number, to: Int32Array, count: number, out: Float64Array): void {
    this.#measure(this.#rows[from]!, this.#rows, to, count, out)
  }
}

const MEASURES = { cosine, euclidean, manhattan }

/** Four rows at a time: the additions of one row wait for one another, those of four do not. */
function cosine(from: Float64Array, rows: Float64Array[], to: Int32Array, count: number, out: Float64Array): void {
  for (let k = 0; k < count; k += 4) {
    const last = count - 1
    const a = rows[to[k]!]!
    const b = rows[to[Math.min(k + 1, last)]!]!
    const c = rows[to[Math.min(k + 2, last)]!]!
    const e = rows[to[Math.min(k + 3, last)]!]!
    let dotA = 0
    let dotB = 0
    let dotC = 0
    let dotE = 0
    for (let i = 0; i < from.length; i++) {
      const value = from[i]!
      dotA += value * a[i]!
      dotB += value * b[i]!
      dotC += value * c[i]!
      dotE += value * e[i]!
    }
    out[k] = fromDot(dotA)
    if (k + 1 < count) out[k + 1] = fromDot(dotB)
    if (k + 2 < count) out[k + 2] = fromDot(dotC)
    if (k + 3 < count) out[k + 3] = fromDot(dotE)
  }
}

function euclidean(from: Float64Array, rows: Float64Array[], to: Int32Array, count: number, out: Float64Array): void {
  for (let k = 0; k < count; k++) {
    const row = rows[to[k]!]!
    let sum = 0
    for (let i = 0; i < from.length; i++) sum += (from[i]! - row[i]!) ** 2
    out[k] = Math.sqrt(sum)
  }
}

function manhattan(from: Float64Array, rows: Float64Array[], to: Int32Array, count: number, out: Float64Array): void {
  for (let k = 0; k < count; k++) {
    const row = rows[to[k]!]!
    let sum = 0
    for (let i = 0; i < from.length; i++) sum += Math.abs(from[i]! - row[i]!)
    out[k] = sum
  }
}

function fromDot(dot: number): number {
  const distance = 1 - dot
  return distance < SAME ? 0 : distance
}

function scaleToUnit(row: Float64Array): void {
  let square = 0
  for (const value of row) square += value * value
  if (square === 0) return
  const scale = 1 / Math.sqrt(square)
  for (let i = 0; i < row.length; i++) row[i]! *= scale
}
