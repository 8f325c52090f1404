// Series minute by minute: what counts as unusual, and what does not.
import { describe, expect, it } from 'vitest'
import type { SeriesPoints, SourceReading } from '#incident/signal.ts'
import { contextOf, kindOf, thresholdOf } from '../kinds.ts'
import { createLearnt } from '../learnt.ts'
import type { Learnt } from '../learnt.ts'
import { learn } from '../pipeline.ts'
import { topologyOf } from '../topology-of.ts'

const MINUTE = 60_000

function take(learnt: Learnt, at: number, metrics: Record<string, number>, points?: [number, number][]): void {
  const signals = Object.entries(metrics).map(
    ([metric, value]): SeriesPoints => ({
      kind: 'series',
      id: metric,
      source: 'grafana',
      writer: 'operator',
      entity: { service: 'checkout' },
      at,
      severity: 'low',
      labels: {},
      metric,
      unit: '',
      points: points ?? [[at, value]],
    }),
  )
  const reading: SourceReading = { source: 'grafana', answered: true, signals, relations: [], healthy: [], missing: [] }
  learn(learnt, [reading], at)
}

function groupNamed(learnt: Learnt, word: string) {
  return [...learnt.groups.values()].find(({ id }) => id.includes(word))!
}

/** n minutes of 100 ms give or take 4. */
function steady(n: number, metric = 'latency_ms'): Learnt {
  const learnt = createLearnt()
  for (let i = 0; i < n; i++) take(learnt, i * MINUTE, { [metric]: 100 + 4 * Math.sin(i * 2.4) })
  return learnt
}

describe('a deviation', () => {
  it('is blind for the first ten steps', () => {
    expect(groupNamed(steady(9), 'latency').deviation).toBeNaN()
    expect(groupNamed(steady(12), 'latency').deviation).not.toBeNaN()
  })

  it('counts in scales of at least a tenth of the level, and lasts only over two steps', () => {
    const learnt = steady(60)
    take(learnt, 60 * MINUTE, { latency_ms: 200 })
    const group = groupNamed(learnt, 'latency')
    expect(group.deviation).toBeCloseTo(10, 0)
    expect(group.persistent).toBeLessThan(1)
    take(learnt, 61 * MINUTE, { latency_ms: 200 })
    expect(group.persistent).toBeCloseTo(10, 0)
  })

  it('stands out after a trouble that makes up a third of all that is known', () => {
    const learnt = steady(12)
    for (let i = 12; i < 18; i++) take(learnt, i * MINUTE, { latency_ms: 900 + 400 * i })
    for (let i = 18; i < 22; i++) take(learnt, i * MINUTE, { latency_ms: 100 })
    for (let i = 22; i < 24; i++) take(learnt, i * MINUTE, { latency_ms: 900 })
    expect(groupNamed(learnt, 'latency').persistent).toBeGreaterThan(20)
  })

  it('takes a corrected value of the newest step for the first one, and old news for nothing', () => {
    const learnt = steady(60)
    take(learnt, 60 * MINUTE, { latency_ms: 200 })
    take(learnt, 60 * MINUTE, { latency_ms: 110 })
    const group = groupNamed(learnt, 'latency')
    expect(group.deviation).toBeCloseTo(1, 0)
    take(learnt, 60 * MINUTE, { latency_ms: 110 }, [[58 * MINUTE + 30_000, 500]])
    expect(group.at).toBe(60 * MINUTE)
    expect(group.deviation).toBeCloseTo(1, 0)
  })

  it('follows its own step, whatever the tick', () => {
    const learnt = createLearnt()
    for (let i = 0; i < 30; i++) take(learnt, i * 5 * MINUTE, { latency_ms: 100 })
    const before = structuredClone(groupNamed(learnt, 'latency'))
    expect(before.step).toBe(5 * MINUTE)
    for (let i = 1; i < 5; i++) take(learnt, (29 * 5 + i) * MINUTE, {})
    expect(groupNamed(learnt, 'latency')).toEqual(before)
  })

  it('calls one failed request of eleven no news, and eleven of eleven one', () => {
    const learnt = createLearnt()
    const minute = (i: number, success: number) => take(learnt, i * MINUTE, { success_percent: success, requests: 11 })
    for (let i = 0; i < 60; i++) minute(i, 100)
    minute(60, 91)
    minute(61, 91)
    const group = groupNamed(learnt, 'availability')
    expect(group.persistent).toBeCloseTo(1, 0)
    minute(62, 0)
    minute(63, 0)
    expect(group.persistent).toBeCloseTo(11, 0)
  })
})

describe('a threshold', () => {
  it('is what the group nearly never passed in its own past', () => {
    const restless = createLearnt()
    for (let i = 0; i < 300; i++) take(restless, i * MINUTE, { latency_ms: i % 20 < 2 ? 300 : 100 })
    const calm = steady(300)
    const thresholdIn = (learnt: Learnt) => {
      const group = groupNamed(learnt, 'latency')
      return thresholdOf(group, kindOf(group, contextOf(learnt, topologyOf(learnt)))!)
    }
    expect(thresholdIn(calm)).toBe(7.5)
    expect(thresholdIn(restless)).toBeCloseTo(30, 0)
  })
})
