// Figures as Prometheus reads them: the names and labels other people's dashboards rely on, in one table.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Counted, Gauged, Observe, Timed } from '#incident/observe.ts'

const PREFIX = 'incident_orchestrator_'

const COUNTERS: Record<Counted, string[]> = {
  ticks_total: ['outcome'],
  signals_total: ['source'],
  posts_total: ['chat', 'outcome'],
  actions_total: ['type', 'outcome'],
  approvals_total: ['outcome'],
  mcp_calls_total: ['server', 'tool', 'outcome'],
  embedding_cache_total: ['outcome'],
}
const GAUGES: Record<Gauged, string[]> = {
  source_up: ['source'],
  breaker_state: ['source'],
  incidents_open: ['severity'],
}
const TIMES: Record<Timed, string[]> = {
  tick_duration_seconds: [],
  source_request_duration_seconds: ['source'],
  chat_ack_duration_seconds: ['chat'],
}

/** From a millisecond in process to the 25 s an analysis may take. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 5, 10, 25]

export type Metrics = Observe & { text(): Promise<string>; contentType: string }

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const named = (name: string) => ({ name: PREFIX + name, help: name.replaceAll('_', ' '), registers: [registry] })
  const counters = table(COUNTERS, (name, labelNames) => new Counter({ ...named(name), labelNames }))
  const gauges = table(GAUGES, (name, labelNames) => new Gauge({ ...named(name), labelNames }))
  const times = table(TIMES, (name, labelNames) => new Histogram({ ...named(name), labelNames, buckets: BUCKETS }))
  return {
    count: (name, labels = {}, by = 1) => counters[name].inc(labels, by),
    gauge: (name, value, labels = {}) => gauges[name].set(labels, value),
    time: (name, seconds, labels = {}) => times[name].observe(labels, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

function table<Name extends string, T>(
  names: Record<Name, string[]>,
  make: (name: string, labels: string[]) => T,
): Record<Name, T> {
  const entries = Object.entries<string[]>(names).map(([name, labels]) => [name, make(name, labels)])
  return Object.fromEntries(entries) as Record<Name, T>
}
