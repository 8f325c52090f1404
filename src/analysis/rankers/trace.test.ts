// What a group did from an onset on, when next to nothing was known before it.
import { expect, it } from 'vitest'
import type { SeriesPoints, SourceReading } from '#incident/signal.ts'
import { createLearnt } from '../learnt.ts'
import { learn } from '../pipeline.ts'
import { traceOf } from './trace.ts'

const MINUTE = 60_000

function traced(metric: string, values: readonly number[], onset: number) {
  const learnt = createLearnt()
  const said = { source: 'grafana', writer: 'operator', entity: { service: 'catalogue' }, severity: 'low' } as const
  for (const [i, value] of values.entries()) {
    const at = i * MINUTE
    const signal: SeriesPoints = {
      kind: 'series',
      id: metric,
      at,
      labels: {},
      metric,
      unit: '',
      points: [[at, value]],
      ...said,
    }
    const heard: Pick<SourceReading, 'source' | 'answered'> = { source: 'grafana', answered: true }
    learn(learnt, [{ ...heard, signals: [signal], relations: [], healthy: [], missing: [] }], at)
  }
  return traceOf(learnt, [...learnt.groups.values()][0]!, onset * MINUTE)!
}

it('a share of requests that falls by a few in a hundred stands out though nothing is usual yet', () => {
  const { scaled, hasHistory } = traced('success_rate_percent', [100, 100, 96, 95], 2)
  expect(hasHistory).toBe(false)
  expect(Math.min(...scaled)).toBeGreaterThan(10)
})

it('a latency that grows by a few in a hundred does not', () => {
  const { scaled } = traced('latency_ms', [100, 100, 104, 105], 2)
  expect(Math.max(...scaled)).toBeLessThan(1)
})
