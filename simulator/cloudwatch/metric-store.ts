// CloudWatch's metrics as of now: datapoints by metric, as recorded, and statistics over stretches of them.
import type { Cloud } from '../cloud.ts'
import { follow } from '../follow.ts'
import type { Millis, RecordOf } from '../recording.ts'

export type Dimension = { Name: string; Value: string }
export type Metric = {
  namespace: string
  name: string
  dimensions: Dimension[] // by name
  unit: string
  periodSeconds: number // of the datapoints as recorded
  at: Millis[] // ascending
  values: Record<string, number>[] // statistic -> value, as long as `at`
}
export type MetricStore = {
  all(): Metric[]
  find(namespace: string, name: string, dimensions: Dimension[]): Metric | undefined
}

export function openMetricStore(cloud: Cloud): MetricStore {
  const byKey = new Map<string, Metric>()
  const freshPoints = follow(cloud, 'cloudwatch/metrics')
  return {
    all() {
      update()
      return [...byKey.values()]
    },
    find(namespace, name, dimensions) {
      update()
      return byKey.get(keyOf(namespace, name, sorted(dimensions)))
    },
  }

  function update(): void {
    for (const record of freshPoints()) {
      const metric = metricOf(record)
      metric.at.push(record.at)
      metric.values.push(record.values)
    }
  }

  function metricOf({ namespace, metric, dimensions, unit, period }: RecordOf['cloudwatch/metrics']): Metric {
    const named = sorted(Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })))
    const key = keyOf(namespace, metric, named)
    const known = byKey.get(key)
    if (known) return known
    const fresh = {
      namespace,
      name: metric,
      dimensions: named,
      unit: unit ?? 'None',
      periodSeconds: period ?? 60,
      at: [],
      values: [],
    }
    byKey.set(key, fresh)
    return fresh
  }
}

/**
 * `statistic` of `metric` from `start` (included) to `end` (not): [moment, value], oldest first, a point per period that has data.
 * Points keep their recorded stamps unless `periodSeconds` is longer than theirs; then they are joined in periods counted from 1970.
 */
export function statistics(
  metric: Metric,
  statistic: string,
  periodSeconds: number,
  start: Millis,
  end: Millis,
): [Millis, number][] {
  const points: [Millis, number][] = []
  const periodMillis = periodSeconds * 1000
  const joins = periodSeconds > metric.periodSeconds
  let i = firstFrom(metric.at, start)
  while (i < metric.at.length && (metric.at[i] ?? end) < end) {
    const stamp = metric.at[i] ?? 0
    const bucket = joins ? Math.floor(stamp / periodMillis) * periodMillis : stamp
    const until = joins ? bucket + periodMillis : stamp + 1
    const stretch: Record<string, number>[] = []
    for (; i < metric.at.length && (metric.at[i] ?? end) < Math.min(until, end); i++)
      stretch.push(metric.values[i] ?? {})
    const value = combine(stretch, statistic)
    if (value !== undefined) points.push([bucket, value])
  }
  return points
}

/** Averages and percentiles are weighted by SampleCount where it is recorded; percentiles of a longer period are so an estimate. */
function combine(stretch: Record<string, number>[], statistic: string): number | undefined {
  const parts = stretch.map(values => ({ value: valueOf(values, statistic), weight: values['SampleCount'] ?? 1 }))
  const known = parts.filter((part): part is { value: number; weight: number } => part.value !== undefined)
  if (known.length === 0) return undefined
  if (statistic === 'Sum' || statistic === 'SampleCount') return known.reduce((sum, part) => sum + part.value, 0)
  if (statistic === 'Minimum') return Math.min(...known.map(part => part.value))
  if (statistic === 'Maximum') return Math.max(...known.map(part => part.value))
  const weight = known.reduce((sum, part) => sum + part.weight, 0)
  if (weight === 0) return known.at(-1)?.value
  return known.reduce((sum, part) => sum + part.value * part.weight, 0) / weight
}

function valueOf(values: Record<string, number>, statistic: string): number | undefined {
  const { Sum, Average, SampleCount } = values
  if (statistic in values) return values[statistic]
  if (statistic === 'Average' && Sum !== undefined && SampleCount) return Sum / SampleCount
  if (statistic === 'Sum' && Average !== undefined && SampleCount !== undefined) return Average * SampleCount
  return undefined
}

function firstFrom(at: Millis[], start: Millis): number {
  let low = 0
  let high = at.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((at[middle] ?? 0) >= start) high = middle
    else low = middle + 1
  }
  return low
}

function sorted(dimensions: Dimension[]): Dimension[] {
  return dimensions.toSorted((a, b) => (a.Name < b.Name ? -1 : 1))
}

function keyOf(namespace: string, name: string, dimensions: Dimension[]): string {
  return JSON.stringify([namespace, name, dimensions.map(dimension => [dimension.Name, dimension.Value])])
}
