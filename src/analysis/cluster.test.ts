import { expect, test } from 'vitest'
import { cluster, type ClusterOptions } from './cluster.ts'

const rows = [0, 0.1, 0.2, 0.3, 0.4, 9, 9.1, 9.2, 9.3, 9.4]

test.each<ClusterOptions>([
  { metric: 'euclidean', epsilon: 0 },
  { algorithm: 'hdbscan', metric: 'euclidean', epsilon: 0 },
  { algorithm: 'dbscan', metric: 'euclidean', epsilon: 0.15 },
  { algorithm: 'kmeans', clusters: 2 },
])('each algorithm is behind the switch: %o', options => {
  const { labels, clusters } = cluster(rows, 10, 1, options)
  expect(clusters).toBe(2)
  expect(new Set(labels.slice(0, 5)).size + new Set(labels.slice(5)).size).toBe(2)
})

test('the isolation forest keeps what is ordinary together', () => {
  const { labels, clusters } = cluster([...rows.slice(0, 5), 0.5, 0.6, 0.7, 0.8, 1000], 10, 1, {
    algorithm: 'isolation_forest',
  })
  expect([clusters, labels[2], labels[9]]).toEqual([1, 0, -1])
  expect(cluster([], 0, 1, { algorithm: 'isolation_forest' })).toEqual({ labels: new Int32Array(0), clusters: 0 })
})

test('the VAE is refused by name', () => {
  expect(() => cluster(rows, 10, 1, { algorithm: 'vae' })).toThrow('The algorithm vae does not exist yet')
})
