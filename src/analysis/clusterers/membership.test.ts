import { describe, expect, test } from 'vitest'
import { answers, pointsOf, renamed } from './clusterings.fixture.ts'
import { hdbscan } from './hdbscan.ts'
import { membershipVectors, predict } from './membership.ts'

describe.each(answers.membership)('$set, $metric', ({ set, metric, minClusterSize, minSamples, ...expected }) => {
  const { rows, n, d } = pointsOf(set)
  const found = hdbscan(rows, n, d, { metric, minClusterSize, minSamples, epsilon: 0 })
  const clustered = { rows, n, d, metric, minSamples }

  test("clusters, probabilities and outlier scores are the reference's", () => {
    expect(renamed(found.labels, expected.labels)).toEqual(expected.labels)
    expect(farthest(found.probabilities, expected.probabilities)).toBeLessThan(1e-4)
    expect(farthest(found.outlierScores, expected.outlierScores)).toBeLessThan(1e-4)
  })

  test('so are the membership vectors', () => {
    const vectors = membershipVectors(found, clustered)
    const place = new Map(Array.from(found.labels, (label, i) => [expected.labels[i]!, label]))
    const inTheirOrder = expected.vectors.map((_, at) => {
      const row = 5 * Math.floor(at / found.clusters)
      return vectors[row * found.clusters + place.get(at % found.clusters)!]!
    })
    expect(farthest(inTheirOrder, expected.vectors)).toBeLessThan(1e-4)
  })

  test('and what is predicted for new points', () => {
    const chosen = rows.filter((_, at) => Math.floor(at / d) % 3 === 0)
    const { labels, probabilities } = predict(
      found,
      clustered,
      chosen.map(value => value * 1.01 + 0.05),
      chosen.length / d,
    )
    expect(renamed(labels, expected.newLabels)).toEqual(expected.newLabels)
    expect(farthest(probabilities, expected.newProbabilities)).toBeLessThan(1e-4)
  })
})

test('without clusters nothing belongs anywhere', () => {
  const rows = [0, 1, 2, 3, 4, 5]
  const clustered = { rows, n: 6, d: 1, metric: 'euclidean', minSamples: 3 } as const
  const found = hdbscan(rows, 6, 1, clustered)
  expect(membershipVectors(found, clustered)).toHaveLength(0)
  expect(Array.from(predict(found, clustered, [2.5], 1).labels)).toEqual([-1])
  expect(Array.from(predict(hdbscan([], 0, 1), { ...clustered, rows: [], n: 0 }, [2.5], 1).labels)).toEqual([-1])
  expect(() => predict(found, clustered, [Number.NaN], 1)).toThrow('expected finite numbers, got NaN in row 0')
})

test('rows at one place are as near to their cluster as can be', () => {
  const rows = [...Array(6).fill(0), ...Array(6).fill(9)]
  const clustered = { rows, n: 12, d: 1, metric: 'euclidean', minSamples: 3 } as const
  const found = hdbscan(rows, 12, 1, { ...clustered, epsilon: 0 })
  const vectors = membershipVectors(found, clustered)
  expect(Array.from(vectors.subarray(0, 2))).toEqual([expect.closeTo(1, 3), expect.closeTo(0, 3)])
  const { labels, probabilities } = predict(found, clustered, [0, 9], 2)
  expect([labels[0], labels[1]]).toEqual([found.labels[0], found.labels[11]])
  expect(Array.from(probabilities)).toEqual([1, 1])
})

function farthest(found: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(found[i]! - value)))
}
