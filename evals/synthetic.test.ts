import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { silhouette } from '#analysis/cluster-quality.ts'
import { SERIES_DETECTORS } from '#analysis/detectors/series-detectors.ts'
import { openStaticEmbedder } from '#analysis/embedders/static.ts'
import { adjustedRandIndex, rocAuc } from '#analysis/evaluate.ts'
import { hdbscan } from '#analysis/clusterers/hdbscan.ts'
import { shape } from '#analysis/normalise.ts'
import { clusterLines } from '#analysis/lines/templates.ts'
import { mean } from './measures.ts'
import { SEEDS, syntheticLines, syntheticRows, syntheticSeries } from './synthetic.ts'

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
    const { templateOf } = clusterLines(lines)
    const keys = lines.map((_, i) => templateOf(i)?.id ?? '')
    const labels = keys.map(key => keys.indexOf(key))
    return {
      silhouette: silhouette(embedder.embed(lines.map(shape)), embedder.dims, labels),
      ari: adjustedRandIndex(truth, keys),
    }
  })
  expect(mean(found.map(({ silhouette: quality }) => quality))).toBeGreaterThan(0.85)
  expect(mean(found.map(({ ari }) => ari))).toBeGreaterThan(0.99)
})

test.each([
  ['spike', 'robust_z'],
  ['spike', 'iqr'],
  ['spike', 'percentile'],
  ['out of season', 'seasonal'],
  ['new level', 'change_point'],
  ['burst of counts', 'rate'],
] as const)('a %s in a made series is found by %s', (trouble, name) => {
  const detector = SERIES_DETECTORS.find(one => one.name === name)!
  const found = SEEDS.map(seed => {
    const { times, values, truth } = syntheticSeries(trouble, seed)
    return rocAuc(truth, detector.score(times, values))
  })
  expect(mean(found)).toBeGreaterThan(0.9) // ROC AUC; a change one hour off counts as missed
})
