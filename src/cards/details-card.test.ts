import { expect, test } from 'vitest'
import type { Signal } from '#incident/signal.ts'
import { at, diagnosis, incidentAfter, reader, signals } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

const LOG = {
  source: 'cloudwatch',
  entity: { service: 'checkout' },
  at: at(4),
  severity: 'low',
  labels: {},
  writer: 'tenant',
  kind: 'log',
  count: 1,
} as const

const correlations = [
  {
    a: 'rollout',
    b: 'crash',
    type: 'causal',
    confidence: 0.9,
    timeWindow: 60_000,
    explanation: 'the crash followed the rollout of the same workload',
  },
  {
    a: 'crash',
    b: 'alarm',
    type: 'temporal',
    confidence: 0.5,
    timeWindow: 0,
    explanation: 'kubernetes and cloudwatch saw checkout become unusual in the same minute',
  },
] as const

test('one step deeper: what could not be read, what else it could be, why it is one incident, the evidence', () => {
  const incident = incidentAfter([], {
    correlations: [...correlations],
    ruledOut: ['cart: its latency rose after checkout failed'],
  })
  expect(shownCard(cardOf({ kind: 'details', incident }, reader))).toMatchInlineSnapshot(`
    "▲ High · checkout · INC-42 · since 14:02 (6 min)
    Gaps      CloudWatch logs unreadable since 13:58 (access denied)
    Ruled out cart: its latency rose after checkout failed
    Or else   payments 0.04 (slow)
    Grouped   the crash followed the rollout of the same workload; kubernetes and cloudwatch saw checkout become unusual in
              the same minute
    Evidence
    - 14:01 Kubernetes · shop/checkout · Rollout of checkout to v2.31: “checkout:v2.30 -> checkout:v2.31”
    - 14:02 Kubernetes · shop/checkout-7c9f-x2 · CrashLoopBackOff: 2 of 2 new pods crash-loop
    - 14:02 Sentry · checkout: error “TypeError: Cannot read properties of undefined (reading 'currency')”, 214× ·
      https://sentry.example/issues/1
    - 14:02 Grafana · shop/checkout · checkout errors 31 % (usually 0.2 %)
    - 14:03 CloudWatch · shop/checkout · Alarm on: “checkout-5xx”"
  `)
})

test('what there is no room for is counted', () => {
  const many = (count: number, text: string) => Array.from({ length: count }, (_, i) => `${text} ${i}`)
  const incident = incidentAfter([], {
    ruledOut: many(14, 'cause'),
    wellServices: many(31, 'service'),
    missing: many(12, 'panel').map(what => ({ source: 'grafana', what, why: 'timed out' })),
    signals: [...signals, ...many(20, 'log').map((text): Signal => ({ ...LOG, id: text, text }))],
    rootCauses: diagnosis.rootCauses,
  })
  const details = shownCard(cardOf({ kind: 'details', incident }, reader))
  expect(details).toMatch(/cause 9; \+4 more/)
  expect(details).toMatch(/Grafana panel 9\s+unreadable\s+\(timed out\);\s+\+2 more/)
  expect(details).toContain('  +20 more')
  const main = shownCard(cardOf({ kind: 'incident', incident }, reader))
  expect(main).toMatch(/cause 2; \+11 more/)
  expect(main).toMatch(/service 5, \+25 more/)
  expect(main).toMatch(/panel 2 unreadable\s+\(timed out\); \+9 more/)
  expect(main).not.toContain('Evidence')
})
