// From samples to points: a gauge's are its points; a counter's become a rate for each step; sums and counts of durations a mean. Pure.
import type { Millis } from '#incident/signal.ts'

export type Sample = [Millis, number]
export type Kind = 'gauge' | 'counter' | 'bucket' | 'sum' | 'created'

/**
 * What a metric is, by what Prometheus knows of it and else by how metrics are named.
 * https://prometheus.io/docs/practices/naming/. A `_count` or `_sum` counts only as part of a family that has both.
 */
export function kindOf(name: string, names: ReadonlySet<string>, types: ReadonlyMap<string, string>): Kind {
  const type = types.get(name)
  if (type === 'gauge') return 'gauge'
  const [, base = '', suffix = ''] = /^(.+?)_(total|bucket|count|sum|created)$/.exec(name) ?? []
  if (suffix === 'total' || type === 'counter') return 'counter'
  if (suffix === 'bucket') return 'bucket'
  if (suffix === 'created' && (names.has(`${base}_total`) || names.has(`${base}_count`))) return 'created'
  const family = names.has(`${base}_sum`) && names.has(`${base}_count`)
  if (suffix === 'count' && family) return 'counter'
  if (suffix === 'sum' && family) return 'sum'
  return 'gauge'
}

/**
 * Per second, between each sample and the one before it, for those after `after`. A counter that falls was reset: what it
 * holds now is what it gained.
 * rates([[0, 10], [60000, 70], [120000, 30]], 0) -> [[60000, 1], [120000, 0.5]]
 */
export function rates(samples: readonly Sample[], after: Millis): Sample[] {
  return steps(samples, after).map(({ at, gain, seconds }) => [at, short(gain / seconds)])
}

/** The mean of what was observed in each step; a step without observations has none. */
export function means(sums: readonly Sample[], counts: readonly Sample[], after: Millis): Sample[] {
  const gains = new Map(steps(sums, after).map(({ at, gain }) => [at, gain]))
  return steps(counts, after).flatMap(({ at, gain: count }): Sample[] => {
    const sum = gains.get(at)
    return sum === undefined || count <= 0 ? [] : [[at, short(sum / count)]]
  })
}

export function pointsAfter(samples: readonly Sample[], after: Millis): Sample[] {
  return samples.filter(([at]) => at > after)
}

/** The middle of the gaps between samples; undefined for fewer than two. */
export function spacingOf(samples: readonly Sample[]): Millis | undefined {
  const gaps = samples.slice(1).map(([at], i) => at - (samples[i]?.[0] ?? at))
  return gaps.sort((a, b) => a - b)[gaps.length >> 1]
}

type Step = { at: Millis; gain: number; seconds: number }

function steps(samples: readonly Sample[], after: Millis): Step[] {
  const found: Step[] = []
  for (let i = 1; i < samples.length; i++) {
    const [at, value] = samples[i] ?? [0, 0]
    const [before, was] = samples[i - 1] ?? [0, 0]
    if (at > after && at > before)
      found.push({ at, gain: value >= was ? value - was : value, seconds: (at - before) / 1000 })
  }
  return found
}

/** Six digits tell all a rate can; seventeen double the size of a reading. */
function short(value: number): number {
  return Number(value.toPrecision(6))
}
