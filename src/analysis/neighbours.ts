// Exact nearest neighbours by cosine: every row against every other. Enough for some thousand rows.
import { Distances } from './distance.ts'

export type Neighbours = {
  /** n x k: the nearest other rows of each row, nearest first; -1 where there are fewer than k. */
  index: Int32Array
  /** n x k: their cosines; -1 where there is none. */
  cosine: Float32Array
}

/**
 * Of equal cosines the lower index comes first. Time O(n^2 d).
 *
 * @param rows n x d, finite; a row of zeros is at cosine 0 from every other
 * @returns `index.subarray(i * k, (i + 1) * k)` are the neighbours of row i
 */
export function neighbours(rows: Float32Array, n: number, d: number, k: number): Neighbours {
  const distances = new Distances(rows, n, d, 'cosine')
  const index = new Int32Array(n * k).fill(-1)
  const cosine = new Float32Array(n * k).fill(-1)
  const later = new Int32Array(n)
  const measured = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const count = n - 1 - i
    for (let j = 0; j < count; j++) later[j] = i + 1 + j
    distances.measure(i, later, count, measured)
    for (let j = 0; j < count; j++) {
      const similarity = Math.fround(1 - measured[j]!)
      insert(index, cosine, i * k, k, later[j]!, similarity)
      insert(index, cosine, later[j]! * k, k, i, similarity)
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
