// Which statistics of a metric tell most. AWS does not list those a metric has (its own have all, published ones may not),
// so what is wanted is asked for once and what came back decides.
import type { Point } from './schema.ts'

/** Asked of every metric. */
export const PLAIN = ['Average', 'Sum', 'Maximum', 'Minimum'] as const
/** Asked of durations, and of a metric that has none of the plain ones. */
export const PERCENTILES = ['p90', 'p99'] as const

const DURATION = /latency|duration|response_?time|elapsed|(?:^|[a-z_])time$/i
/** Names of things that are counted as they happen: their sum is what happened. */
const COUNTED =
  /requests?|invocations?|errors?|faults?|failures?|throttl|reject|4xx|5xx|messages|calls|retries|timeouts|_?count$|_total$/i
/** What is counted by looking: how many there are. Their sum says how often one looked. */
const PRESENT =
  /connections?|sessions?|(?:host|task|pod|node|instance|thread|member|container|replica)_?count$|queue|in_?flight|pending|depth|^number_of/i

export function isDuration(metric: string): boolean {
  return DURATION.test(metric)
}

/**
 * Of the statistics that were there: mean and tail of a duration, the sum of what is counted, else the mean;
 * else the first of what there is, in the order of PLAIN.
 */
export function choose(metric: string, there: ReadonlySet<string>): string[] {
  const have = (wanted: readonly string[]) => wanted.filter(statistic => there.has(statistic))
  if (isDuration(metric)) {
    const wanted = have(['Average', ...PERCENTILES])
    if (wanted.length > 0) return wanted
  }
  if (COUNTED.test(metric) && !PRESENT.test(metric) && there.has('Sum')) return ['Sum']
  return have([...PLAIN, ...PERCENTILES]).slice(0, 1)
}

export function statisticsIn(points: readonly Point[]): Set<string> {
  const there = new Set<string>()
  for (const point of points) {
    for (const statistic of PLAIN) if (point[statistic] !== undefined) there.add(statistic)
    for (const statistic of Object.keys(point.ExtendedStatistics ?? {})) there.add(statistic)
  }
  return there
}

/** A statistic that grows while its period lasts: of an unfinished one it says too little. */
export function growsWithinPeriod(statistic: string): boolean {
  return statistic === 'Sum' || statistic === 'SampleCount'
}

/** Percentiles and the like, which GetMetricStatistics takes apart from the plain ones. */
export function isExtended(statistic: string): boolean {
  return !PLAIN_ONES.has(statistic)
}

const PLAIN_ONES: ReadonlySet<string> = new Set([...PLAIN, 'SampleCount'])
