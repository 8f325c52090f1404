// A database for tests, as if CloudWatch and annotations had told of it: values one a minute, the last at NOW.
import type { Signal } from '#incident/signal.ts'
import { ingest } from '../ingest.ts'
import { createLearnt } from '../learnt.ts'
import { topologyOf } from '../topology-of.ts'
import { databasesOf } from './database.ts'
import type { Database } from './database.ts'

export const MINUTE = 60_000
export const NOW = Date.parse('2026-01-10T12:00:00Z')

/** `said`: minutes before NOW, text, and tags where the text does not name it. `load`: rows of its log. */
export type Told = {
  metrics: Record<string, readonly number[]>
  said?: readonly (readonly [ago: number, text: string])[]
  load?: readonly string[]
}

const UNITS: Record<string, string> = { CommitLatency: 'Milliseconds', WriteLatency: 'Seconds', ReadLatency: 'Seconds' }

/** By name: every database that was told of. */
export function measured(told: Record<string, Told>): Map<string, Database> {
  const learnt = createLearnt()
  const signals = Object.entries(told).flatMap(([name, of]) => signalsOf(name, of))
  ingest(learnt, [{ source: 'cloudwatch', answered: true, signals, relations: [], healthy: [], missing: [] }], NOW)
  const found = databasesOf(learnt, topologyOf(learnt), NOW - 10 * MINUTE)
  return new Map([...found.values()].map(database => [database.name, database]))
}

export function alone(told: Told): Database {
  return measured({ 'orders-db': told }).get('orders-db')!
}

export function signalsOf(name: string, { metrics, said = [], load = [] }: Told): Signal[] {
  const seen = {
    source: 'cloudwatch' as const,
    entity: { service: name },
    severity: 'low' as const,
    writer: 'operator' as const,
  }
  return [
    ...Object.entries(metrics).map(
      ([metric, values]): Signal => ({
        ...seen,
        kind: 'series',
        id: `cloudwatch:series:${name}:${metric}`,
        at: NOW,
        labels: { namespace: 'AWS/RDS', DBInstanceIdentifier: name },
        metric,
        unit: UNITS[metric] ?? '',
        points: values.map((value, i) => [NOW - (values.length - 1 - i) * MINUTE, value]),
      }),
    ),
    ...said.map(
      ([ago, text], i): Signal => ({
        ...seen,
        kind: 'event',
        id: `grafana:annotation:${name}${i}`,
        entity: { service: 'unknown' },
        at: NOW - ago * MINUTE,
        labels: { tags: `rds,${name}` },
        text,
        count: 1,
      }),
    ),
    ...load.map(
      (text, i): Signal => ({
        ...seen,
        kind: 'log',
        id: `cloudwatch:log:${name}${i}`,
        at: NOW,
        labels: {},
        text,
        count: 1,
      }),
    ),
  ]
}

/** From one value to another in equal steps. */
export function ramp(from: number, to: number, steps = 15): number[] {
  return Array.from({ length: steps }, (_, i) => from + ((to - from) * i) / (steps - 1))
}

/** About a level, by a few percent. */
export function flat(level: number, steps = 15): number[] {
  return Array.from({ length: steps }, (_, i) => level * (1 + 0.02 * ((i * 7) % 5) - 0.04))
}
