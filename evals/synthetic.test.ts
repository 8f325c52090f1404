import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { silhouette } from '#analysis/cluster-quality.ts'
import { openStaticEmbedder } from '#analysis/embedders/static.ts'
import { adjustedRandIndex } from '#analysis/evaluate.ts'
import { hdbscan } from '#analysis/hdbscan.ts'
import { shape } from '#analysis/normalise.ts'
import { clusterLines } from '#analysis/templates.ts'
import { mean } from './measures.ts'
import { SEEDS, syntheticLines, syntheticRows } from './synthetic.ts'

test('clusters of made rows are well separated, and are the kinds they were made of', () => {
  const found = SEEDS.map(seed => {
    const { rows, n, d, truth } = syntheticRows(seed)
    const { labels } = hdbscan(rows, n, d, { metric: 'euclidean' })
    return { silhouette: silhouette(rows, d, labels, { metric: 'euclidean' }), ari: adjustedRandIndex(truth, labels) }
  })
  expect(mean(found.map(({ silhouette: quality }) => quality))).toBeGreaterThan(0.85)
  expect(mean(found.map(({ ari }) => ari))).toBeGreaterThan(0.95)
})

test('groups of made lines, normalised, are well separated, and are the messages they were made of', () => {
  const embedder = openStaticEmbedder(fileURLToPath(new URL('../models', import.meta.url)))
  const found = SEEDS.map(seed => {
    const { lines, truth } = syntheticLines(seed)
    const { keyOf } = clusterLines(lines)
    const keys = lines.map((_, i) => keyOf(i))
    const labels = keys.map(key => keys.indexOf(key))
    return {
      silhouette: silhouette(embedder.embed(lines.map(shape)), embedder.dims, labels),
      ari: adjustedRandIndex(truth, keys),
    }
  })
  expect(mean(found.map(({ silhouette: quality }) => quality))).toBeGreaterThan(0.85)
  expect(mean(found.map(({ ari }) => ari))).toBeGreaterThan(0.99)
})
