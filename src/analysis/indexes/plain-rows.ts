// Rows measured by JavaScript, where WebAssembly was not built: the additions of wasm/scan.as.ts, in its order.
import type { NeighbourMetric } from '../neighbours.ts'
import { BLOCK, QUERIES, type Rows } from './rows.ts'

/** Cosine distances below this are rounding: distance.ts. */
const SAME = Math.fround(1e-6)

export function openPlainRows(d: number, metric: NeighbourMetric): Rows {
  const between = metric === 'cosine' ? cosine : euclidean
  const out = new Float32Array(QUERIES * BLOCK)
  const rows: Float32Array[] = [] // V8 checks the bounds of small arrays once a row, those of one large array each time
  return {
    reserve(count) {
      while (rows.length < count) rows.push(new Float32Array(d))
    },
    write: (place, row) => rows[place]!.set(row),
    move: (from, to) => rows[to]!.set(rows[from]!),
    read(count) {
      const copied = new Float32Array(count * d)
      for (let place = 0; place < count; place++) copied.set(rows[place]!, place * d)
      return copied
    },
    measure(queries, start, count) {
      for (let query = 0; query < queries.length / d; query++) {
        const point = queries.subarray(query * d, (query + 1) * d)
        for (let k = 0; k < count; k++) out[query * BLOCK + k] = between(point, rows[start + k]!)
      }
      return out
    },
  }
}

const { fround } = Math

function cosine(a: Float32Array, b: Float32Array): number {
  const whole = a.length & ~3
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    s0 = fround(s0 + fround(a[i]! * b[i]!))
    s1 = fround(s1 + fround(a[i + 1]! * b[i + 1]!))
    s2 = fround(s2 + fround(a[i + 2]! * b[i + 2]!))
    s3 = fround(s3 + fround(a[i + 3]! * b[i + 3]!))
  }
  if (whole < a.length) s0 = fround(s0 + fround(a[whole]! * b[whole]!))
  if (whole + 1 < a.length) s1 = fround(s1 + fround(a[whole + 1]! * b[whole + 1]!))
  if (whole + 2 < a.length) s2 = fround(s2 + fround(a[whole + 2]! * b[whole + 2]!))
  const distance = fround(1 - total(s0, s1, s2, s3))
  return distance < SAME ? 0 : distance
}

function euclidean(a: Float32Array, b: Float32Array): number {
  const whole = a.length & ~3
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    s0 = fround(s0 + square(fround(a[i]! - b[i]!)))
    s1 = fround(s1 + square(fround(a[i + 1]! - b[i + 1]!)))
    s2 = fround(s2 + square(fround(a[i + 2]! - b[i + 2]!)))
    s3 = fround(s3 + square(fround(a[i + 3]! - b[i + 3]!)))
  }
  if (whole < a.length) s0 = fround(s0 + square(fround(a[whole]! - b[whole]!)))
  if (whole + 1 < a.length) s1 = fround(s1 + square(fround(a[whole + 1]! - b[whole + 1]!)))
  if (whole + 2 < a.length) s2 = fround(s2 + square(fround(a[whole + 2]! - b[whole + 2]!)))
  return fround(Math.sqrt(total(s0, s1, s2, s3)))
}

function square(value: number): number {
  return fround(value * value)
}

function total(s0: number, s1: number, s2: number, s3: number): number {
  return fround(fround(s0 + s2) + fround(s1 + s3))
}
