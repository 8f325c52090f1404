import { expect, test } from 'vitest'
import type { Change, Entity, Signal, State } from '#incident/signal.ts'
import { remediate } from './remediate.ts'
import type { Facts } from './remediate.ts'

const checkout: Entity = { namespace: 'shop', kind: 'Deployment', name: 'checkout', service: 'checkout' }
const back = {
  server: 'kubernetes',
  tool: 'rollback_workload',
  arguments: { namespace: 'shop', kind: 'Deployment', name: 'checkout', replicaSet: 'checkout-1', replicaSetUid: 'u' },
} as const
const seen = { source: 'kubernetes', entity: checkout, severity: 'high', labels: {}, writer: 'system' } as const
const rollout: Change = {
  ...seen,
  id: 'c1',
  kind: 'change',
  at: 1_000_000,
  text: 'rolled out v2',
  change: { what: 'rollout', from: 'v1', to: 'v2', undo: back },
}
const crash: State = {
  ...seen,
  id: 's1',
  kind: 'state',
  at: 1_030_000,
  since: 1_030_000,
  fault: 'CrashLoopBackOff',
  text: 'crash-loops',
  points: 18,
  witness: [],
  remedy: { call: back, reason: 'it crashes since the rollout' },
}

function facts(more: Partial<Facts> = {}): Facts {
  const cause = {
    entity: checkout,
    fault: 'CrashLoopBackOff',
    score: 9,
    confidence: 0.9,
    reasons: [{ text: 'crash-loops', evidence: ['s1'] }],
    evidence: ['s1'],
  }
  return { causes: [cause], onset: 1_020_000, changes: [rollout], states: [crash], signals: [crash, rollout], ...more }
}

test('the change before the onset is taken back; the same call is offered once; looking comes last', () => {
  expect(remediate(facts())).toMatchObject([
    {
      type: 'rollback',
      title: 'Roll back checkout to v1',
      call: back,
      evidence: ['c1'],
      target: { kind: 'Deployment', name: 'checkout' },
    },
    { type: 'investigate', title: 'Look at checkout' },
  ])
})

test('without the change the state still knows the way back', () => {
  expect(remediate(facts({ changes: [] }))[0]).toMatchObject({ type: 'rollback', call: back, evidence: ['s1'] })
})

test('a change of another service, or of another day, is no remedy', () => {
  const elsewhere = { ...rollout, entity: { ...checkout, name: 'cart', service: 'cart' } }
  const earlier = { ...rollout, at: rollout.at - 5 * 3_600_000 }
  expect(remediate(facts({ changes: [elsewhere, earlier], states: [] }))).toMatchObject([{ type: 'investigate' }])
})

test('when it is not clear, or only the public says so, nothing can be pressed', () => {
  const [cause] = facts().causes
  expect(remediate(facts({ causes: [{ ...cause!, confidence: 0.49 }] }))).toMatchObject([{ type: 'investigate' }])
  const claim: Signal = {
    ...seen,
    id: 's1',
    kind: 'error',
    source: 'sentry',
    writer: 'public',
    at: 1,
    text: 'boom',
    count: 1,
  }
  expect(remediate(facts({ signals: [claim] }))).toMatchObject([{ type: 'investigate' }])
  expect(remediate(facts({ causes: [] }))).toMatchObject([{ type: 'investigate', evidence: [] }])
})

test('a scaling goes back to the count before', () => {
  const undo = {
    server: 'kubernetes',
    tool: 'scale_workload',
    arguments: { namespace: 'shop', kind: 'Deployment', name: 'checkout', replicas: 3 },
  } as const
  const scaled: Change = { ...rollout, change: { what: 'scale', from: '3', to: '24', undo } }
  expect(remediate(facts({ changes: [scaled], states: [] }))[0]).toMatchObject({
    type: 'scale',
    title: 'Scale checkout back to 3',
    riskLevel: 'medium',
    call: undo,
  })
})
