// A small shop in synthetic readings: services with latency, errors, requests and cpu each minute, who calls whom, and what goes wrong.
import type {
  Alarm,
  Change,
  Entity,
  Millis,
  Relation,
  SeriesPoints,
  Signal,
  Source,
  SourceReading,
  State,
  Utterance,
} from '#incident/signal.ts'
import { randomFrom } from './random.ts'

export const MINUTE = 60_000
export const START = Date.UTC(2026, 0, 5, 12)

/** Milliseconds, percent, requests a minute, millicores: usual values of every service of the shop. */
const USUAL = { latency: 50, errors: 0.1, requests: 600, cpu: 120 }
const CALLS = [
  ['frontend', 'checkout'],
  ['frontend', 'cart'],
  ['checkout', 'payments'],
  ['payments', 'database'],
  ['cart', 'database'],
  ['orders', 'database'],
] as const
const SERVICES = ['frontend', 'checkout', 'cart', 'payments', 'orders', 'database', 'search'] as const

export type Harm = { latency?: number; errors?: number; requests?: number; cpu?: number }

/** One reading a source: a minute of every series, changed by `harms`, and whatever else is seen. */
export function readingsAt(at: Millis, harms: Record<string, Harm> = {}, seen: Signal[] = []): SourceReading[] {
  const all = [...SERVICES.flatMap(service => seriesOf(service, at, harms[service] ?? {})), ...seen]
  return (['kubernetes', 'sentry', 'cloudwatch', 'grafana'] as const).map(source => ({
    source,
    answered: true,
    signals: all.filter(signal => signal.source === source),
    relations: source === 'grafana' ? relations(at) : [],
    healthy: [],
    missing: [],
  }))
}

export function unread(readings: SourceReading[], source: Source): SourceReading[] {
  return readings.map(reading =>
    reading.source === source
      ? {
          source,
          answered: false,
          signals: [],
          relations: [],
          healthy: [],
          missing: [{ source, what: 'everything', why: 'timed out' }],
        }
      : reading,
  )
}

export function entityOf(service: string): Entity {
  return { namespace: 'shop', kind: 'Deployment', name: service, service }
}

function seriesOf(service: string, at: Millis, harm: Harm): SeriesPoints[] {
  const random = randomFrom(at / MINUTE + 1000 * SERVICES.findIndex(one => one === service))
  const jitter = () => 1 + 0.1 * (random() - 0.5)
  const series = (metric: string, unit: string, value: number): SeriesPoints => ({
    kind: 'series',
    id: `grafana:${metric}{service="${service}"}`,
    source: 'grafana',
    writer: 'operator',
    entity: { service },
    at,
    severity: 'low',
    labels: { service },
    metric,
    unit,
    points: [[at, value]],
  })
  return [
    series('request_duration', 'ms', USUAL.latency * (harm.latency ?? 1) * jitter()),
    series('request_errors_percent', 'percent', harm.errors ?? USUAL.errors * jitter()),
    series('requests', 'count', USUAL.requests * (harm.requests ?? 1) * jitter()),
    series('cpu_usage', 'millicores', USUAL.cpu * (harm.cpu ?? 1) * jitter()),
  ]
}

function relations(at: Millis): Relation[] {
  return CALLS.map(([from, to]) => ({
    from: { service: from },
    to: { service: to },
    kind: 'calls',
    origin: 'service graph',
    confidence: 1,
    at,
  }))
}

type Given<T extends Signal> = { id: string; at: Millis; service: string } & Partial<Omit<T, 'id' | 'at' | 'entity'>>

export function alarm({ service, ...given }: Given<Alarm>): Alarm {
  const entity: Entity = { service }
  return {
    kind: 'alarm',
    source: 'cloudwatch',
    writer: 'operator',
    severity: 'high',
    labels: { alarm: `${service}-5xx` },
    text: `${service} fails`,
    active: true,
    entity,
    ...given,
  }
}

export function state({ service, ...given }: Given<State>): State {
  const entity = entityOf(service)
  const seen = {
    fault: 'CrashLoopBackOff',
    text: `${service} crash-loops (2 of 2 new pods)`,
    since: given.at,
    points: 10,
    witness: ['exit code 1'],
  }
  return {
    kind: 'state',
    source: 'kubernetes',
    writer: 'system',
    severity: 'high',
    labels: {},
    entity,
    ...seen,
    ...given,
  }
}

export function change({ service, ...given }: Given<Change>): Change {
  const call = {
    server: 'kubernetes',
    tool: 'rollback_workload',
    arguments: { namespace: 'shop', kind: 'Deployment', name: service },
  } as const
  const entity = entityOf(service)
  const detail = { what: 'rollout', from: 'v2.30', to: 'v2.31', undo: call } as const
  return {
    kind: 'change',
    source: 'kubernetes',
    writer: 'system',
    severity: 'medium',
    labels: {},
    text: `${service} rolled out v2.31`,
    change: detail,
    entity,
    ...given,
  }
}

export function said({ service, ...given }: Given<Utterance>): Utterance {
  return {
    kind: 'error',
    source: 'sentry',
    writer: 'public',
    severity: 'high',
    labels: {},
    text: 'TypeError: boom',
    count: 1,
    entity: { service },
    ...given,
  }
}
