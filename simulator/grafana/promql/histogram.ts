// histogram_quantile over classic histograms (series with an `le` label).
import { type Labels, drop, keyOf, metricName, remembered } from '../labels.ts'
import type { Vector } from './vector.ts'

type Bucket = { upper: number; count: number }

/**
 * The q-quantile of each histogram, interpolated linearly within its bucket as Prometheus does.
 * Buckets le=1: 10, le=2: 30, le=+Inf: 30; q=0.5 -> rank 15, the 5th of 20 in (1, 2] -> 1.25.
 * https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
export function histogramQuantiles(): (q: number, vector: Vector) => Vector {
  const groupOf = remembered(bucketGroup)
  return (q, vector) => {
    const histograms = new Map<string, { labels: Labels; buckets: Bucket[] }>()
    for (const { labels, value } of vector) {
      const group = groupOf(labels)
      if (!group) continue
      const histogram = histograms.get(group.key) ?? { labels: group.labels, buckets: [] }
      histogram.buckets.push({ upper: group.upper, count: value })
      histograms.set(group.key, histogram)
    }
    return [...histograms.values()].map(({ labels, buckets }) => ({ labels, value: quantile(q, buckets) }))
  }
}

export function quantile(q: number, unordered: Bucket[]): number {
  if (Number.isNaN(q)) return NaN
  if (q < 0) return -Infinity
  if (q > 1) return Infinity
  const buckets = cumulative(unordered)
  const total = buckets.at(-1)
  if (!total || total.upper !== Infinity || buckets.length < 2 || total.count === 0) return NaN

  const rank = q * total.count
  const found = buckets.slice(0, -1).findIndex(bucket => bucket.count >= rank)
  if (found < 0) return buckets.at(-2)?.upper ?? NaN
  const bucket = buckets[found] ?? total
  if (found === 0 && bucket.upper <= 0) return bucket.upper
  const below = buckets[found - 1] ?? { upper: 0, count: 0 }
  return below.upper + ((bucket.upper - below.upper) * (rank - below.count)) / (bucket.count - below.count)
}

function bucketGroup(labels: Labels): { key: string; labels: Labels; upper: number } | undefined {
  const upper = labels.le === '+Inf' ? Infinity : Number(labels.le)
  if (labels.le === undefined || Number.isNaN(upper)) return undefined
  const rest = drop(labels, ['le', metricName])
  return { key: keyOf(rest), labels: rest, upper }
}

/** In order, equal bounds joined, and never falling: scrapes of a histogram's buckets can be slightly out of step. */
function cumulative(unordered: Bucket[]): Bucket[] {
  const joined: Bucket[] = []
  for (const { upper, count } of [...unordered].sort((a, b) => a.upper - b.upper)) {
    const last = joined.at(-1)
    if (last?.upper === upper) last.count += count
    else joined.push({ upper, count })
  }
  let most = 0
  for (const bucket of joined) bucket.count = most = Math.max(most, bucket.count)
  return joined
}
