import { expect, test } from 'vitest'
import { answers, pointsOf } from './clusterings.fixture.ts'
import { dbscan } from './dbscan.ts'

test.each(answers.dbscan)("$set, $metric: labels are scikit-learn's", ({ set, labels, ...options }) => {
  const { rows, n, d } = pointsOf(set)
  expect(Array.from(dbscan(rows, n, d, options).labels)).toEqual(labels)
})

test('weights count toward a dense place; few rows and wrong input', () => {
  const options = { metric: 'euclidean', epsilon: 1, minSamples: 3 } as const
  expect(dbscan([0, 5], 2, 1, options)).toEqual({ labels: Int32Array.of(-1, -1), clusters: 0 })
  expect(dbscan([0, 5], 2, 1, { ...options, weights: [3, 1] }).labels).toEqual(Int32Array.of(0, -1))
  expect(dbscan([], 0, 3)).toEqual({ labels: new Int32Array(0), clusters: 0 })
  expect(dbscan(new Float32Array(10), 5, 2, options)).toEqual({ labels: new Int32Array(5), clusters: 1 })
  expect(() => dbscan([1], 1, 1, { epsilon: 0 })).toThrow('expected epsilon to be above 0, got 0')
  expect(() => dbscan([Number.NaN], 1, 1)).toThrow('expected finite numbers, got NaN in row 0')
})
