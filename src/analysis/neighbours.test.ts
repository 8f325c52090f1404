import { expect, test } from 'vitest'
import { neighbours } from './neighbours.ts'

test('the k nearest other rows, nearest first, the lower index first among equals', () => {
  const rows = Float32Array.of(1, 0, 0.8, 0.6, 0, 1, 0.8, 0.6, -1, 0)
  const { index, cosine } = neighbours(rows, 5, 2, 3)
  expect(Array.from(index)).toEqual([1, 3, 2, 3, 0, 2, 1, 3, 0, 1, 0, 2, 2, 1, 3])
  expect(Array.from(cosine.subarray(0, 3))).toEqual([expect.closeTo(0.8, 6), expect.closeTo(0.8, 6), 0])
})

test('fewer rows than k leave -1, and rows that do not fit are refused', () => {
  expect(Array.from(neighbours(Float32Array.of(1, 0, 0, 1), 2, 2, 2).index)).toEqual([1, -1, 0, -1])
  expect(neighbours(new Float32Array(0), 0, 2, 2).index).toHaveLength(0)
  expect(() => neighbours(new Float32Array(3), 2, 2, 1)).toThrow('expected 2 x 2 numbers, got 3')
})
