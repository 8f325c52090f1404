import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { calinskiHarabasz, daviesBouldin, silhouette } from './cluster-quality.ts'
import * as evaluate from './evaluate.ts'
import reference from './fixtures/metrics.json' with { type: 'json' }

const { points }: { points: Record<string, number[][]> } = JSON.parse(
  gunzipSync(readFileSync(new URL('fixtures/hdbscan.json.gz', import.meta.url))).toString(),
)

test('groupings without a truth are judged as by scikit-learn', () => {
  for (const { set, metric, labels, ...expected } of reference.internal) {
    const rows = points[set]!.flat()
    const d = rows.length / labels.length
    const found = {
      silhouette: silhouette(rows, d, labels, { metric: metric as 'cosine' | 'euclidean' }),
      daviesBouldin: daviesBouldin(rows, d, labels),
      calinskiHarabasz: calinskiHarabasz(rows, d, labels),
    }
    expect(found, set).toEqual({
      silhouette: expect.closeTo(expected.silhouette, 6),
      daviesBouldin: expect.closeTo(expected.daviesBouldin, 6),
      calinskiHarabasz: expect.closeTo(expected.calinskiHarabasz, 4), // given to 4 decimals
    })
  }
  expect(silhouette([1, 2, 3], 1, [0, 0, 0])).toBeNaN()
  expect(silhouette([1, 1, 1, 1], 1, [0, 0, 1, 1])).toBe(0) // all alike: neither nearer nor further
  expect(daviesBouldin([1, 2, 3], 1, [-1, -1, 0])).toBeNaN()
})

test('a sample of the rows stands for all, the same one for a seed', () => {
  const { set, labels, silhouette: all } = reference.internal.find(({ metric }) => metric === 'euclidean')!
  const rows = points[set]!.flat()
  const d = rows.length / labels.length
  const some = silhouette(rows, d, labels, { metric: 'euclidean', sample: 200 })
  expect(Math.abs(some - all)).toBeLessThan(0.05)
  expect(some).not.toBe(all)
  expect(silhouette(rows, d, labels, { metric: 'euclidean', sample: 200 })).toBe(some)
})

test('groupings with a truth are judged as by scikit-learn', () => {
  for (const { a, b, ari, nmi } of reference.external) {
    expect(evaluate.adjustedRandIndex(a, b)).toBeCloseTo(ari, 6)
    expect(evaluate.normalisedMutualInformation(a, b)).toBeCloseTo(nmi, 6)
  }
  // a b c | d e against a b | c d e: pairs ab and de of ab ac bc de and of ab cd ce de; no group is found whole
  const truth = ['x', 'x', 'x', 'y', 'y']
  const found = [1, 1, 2, 2, 2]
  expect(evaluate.pairwiseScores(truth, found)).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 })
  expect(evaluate.groupingAccuracy(truth, found)).toBe(0)
  expect(evaluate.groupingAccuracy(truth, [7, 7, 7, 8, 9])).toBe(0.6)
  expect(evaluate.adjustedRandIndex([1, 1], [2, 2])).toBe(1)
  expect(() => evaluate.adjustedRandIndex([1], [])).toThrow('expected labels of the same items, got 1 and 0')
})

test('rankings and decisions are judged as by scikit-learn', () => {
  for (const { y, score, aucRoc, averagePrecision } of reference.ranking) {
    const truth = y.map(Boolean)
    expect(evaluate.rocAuc(truth, score)).toBeCloseTo(aucRoc, 6)
    expect(evaluate.prAuc(truth, score)).toBeCloseTo(averagePrecision, 6)
  }
  expect(evaluate.rocAuc([true], [1])).toBeNaN()
  expect(() => evaluate.rocAuc([true, false], [1, Number.NaN])).toThrow('got NaN for item 1')
  const [yes, no] = [true, false]
  expect(evaluate.decisionScores([yes, yes, yes, no], [yes, no, no, yes])).toEqual({
    precision: 0.5,
    recall: expect.closeTo(1 / 3, 12),
    f1: 0.4,
  })
  expect(evaluate.decisionScores([no], [no])).toEqual({ precision: 1, recall: 1, f1: 1 })
})
