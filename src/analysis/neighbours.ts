// Exact nearest neighbours by cosine: every row against every other. Enough up to some ten thousand rows.
import { dot, row } from './vector.ts'

export type Neighbours = {
  /** n x k: the nearest other rows of each row, nearest first; -1 where there are fewer than k. */
  index: Int32Array
  /** n x k: their cosines; -1 where there is none. */
  cosine: Float32Array
}

/**
 * Of equal cosines the lower index comes first.
 *
 * @param rows n x d, each of length 1 (or all zeros, which is at cosine 0 from everything)
 * @returns `index.subarray(i * k, (i + 1) * k)` are the neighbours of row i
 */
export function neighbours(rows: Float32Array, d: number, k: number): Neighbours {
  const n = d > 0 ? rows.length / d : 0
  if (!Number.isInteger(n)) throw new RangeError(`expected rows of ${d} numbers, got ${rows.length} numbers`)
  const index = new Int32Array(n * k).fill(-1)
  const cosine = new Float32Array(n * k).fill(-1)
  const each = Array.from({ length: n }, (_, i) => row(rows, d, i))
  for (const [i, a] of each.entries()) {
    for (let j = i + 1; j < n; j++) {
      const similarity = Math.fround(dot(a, each[j]!))
      insert(index, cosine, i * k, k, j, similarity)
      insert(index, cosine, j * k, k, i, similarity)
    }
  }
  return { index, cosine }
}

/** Candidates come by ascending index, so behind an equal cosine is the right place. */
function insert(index: Int32Array, cosine: Float32Array, start: number, k: number, of: number, similarity: number) {
  let place = start + k
  while (place > start && (index[place - 1]! < 0 || cosine[place - 1]! < similarity)) {
    place--
    if (place + 1 < start + k) {
      index[place + 1] = index[place]!
      cosine[place + 1] = cosine[place]!
    }
  }
  if (place === start + k) return
  index[place] = of
  cosine[place] = similarity
}
