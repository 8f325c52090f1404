// A batch job is scaled up on the node of two services, and they slow down at that moment.
import { expect, test } from 'vitest'
import type { Entity, Millis, Relation, SeriesPoints, SourceReading } from '#incident/signal.ts'
import { createLearnt } from '../learnt.ts'
import { analyse, learn } from '../pipeline.ts'
import { MINUTE, START, change, entityOf, readingsAt } from '../shop.fixture.ts'

const NODE: Entity = { kind: 'Node', name: 'node-1', service: 'node-1' }
const HOUR = 60
const harms = { checkout: { latency: 8 }, frontend: { latency: 6 } }

function cpuOfNode(at: Millis, value: number): SeriesPoints {
  return {
    kind: 'series',
    id: 'cpu of node-1',
    source: 'grafana',
    writer: 'operator',
    entity: NODE,
    at,
    severity: 'low',
    labels: { node: 'node-1' },
    metric: 'node_cpu_usage_percent',
    unit: 'percent',
    points: [[at, value]],
  }
}

const runsOn = (service: string, at: Millis): Relation => ({
  from: entityOf(service),
  to: NODE,
  kind: 'runs-on',
  origin: 'spec.nodeName',
  confidence: 1,
  at,
})

function readings(at: Millis, percent: number, given: Record<string, object>): SourceReading[] {
  const scaled = change({
    id: 'scaled',
    at: START + HOUR * MINUTE,
    service: 'reports',
    text: 'reports scaled from 1 to 8',
    change: { what: 'scale', from: '1', to: '8' },
  })
  const seen = [cpuOfNode(at, percent), ...(at >= scaled.at ? [scaled] : [])]
  const tenants = ['checkout', 'frontend', 'reports'].map(service => runsOn(service, at))
  return readingsAt(at, given, seen).map(reading =>
    reading.source === 'kubernetes' ? { ...reading, relations: [...reading.relations, ...tenants] } : reading,
  )
}

function firstCause(percentThen: number): string | undefined {
  const learnt = createLearnt()
  for (let n = 0; n < HOUR; n++) learn(learnt, readings(START + n * MINUTE, 60 + (n % 5), {}), START + n * MINUTE)
  let last
  for (let n = HOUR; n < HOUR + 5; n++) {
    last = analyse(learnt, readings(START + n * MINUTE, percentThen, harms), START + n * MINUTE)
  }
  return last?.diagnoses[0]?.rootCauses[0]?.entity.service
}

test('where the node is full, whoever was scaled up there is to blame', () => {
  expect(firstCause(99)).toBe('reports')
})

test('where it is not, what else runs there is not', () => {
  expect(firstCause(64)).toBe('checkout')
})
