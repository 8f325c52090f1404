// What four services say about two troubles: messages about one of them are one cluster, across sources and wordings.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openStaticEmbedder } from './embedders/static.ts'
import { messageClusters } from './message-clusters.ts'
import { START, readingsAt, said } from './shop.fixture.ts'
import { TemplateMiner } from './templates.ts'
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
const clustersOf = (given: Parameters<typeof messageClusters>[0], parameters = {}) =>
  messageClusters(given, new TemplateMiner(), embedder, parameters)

test('messages about one thing are one cluster, what nothing is like is in none, largest first', () => {
  const members = clustersOf(signals).map(each => each.members.toSorted())
  expect(members).toEqual([
    ['r1', 'r2', 'r3'],
    ['p1', 'p2'],
  ])
})

test('a cluster has a name of its own words, a centroid of unit length and a silhouette', () => {
  const [redis, payment] = clustersOf(signals)
  expect(redis!.label).toMatch(/redis|connection refused/)
  expect(payment!.label).toMatch(/declined|card/)
  for (const { centroid, silhouetteScore } of [redis!, payment!]) {
    expect(centroid).toHaveLength(embedder.dims)
    expect(norm(Float64Array.from(centroid))).toBeCloseTo(1, 3)
    expect(silhouetteScore).toBeGreaterThan(0.3)
    expect(silhouetteScore).toBeLessThanOrEqual(1)
  }
})

test('the same messages give the same clusters, under the same ids, in any order', () => {
  const first = clustersOf(signals)
  const sorted = (clusters: typeof first) => clusters.map(({ id, members }) => ({ id, members: members.toSorted() }))
  expect(sorted(clustersOf(signals.toReversed()))).toEqual(sorted(first))
})

test('what is not said belongs to none, and a larger least size leaves the small ones out', () => {
  const measured = readingsAt(START).flatMap(reading => reading.signals)
  expect(clustersOf(measured)).toEqual([])
  expect(clustersOf([])).toEqual([])
  expect(clustersOf(signals, { minClusterSize: 3 }).every(({ members }) => members.length >= 3)).toBe(true)
})
