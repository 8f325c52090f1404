// Arithmetic on vectors, and on the rows of n x d matrices kept in one array.

export type Vector = Float32Array | Float64Array

/** Sum of products of two vectors of one length. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Euclidean length. */
export function norm(a: Vector): number {
  return Math.sqrt(dot(a, a))
}

/** Divides a vector by its length, in place; zeros stay zeros. */
export function normalise<V extends Vector>(a: V): V {
  const length = norm(a)
  if (length > 0) for (let i = 0; i < a.length; i++) a[i]! /= length
  return a
}

/** Row i of an n x d matrix, sharing its memory. */
export function row<V extends Vector>(rows: V, d: number, i: number): V {
  return rows.subarray(i * d, (i + 1) * d) as V
}

/** The mean of the chosen rows (all by default), each counted `weights[i]` times; zeros where there are none. */
export function meanOfRows(
  rows: Vector,
  d: number,
  chosen: Iterable<number> = Array(rows.length / d).keys(),
  weights?: ArrayLike<number>,
): Float64Array {
  const mean = new Float64Array(d)
  let total = 0
  for (const i of chosen) {
    const weight = weights?.[i] ?? 1
    total += weight
    for (let j = 0; j < d; j++) mean[j]! += weight * rows[i * d + j]!
  }
  if (total > 0) for (let j = 0; j < d; j++) mean[j]! /= total
  return mean
}
