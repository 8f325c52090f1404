// What users feel, where nothing says who calls whom.
import { expect, it } from 'vitest'
import type { Entity, SeriesPoints, SourceReading } from '#incident/signal.ts'
import { contextOf, kindOf } from './kinds.ts'
import { createLearnt } from './learnt.ts'
import { learn } from './pipeline.ts'
import { topologyOf } from './topology-of.ts'

const POD: Entity[] = ['cart', 'payment', 'stock', 'mail'].map(service => ({
  kind: 'Pod',
  name: `${service}-0`,
  service,
}))

function kindsOf(whole: readonly string[]): Record<string, string | undefined> {
  const learnt = createLearnt()
  const said = { source: 'grafana', writer: 'operator', severity: 'low', labels: {}, unit: '', at: 0 } as const
  const signals = [...POD, ...whole.map((service): Entity => ({ service }))].map(
    (entity): SeriesPoints => ({
      kind: 'series',
      id: `${entity.name ?? ''}/${entity.service}`,
      entity,
      metric: 'latency_ms',
      points: [[0, 100]],
      ...said,
    }),
  )
  const reading: SourceReading = { source: 'grafana', answered: true, signals, relations: [], healthy: [], missing: [] }
  learn(learnt, [reading], 0)
  const context = contextOf(learnt, topologyOf(learnt))
  const groups = [...learnt.groups.values()].filter(({ feature }) => feature.scope === 'service')
  return Object.fromEntries(groups.map(group => [group.entity.service, kindOf(group, context)]))
}

it('the one service that is measured as a whole, beside pods of all others, is what users feel', () => {
  expect(kindsOf(['shop'])).toEqual({ shop: 'slo' })
})

it('where all are measured as a whole, none is told apart', () => {
  expect(kindsOf(['shop', 'cart', 'payment'])).toEqual({ shop: 'symptom', cart: 'symptom', payment: 'symptom' })
})
