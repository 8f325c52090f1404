import { expect, test } from 'vitest'
import type { Entity, Relation } from '#incident/signal.ts'
import { START, entityOf } from '../shop.fixture.ts'
import { buildTopology } from '../topology.ts'
import type { Candidate, Evidence } from './evidence.ts'
import { explainByOthers } from './explained.ts'

const node: Entity = { kind: 'Node', name: 'node-1', service: 'node-1' }
const gateway: Entity = { kind: 'External', name: 'api.cardgate.example', service: 'api.cardgate.example' }
const relation = (from: Entity, to: Entity, kind: Relation['kind']): Relation => ({
  from,
  to,
  kind,
  origin: 'test',
  confidence: 1,
  at: START,
})
const topology = buildTopology(
  [
    relation(entityOf('frontend'), entityOf('checkout'), 'calls'),
    relation(entityOf('checkout'), entityOf('payments'), 'calls'),
    relation(entityOf('payments'), gateway, 'calls'),
    relation(entityOf('payments'), node, 'runs-on'),
  ],
  [entityOf('search')],
)

const evidence = (kind: Evidence['kind'], units: number): Evidence => ({ kind, units, reason: kind, signals: [kind] })

function unitsAfter(...candidates: [Entity, Evidence][]): Record<string, number> {
  const board = new Map<string, Candidate>(
    candidates.map(([entity, one]) => {
      const key = topology.keyOf(entity)
      return [key, { key, entity, units: one.units, evidence: [one] }]
    }),
  )
  explainByOthers(board, [], topology)
  return Object.fromEntries([...board.values()].map(({ entity, units }) => [entity.service, Number(units.toFixed(2))]))
}

const harmed: [Entity, Evidence][] = [
  [entityOf('payments'), evidence('logs', 6)],
  [entityOf('checkout'), evidence('logs', 5)],
  [entityOf('search'), evidence('logs', 4)],
]

test('a lost node takes over what runs on it suffers, and explains whoever calls that', () => {
  // 4 + 0.9 * 6; 0.4 * 6; 0.4 * 5; a stranger keeps what it has
  expect(unitsAfter([node, evidence('state', 4)], ...harmed)).toEqual({
    'node-1': 9.4,
    payments: 2.4,
    checkout: 2,
    search: 4,
  })
})

test('who is outside and does not answer explains its callers', () => {
  expect(unitsAfter([gateway, { ...evidence('state', 1), entity: gateway }], ...harmed)).toMatchObject({
    'api.cardgate.example': 6.4,
    payments: 2.4,
    search: 4,
  })
})

test('a node of which only little is known explains nothing, nor does a service that others call', () => {
  expect(unitsAfter([node, evidence('state', 0.5)], ...harmed)).toMatchObject({ 'node-1': 0.5, payments: 6 })
  expect(unitsAfter([entityOf('payments'), evidence('state', 4)], harmed[1]!)).toEqual({ payments: 4, checkout: 5 })
})
