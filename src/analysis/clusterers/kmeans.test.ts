import { expect, test } from 'vitest'
import { answers, pointsOf } from './clusterings.fixture.ts'
import { kmeans } from './kmeans.ts'

/** The reference is the best of 200 starts of scikit-learn's; its own 10 starts come within 0.6 % of it. */
test.each(answers.kmeans)("$set, $clusters: as compact as scikit-learn's", ({ set, clusters, inertia }) => {
  const { rows, n, d } = pointsOf(set)
  const found = kmeans(rows, n, d, { clusters, starts: 20 })
  expect(found.inertia).toBeGreaterThan(inertia * (1 - 1e-6))
  expect(found.inertia).toBeLessThan(inertia * 1.01)
  expect(found.labels).toEqual(kmeans(rows, n, d, { clusters, starts: 20 }).labels)
})

test('by direction under cosine, and with counts', () => {
  const { labels } = kmeans([1, 0, 9, 0.5, 0, 1, 0.1, 3], 4, 2, { metric: 'cosine', clusters: 2 })
  expect([labels[0] === labels[1], labels[2] === labels[3], labels[0] === labels[2]]).toEqual([true, true, false])
  const { centres } = kmeans([0, 1], 2, 1, { clusters: 1, weights: [3, 1] })
  expect(Array.from(centres)).toEqual([0.25])
})

test('few rows, equal rows and wrong input', () => {
  expect(kmeans([], 0, 2, { clusters: 3 })).toMatchObject({ clusters: 0, inertia: 0 })
  expect(kmeans([1, 2], 1, 2, { clusters: 3 })).toMatchObject({ clusters: 1, inertia: 0 })
  expect(kmeans(new Float32Array(20), 10, 2, { clusters: 3 })).toMatchObject({ clusters: 1, inertia: 0 })
  expect(kmeans([], 3, 0)).toMatchObject({ clusters: 1, labels: new Int32Array(3) })
  expect(() => kmeans([1e200, 0], 2, 1)).toThrow('expected numbers up to 1e+140, got 1e+200')
  expect(() => kmeans([1], 1, 1, { clusters: 0 })).toThrow('expected clusters to be 1 or more, got 0')
  expect(() => kmeans([Number.NaN], 1, 1)).toThrow('expected finite numbers, got NaN in row 0')
})
