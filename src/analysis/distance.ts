// Distances between rows, many at a time. Rows are copied once, as doubles, so that ties and tiny distances are right.
// Each sum is kept in four parts, by column modulo 4, as two registers of two doubles hold it: wasm/tile-rows.as.ts adds
// in the same order, and gives the same bits.

export type Metric = 'euclidean' | 'cosine' | 'manhattan'

/** Cosine distances below this are rounding of single-precision rows, not distance. */
const SAME = 1e-6

/** Throws a RangeError unless rows are n x d and finite. */
export function checkRows(rows: ArrayLike<number>, n: number, d: number): void {
  if (rows.length !== n * d) throw new RangeError(`expected ${n} x ${d} numbers, got ${rows.length}`)
  for (let i = 0; i < rows.length; i++) {
    if (Number.isFinite(rows[i])) continue
    throw new RangeError(`expected finite numbers, got ${rows[i]} in row ${Math.floor(i / d)}`)
  }
}

export class Distances {
  /** n arrays of d, of unit length under cosine: V8 checks their bounds once a row, those of one large array each time. */
  readonly #rows: Float64Array[]
  readonly #metric: Metric
  readonly #between: (a: Float64Array, b: Float64Array) => number

  /** rows: n x d, finite. Cosine distance is 1 - cos, in 0..2; a row of zeros is 1 from every other. */
  constructor(rows: ArrayLike<number>, n: number, d: number, metric: Metric) {
    checkRows(rows, n, d)
    const values = Float64Array.from(rows)
    this.#metric = metric
    this.#rows = Array.from({ length: n }, (_, i) => this.prepare(values.slice(i * d, (i + 1) * d)))
    this.#between = between(metric)
  }

  /** out[k] = distance of row `from` to row to[k], for the first `count` of `to`. */
  measure(from: number, to: Int32Array, count: number, out: Float64Array): void {
    this.measurePoint(this.#rows[from]!, to, count, out)
  }

  /** The same from a point that is no row of these; `prepare` it first. */
  measurePoint(point: Float64Array, to: Int32Array, count: number, out: Float64Array): void {
    for (let k = 0; k < count; k++) out[k] = this.#between(point, this.#rows[to[k]!]!)
  }

  /** Under cosine brings a point to unit length, in place. */
  prepare(point: Float64Array): Float64Array {
    return this.#metric === 'cosine' ? scaledToUnit(point) : point
  }
}

const BETWEEN = { cosine, euclidean, manhattan }

/** The distance of two rows of one length; those of cosine are of unit length. */
export function between(metric: Metric): (a: Float64Array, b: Float64Array) => number {
  return BETWEEN[metric]
}

function cosine(a: Float64Array, b: Float64Array): number {
  const distance = 1 - dot(a, b)
  return distance < SAME ? 0 : distance
}

function dot(a: Float64Array, b: Float64Array): number {
  const whole = a.length & ~3
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
  }
  if (whole < a.length) s0 += a[whole]! * b[whole]!
  if (whole + 1 < a.length) s1 += a[whole + 1]! * b[whole + 1]!
  if (whole + 2 < a.length) s2 += a[whole + 2]! * b[whole + 2]!
  return s0 + s2 + (s1 + s3)
}

function euclidean(a: Float64Array, b: Float64Array): number {
  const whole = a.length & ~3
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    s0 += (a[i]! - b[i]!) ** 2
    s1 += (a[i + 1]! - b[i + 1]!) ** 2
    s2 += (a[i + 2]! - b[i + 2]!) ** 2
    s3 += (a[i + 3]! - b[i + 3]!) ** 2
  }
  if (whole < a.length) s0 += (a[whole]! - b[whole]!) ** 2
  if (whole + 1 < a.length) s1 += (a[whole + 1]! - b[whole + 1]!) ** 2
  if (whole + 2 < a.length) s2 += (a[whole + 2]! - b[whole + 2]!) ** 2
  return Math.sqrt(s0 + s2 + (s1 + s3))
}

function manhattan(a: Float64Array, b: Float64Array): number {
  const whole = a.length & ~3
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    s0 += Math.abs(a[i]! - b[i]!)
    s1 += Math.abs(a[i + 1]! - b[i + 1]!)
    s2 += Math.abs(a[i + 2]! - b[i + 2]!)
    s3 += Math.abs(a[i + 3]! - b[i + 3]!)
  }
  if (whole < a.length) s0 += Math.abs(a[whole]! - b[whole]!)
  if (whole + 1 < a.length) s1 += Math.abs(a[whole + 1]! - b[whole + 1]!)
  if (whole + 2 < a.length) s2 += Math.abs(a[whole + 2]! - b[whole + 2]!)
  return s0 + s2 + (s1 + s3)
}

/** Brings a row to unit length, in place; zeros stay zeros. */
export function scaledToUnit(row: Float64Array): Float64Array {
  const square = dot(row, row)
  if (square === 0) return row
  const scale = 1 / Math.sqrt(square)
  for (let i = 0; i < row.length; i++) row[i]! *= scale
  return row
}
