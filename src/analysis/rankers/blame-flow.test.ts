// Blame along calls, on numbers small enough to follow: callers shake more than culprits and are not blamed for it.
import { describe, expect, it } from 'vitest'
import type { Relation, SeriesPoints } from '#incident/signal.ts'
import { contextOf } from '../kinds.ts'
import { createLearnt } from '../learnt.ts'
import { learn } from '../pipeline.ts'
import { topologyOf } from '../topology-of.ts'
import { blameFlow } from './blame-flow.ts'
import { openTraces } from './trace.ts'

const MINUTE = 60_000
const STEPS = 60

type Told = { latency: number; requests: number }

/** An hour of `usual`, then three minutes of `bad`; ms and requests a minute, by service. */
function blamed(calls: [string, string][], usual: Record<string, Told>, bad: Record<string, Partial<Told>>) {
  const learnt = createLearnt()
  for (let n = 0; n < STEPS + 3; n++) {
    const at = n * MINUTE
    const signals = Object.entries(usual).flatMap(([service, told]) => {
      const now = { ...told, ...(n >= STEPS && bad[service]) }
      return [seriesOf(service, 'latency_ms', now.latency, at), seriesOf(service, 'requests', now.requests, at)]
    })
    const relations = calls.map(
      ([from, to]): Relation => ({
        from: { service: from },
        to: { service: to },
        kind: 'calls',
        origin: 'test',
        confidence: 1,
        at,
      }),
    )
    learn(learnt, [{ source: 'grafana', answered: true, signals, relations, healthy: [], missing: [] }], at)
  }
  const context = contextOf(learnt, topologyOf(learnt))
  const { blame } = blameFlow(learnt, context, '/frontend', 'latency', openTraces(learnt, STEPS * MINUTE))
  return (service: string) => Math.round(100 * (blame.get(`/${service}`) ?? 0)) / 100
}

function seriesOf(service: string, metric: string, value: number, at: number): SeriesPoints {
  const seen = { id: `${service} ${metric}`, source: 'grafana', writer: 'operator', severity: 'low' } as const
  const labels = { service }
  return { kind: 'series', ...seen, entity: labels, at, labels, metric, unit: '', points: [[at, value]] }
}

describe('extra time', () => {
  const calls: [string, string][] = [
    ['frontend', 'cart'],
    ['frontend', 'search'],
    ['cart', 'db'],
  ]
  const usual = {
    frontend: { latency: 100, requests: 100 },
    cart: { latency: 40, requests: 100 },
    search: { latency: 40, requests: 100 },
    db: { latency: 10, requests: 200 },
  }

  it('flows through everybody it explains to the one where it arises', () => {
    const share = blamed(calls, usual, { frontend: { latency: 900 }, cart: { latency: 830 }, db: { latency: 410 } })
    expect(share('db')).toBeGreaterThan(0.9)
    expect(share('cart')).toBeLessThan(0.05)
    expect(share('search')).toBe(0)
  })

  it('stays where nobody called explains it, and counts half at who raised the alarm', () => {
    expect(blamed(calls, usual, { frontend: { latency: 900 } })('frontend')).toBe(0.5)
    expect(blamed(calls, usual, { frontend: { latency: 900 }, cart: { latency: 840 } })('cart')).toBeGreaterThan(0.9)
  })

  it('is not blamed on a dependency nobody called before: its caller has changed', () => {
    const withNew = { ...usual, fresh: { latency: 40, requests: 0 } }
    const bad = { frontend: { latency: 900 }, cart: { latency: 840 }, fresh: { latency: 800, requests: 100 } }
    const share = blamed([...calls, ['cart', 'fresh']], withNew, bad)
    expect(share('fresh')).toBe(0)
    expect(share('cart')).toBeGreaterThan(0.9)
  })
})
