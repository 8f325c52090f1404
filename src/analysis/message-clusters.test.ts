// What four services say about two troubles: messages about one of them are one cluster, across sources and wordings.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { ClusterParameters } from '#incident/analyst.ts'
import type { Signal } from '#incident/signal.ts'
import { openStaticEmbedder } from './embedders/static.ts'
import { messageClusters, messageClustersBy } from './message-clusters.ts'
import { START, readingsAt, said } from './shop.fixture.ts'
import { createTemplateClusters } from './template-clusters.ts'
import { TemplateMiner } from './lines/templates.ts'
import { norm } from './vector.ts'

const embedder = openStaticEmbedder(fileURLToPath(new URL('../../models', import.meta.url)))
const texts: [id: string, service: string, text: string][] = [
  ['r1', 'cart', 'redis connection refused by 10.0.0.7:6379'],
  ['r2', 'cart', 'redis connection refused by 10.0.0.9:6379'],
  ['r3', 'checkout', 'could not connect to redis: connection refused'],
  ['p1', 'payments', 'the payment card was declined by the bank'],
  ['p2', 'orders', 'bank declined the payment card of order 4711'],
  ['d', 'search', 'index segment merged in background'],
]
const signals = texts.map(([id, service, text]) => said({ id, at: START, service, text }))
const clustersOf = (given: readonly Signal[]) =>
  messageClusters(createTemplateClusters(), given, new TemplateMiner(), embedder, START)
const clustersBy = (parameters: ClusterParameters) =>
  messageClustersBy(parameters, signals, new TemplateMiner(), embedder)

test('messages about one thing are one cluster, what nothing is like is in none, largest first', () => {
  const members = clustersOf(signals).map(each => each.members.toSorted())
  expect(members).toEqual([
    ['r1', 'r2', 'r3'],
    ['p1', 'p2'],
  ])
})

test('a cluster has a name of its own words, a centroid of unit length and a silhouette', () => {
  const [redis, payment] = clustersOf(signals)
  expect(redis!.label).toBe('redis connection refused by <IP_ADDRESS>')
  expect(payment!.label).toMatch(/declined|card/)
  for (const { centroid, silhouetteScore } of [redis!, payment!]) {
    expect(centroid).toHaveLength(embedder.dims)
    expect(norm(Float64Array.from(centroid))).toBeCloseTo(1, 3)
    expect(silhouetteScore).toBeGreaterThan(0.3)
    expect(silhouetteScore).toBeLessThanOrEqual(1)
  }
})

test('the same messages are the same clusters in any order', () => {
  const grouped = (given: readonly Signal[]) => clustersOf(given).map(({ members }) => members.toSorted())
  expect(grouped(signals.toReversed())).toEqual(grouped(signals))
})

test('what is not said belongs to none', () => {
  const measured = readingsAt(START).flatMap(reading => reading.signals)
  expect(clustersOf(measured)).toEqual([])
  expect(clustersOf([])).toEqual([])
})

test.each<ClusterParameters>([
  {},
  { algorithm: 'hdbscan', metric: 'euclidean', clusterSelectionEpsilon: 0.8 },
  { algorithm: 'dbscan', minSamples: 2, clusterSelectionEpsilon: 0.5 },
  { algorithm: 'kmeans', clusters: 3 },
])('an algorithm and settings of the asker’s own: %o', parameters => {
  const [first, second] = clustersBy(parameters)
  expect(first!.members.toSorted()).toEqual(['r1', 'r2', 'r3'])
  expect(second!.members.toSorted()).toEqual(['p1', 'p2'])
})

test('a larger least size leaves the small ones out, and what cannot be is refused', () => {
  expect(clustersBy({ minClusterSize: 3 }).every(({ members }) => members.length >= 3)).toBe(true)
  expect(messageClustersBy({}, [], new TemplateMiner(), embedder)).toEqual([])
  expect(() => clustersBy({ algorithm: 'vae' })).toThrow('does not exist yet')
  expect(() => clustersBy({ algorithm: 'dbscan', clusterSelectionEpsilon: 0 })).toThrow('larger')
  expect(() => clustersBy({ algorithm: 'kmeans', metric: 'manhattan' })).toThrow('cosine and euclidean')
})
