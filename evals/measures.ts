// Statistics of the evaluations. Counted as the judge outside counts: the same value for the same cases.
import { randomFrom } from '#analysis/random.ts'

export type Interval = { value: number; low: number; high: number }

const RESAMPLES = 1_000

/** The statistic and its 95 % percentile bootstrap over rows; undefined for no rows. */
export function interval<T>(
  rows: readonly T[],
  statistic: (rows: readonly T[]) => number,
  seed = 0,
): Interval | undefined {
  if (rows.length === 0) return undefined
  const random = randomFrom(seed)
  const draws = Array.from({ length: RESAMPLES }, () =>
    statistic(Array.from({ length: rows.length }, () => rows[Math.floor(random() * rows.length)]!)),
  )
  const sorted = draws.filter(draw => !Number.isNaN(draw)).sort((a, b) => a - b)
  return { value: statistic(rows), low: percentile(sorted, 0.025), high: percentile(sorted, 0.975) }
}

/** The statistic of `a` less that of `b`, and its 95 % percentile bootstrap, each drawn on its own; undefined for no rows. */
export function differenceInterval<T>(
  a: readonly T[],
  b: readonly T[],
  statistic: (rows: readonly T[]) => number,
  seed = 0,
): Interval | undefined {
  if (a.length === 0 || b.length === 0) return undefined
  const random = randomFrom(seed)
  const drawn = (rows: readonly T[]) => statistic(rows.map(() => rows[Math.floor(random() * rows.length)]!))
  const sorted = Array.from({ length: RESAMPLES }, () => drawn(a) - drawn(b)).sort((x, y) => x - y)
  return { value: statistic(a) - statistic(b), low: percentile(sorted, 0.025), high: percentile(sorted, 0.975) }
}

/** Linear between the two nearest ranks, as numpy's default; NaN of nothing. */
function percentile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (at - Math.floor(at)) * (above - below)
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The mean of the categories' means, so that an easy category does not hide a hard one. */
export function macro(rows: readonly { category: string; hit: number }[]): number {
  const groups = Map.groupBy(rows, ({ category }) => category)
  return mean([...groups.values()].map(group => mean(group.map(({ hit }) => hit))))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return percentile(sorted, 0.5)
}

export function f1(precision: number, recall: number): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

/** Expected calibration error over ten bins of confidence. */
export function calibrationError(rows: readonly { confidence: number; right: number }[]): number | undefined {
  if (rows.length === 0) return undefined
  const bins = Map.groupBy(rows, ({ confidence }) => Math.min(9, Math.floor(confidence * 10)))
  const errors = [...bins.values()].map(bin => {
    const gap = mean(bin.map(({ confidence }) => confidence)) - mean(bin.map(({ right }) => right))
    return (bin.length / rows.length) * Math.abs(gap)
  })
  return errors.reduce((sum, error) => sum + error, 0)
}
