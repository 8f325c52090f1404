// Figures as Prometheus reads them: the names and labels other people's dashboards rely on, in one table.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Observe } from '#incident/observe.ts'

const PREFIX = 'incident_orchestrator_'

const COUNTERS: Record<string, string[]> = {
  ticks_total: ['outcome'],
  signals_total: ['source'],
  posts_total: ['chat', 'outcome'],
  actions_total: ['type', 'outcome'],
  approvals_total: ['outcome'],
  mcp_calls_total: ['server', 'tool', 'outcome'],
}
const GAUGES: Record<string, string[]> = {
  source_up: ['source'],
  breaker_state: ['source'],
  incidents_open: ['severity'],
}
const TIMES: Record<string, string[]> = {
  tick_duration_seconds: [],
  source_request_duration_seconds: ['source'],
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
    count: (name, labels = {}, by = 1) => known(counters, name).inc(labels, by),
    gauge: (name, value, labels = {}) => known(gauges, name).set(labels, value),
    time: (name, seconds, labels = {}) => known(times, name).observe(labels, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

function table<T>(names: Record<string, string[]>, make: (name: string, labels: string[]) => T): Map<string, T> {
  return new Map(Object.entries(names).map(([name, labels]) => [name, make(name, labels)]))
}

function known<T>(metrics: Map<string, T>, name: string): T {
  const metric = metrics.get(name)
  if (!metric) throw new Error(`metric ${name} is not in the table`)
  return metric
}
