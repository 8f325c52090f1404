// Rows and groupings of any kind, each seeded: every algorithm and every measure gives what its docstring says.
import { expect, test } from 'vitest'
import { calinskiHarabasz, daviesBouldin, silhouette } from './cluster-quality.ts'
import { cluster, type Clustering, type ClusterOptions } from './cluster.ts'
import * as evaluate from './evaluate.ts'
import { below, expectBetween, expectScores, fuzz, numbers } from './fuzz.fixture.ts'
import { hdbscan } from './clusterers/hdbscan.ts'
import { membershipVectors, predict } from './clusterers/membership.ts'

const METRICS = ['cosine', 'euclidean', 'manhattan'] as const

test('100,000 batches of rows: every algorithm names a cluster for each row, or a RangeError says what cannot be measured', () => {
  fuzz(25_000, random => {
    const [n, d] = [below(random, 12), below(random, 4)]
    const any = numbers(random, n * d)
    const rows = random() < 0.1 ? any : finite(any)
    const isFinite = rows.every(Number.isFinite)
    const isLarge = rows.some(value => Math.abs(value) > 1e140)
    const metric = METRICS[below(random, 3)]!
    const minSamples = 1 + below(random, 4)
    const weights = random() < 0.5 ? undefined : Array.from({ length: n }, () => 1 + below(random, 3))
    const all: ClusterOptions[] = [
      { algorithm: 'hdbscan', metric, minSamples, minClusterSize: 2 + below(random, 4), ...(weights && { weights }) },
      { algorithm: 'dbscan', metric, minSamples, epsilon: 0.01 + random(), ...(weights && { weights }) },
      { algorithm: 'kmeans', clusters: 1 + below(random, 4), starts: 1, ...(weights && { weights }) },
      { algorithm: 'isolation_forest', trees: 2, samples: 8 },
    ]
    for (const options of all) {
      if (!isFinite || (isLarge && options.algorithm === 'kmeans'))
        expect(() => cluster(rows, n, d, options), options.algorithm).toThrow(RangeError)
      else expectClusters(cluster(rows, n, d, options), n, options.algorithm === 'kmeans' ? 0 : -1)
    }
  })
})

/** Still strange, but measurable. */
function finite(rows: Float64Array): Float64Array {
  return rows.map(value => (Number.isFinite(value) ? value : 0))
}

/** Each row in a cluster from 0, or in -1 where there may be noise, and no cluster without a row. */
function expectClusters({ labels, clusters }: Clustering, n: number, least: -1 | 0): void {
  if (labels.length !== n) throw new Error(`expected ${n} labels, got ${labels.length}`)
  const named = new Set(labels)
  for (const label of named) {
    if (!Number.isInteger(label) || label < least || label >= clusters) throw new Error(`label ${label} of ${clusters}`)
  }
  named.delete(-1)
  if (named.size !== clusters) throw new Error(`expected ${clusters} clusters, got ${named.size}`)
}

test('50 batches of so many rows that they are measured in tiles', () => {
  fuzz(50, random => {
    const [n, d] = [256 + below(random, 200), 1 + below(random, 6)]
    const rows = finite(numbers(random, n * d))
    const metric = METRICS[below(random, 2)]!
    expectClusters(hdbscan(rows, n, d, { metric, isApproximate: random() < 0.5 }), n, -1)
  })
})

test('5,000 batches of rows: how firmly each row belongs, of known rows and of new ones', () => {
  fuzz(5_000, random => {
    const [n, d] = [below(random, 20), 1 + below(random, 3)]
    const rows = numbers(random, n * d, true)
    const metric = METRICS[below(random, 3)]!
    const found = hdbscan(rows, n, d, { metric, minClusterSize: 2, epsilon: 0 })
    expectScores(found.probabilities, n)
    expectScores(found.outlierScores, n)
    const set = { rows, n, d, metric, minSamples: 3 }
    expectScores(membershipVectors(found, set), n * found.clusters)
    const fresh = 3
    const { labels, probabilities } = predict(found, set, numbers(random, fresh * d, true), fresh)
    expectScores(probabilities, fresh)
    for (const label of labels) expectBetween(label, -1, found.clusters - 1)
  })
})

test('16,000 groupings and rankings: every measure in its range', () => {
  fuzz(8_000, random => {
    const n = below(random, 25)
    const labels = () => Int32Array.from({ length: n }, () => below(random, 5) - 1)
    const [a, b] = [labels(), labels()]
    expectBetween(evaluate.adjustedRandIndex(a, b), -1, 1)
    expectBetween(evaluate.normalisedMutualInformation(a, b), 0, 1)
    expectBetween(evaluate.groupingAccuracy(a, b), 0, 1)
    const truth = Array.from(a, label => label > 0)
    const score = numbers(random, n, true)
    if (new Set(truth).size === 2) {
      expectBetween(evaluate.rocAuc(truth, score), 0, 1)
      expectBetween(evaluate.prAuc(truth, score), 0, 1)
    }
    const rates = [
      evaluate.pairwiseScores(a, b),
      evaluate.decisionScores(
        truth,
        Array.from(b, label => label > 0),
      ),
    ]
    expectScores(
      rates.flatMap(({ precision, recall, f1 }) => [precision, recall, f1]),
      6,
    )
  })
  fuzz(8_000, random => {
    const [n, d] = [below(random, 25), below(random, 4)]
    const rows = numbers(random, n * d, true)
    const labels = Int32Array.from({ length: n }, () => below(random, 5) - 1)
    const groups = labels.filter(label => label >= 0)
    const isJudged = new Set(groups).size > 1 && new Set(groups).size < groups.length
    if (!isJudged) return expect(silhouette(rows, d, labels)).toBeNaN()
    for (const metric of ['cosine', 'euclidean'] as const) expectBetween(silhouette(rows, d, labels, { metric }), -1, 1)
    expectBetween(daviesBouldin(rows, d, labels), 0, Infinity)
    expectBetween(calinskiHarabasz(rows, d, labels), 0, Infinity)
  })
})
