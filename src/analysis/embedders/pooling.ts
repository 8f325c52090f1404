// One vector of a text from the vectors of its tokens, for models that do not pool by themselves.

export type Pooling = 'mean' | 'cls' | 'max'

/**
 * mean: of the tokens; cls: the first token's; max: the largest of each column.
 *
 * @param tokens n x t x d
 * @param mask n x t: 0 where a place holds no token; a text of none gets zeros
 * @returns n x d
 * @example
 * pool(Float32Array.of(1, 2, 3, 4, 9, 9), [1, 1, 0], [1, 3, 2], 'mean') // [2, 3]: the third place is padding
 */
export function pool(
  tokens: ArrayLike<number>,
  mask: ArrayLike<number>,
  [n, t, d]: readonly [number, number, number],
  pooling: Pooling,
): Float32Array {
  const pooled = new Float32Array(n * d)
  for (let i = 0; i < n; i++) {
    let seen = 0
    for (let k = 0; k < t; k++) {
      if (!mask[i * t + k]) continue
      if (pooling === 'cls' && seen > 0) break
      for (let j = 0; j < d; j++) {
        const value = tokens[(i * t + k) * d + j]!
        const held = pooled[i * d + j]!
        pooled[i * d + j] =
          pooling === 'max' && seen > 0 ? Math.max(held, value) : pooling === 'mean' ? held + value : value
      }
      seen++
    }
    if (pooling === 'mean' && seen > 0) for (let j = 0; j < d; j++) pooled[i * d + j]! /= seen
  }
  return pooled
}
