// The id of a series is what it measures: points of many readings are joined by it, and an alarm names the series it guards.
import type { Source } from '#incident/signal.ts'

/** seriesId('grafana', 'up', { pod: 'a', job: 'b' }) -> 'grafana:up{job="b",pod="a"}' */
export function seriesId(source: Source, metric: string, labels: Readonly<Record<string, string>>): string {
  return seriesIds(source, labels)(metric)
}

/** The same for several metrics of one thing. */
export function seriesIds(source: Source, labels: Readonly<Record<string, string>>): (metric: string) => string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const what = `{${pairs.join(',')}}`
  return metric => `${source}:${metric}${what}`
}
