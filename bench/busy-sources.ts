// Four sources that have much to say: together some 5,000 signals a minute about fifty services, one of which is in trouble.
// The same minute is always told the same.
import { randomFrom } from '#analysis/random.ts'
import type { Entity, Millis, Reading, Signal, Source, Window } from '#incident/signal.ts'
import { defineServer } from '#mcp-servers/define.ts'
import type { Server } from '#mcp-servers/define.ts'
import { getSignalsTool } from '#mcp-servers/get-signals.ts'

const MINUTE: Millis = 60_000
const SERVICES = 50
const ILL = 7 // calls nobody; called by service-8

/** Signals a minute: 5,000 in all. */
const SERIES: Record<Source, number> = { kubernetes: 1000, sentry: 0, cloudwatch: 1000, grafana: 1200 }
const LINES: Record<Source, number> = { kubernetes: 800, sentry: 200, cloudwatch: 400, grafana: 400 }

const WORDS = ['order', 'stored', 'for', 'user', 'cache', 'miss', 'retry', 'connection', 'refused', 'slow', 'query']
const METRICS = ['latency_p99', 'error_rate', 'requests', 'cpu_usage', 'memory_usage']

/** From `illAt` on one service fails. */
export function busySource(source: Source, illAt: Millis): Server {
  return defineServer({
    name: source,
    title: source,
    instructions: 'Made up.',
    tools: [getSignalsTool(source, 'what was made up', async window => readingOf(source, window, illAt))],
  })
}

function readingOf(source: Source, { from, to }: Window, illAt: Millis): Reading {
  const first = Math.ceil((from + 1) / MINUTE) * MINUTE
  const minutes = Array.from(
    { length: Math.max(0, Math.floor((to - first) / MINUTE) + 1) },
    (_, i) => first + i * MINUTE,
  )
  const numbered = (length: number) => Array.from({ length }, (_, i) => i)
  const signals: Signal[] = [
    ...(minutes.length > 0 ? numbered(SERIES[source]).map(i => seriesOver(source, i, minutes, illAt)) : []),
    ...minutes.flatMap(at => numbered(LINES[source]).map(i => lineAt(source, i, at, at >= illAt))),
  ]
  const relations = Array.from({ length: SERVICES - 1 }, (_, i) => ({
    from: entityOf(i + 1),
    to: entityOf(i),
    kind: 'calls' as const,
    origin: 'made up',
    confidence: 1,
    at: to,
  }))
  return { signals, relations: source === 'grafana' ? relations : [], healthy: [], missing: [] }
}

function entityOf(i: number): Entity {
  return { namespace: 'shop', service: `service-${i % SERVICES}` }
}

/** As sources tell a series: one signal, with a point for each step of the window. */
function seriesOver(source: Source, i: number, minutes: readonly Millis[], illAt: Millis): Signal {
  const metric = METRICS[Math.floor(i / SERVICES) % METRICS.length] ?? ''
  const valueAt = (at: Millis) => {
    const random = randomFrom(i * 7919 + at / MINUTE)
    const isWorse = at >= illAt && i % SERVICES === ILL && metric !== 'requests'
    return (isWorse ? 10 : 1) * (100 + 5 * random())
  }
  return {
    kind: 'series',
    id: `${source}:${metric}:${i}`,
    source,
    entity: entityOf(i),
    at: minutes.at(-1) ?? 0,
    severity: 'low',
    labels: { instance: String(Math.floor(i / SERVICES)) },
    writer: 'system',
    metric,
    unit: '',
    points: minutes.map(at => [at, valueAt(at)]),
  }
}

function lineAt(source: Source, i: number, at: Millis, isIll: boolean): Signal {
  const random = randomFrom(i * 104_729 + at / MINUTE)
  const words = Array.from({ length: 6 }, (_, nth) => WORDS[(i * 31 + nth * (1 + (i % 5))) % WORDS.length])
  const failing = isIll && i % SERVICES === ILL
  const text = failing
    ? `ERROR no connection to database, attempt ${i}`
    : `${words.join(' ')} ${Math.floor(random() * 1e6)}`
  return {
    kind: 'log',
    id: `${source}:log:${i}@${at}`,
    source,
    entity: entityOf(i),
    at,
    severity: failing ? 'high' : 'low',
    labels: {},
    writer: 'tenant',
    text,
    count: 1,
  }
}
