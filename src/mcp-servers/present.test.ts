import { expect, it } from 'vitest'
import { Fault } from '#incident/fault.ts'
import { fold } from '#incident/fold.ts'
import type { Diagnosis } from '#incident/incident.ts'
import { chain, NO_HASH } from '#incident/record.ts'
import type { Actor, Entry, Happening } from '#incident/record.ts'
import type { RemedyDraft } from '#incident/remedy.ts'
import type { ToolCall } from '#incident/tool-call.ts'
import type { Signal } from '#incident/signal.ts'
import { presentFault, presentIncident, presentListed, presentRemedy, presentTimeline } from './present.ts'
import { faultSchema, incidentSchema, remedySchema, timelineSchema } from './wire.ts'

const T0 = Date.parse('2026-11-03T14:02:00Z')
const ana = { chat: 'web', user: 'ana', name: 'Ana' } as const
const checkout = { namespace: 'shop', kind: 'Deployment', name: 'checkout', service: 'checkout' }
const rollback: ToolCall = { server: 'kubernetes', tool: 'rollback_workload', arguments: { name: 'checkout' } }
const forward: ToolCall = { ...rollback, arguments: { name: 'checkout', to: 'v2.31' } }
const draft: RemedyDraft = {
  type: 'rollback',
  target: checkout,
  call: rollback,
  title: 'Roll back checkout to v2.30',
  reason: 'v2.31 crashes on start.',
  riskLevel: 'medium',
  prerequisites: [],
  evidence: ['s1'],
}
const signal = (id: string): Signal => ({
  id,
  source: 'sentry',
  entity: checkout,
  at: T0,
  severity: 'high',
  labels: {},
  writer: 'public',
  kind: 'error',
  text: 'boom',
  count: 2,
})
const diagnosis: Diagnosis = {
  key: 'k',
  phase: 'firing',
  wellAgain: { good: 0, of: 3 },
  onset: T0 - 60_000,
  severity: 'high',
  confidence: 0.9,
  title: '1 in 3 checkouts fail',
  description: 'As it stands.',
  services: ['checkout', 'cart'],
  findings: [
    {
      id: 'f',
      kind: 'logs',
      entity: checkout,
      severity: 'high',
      title: 'new error',
      since: T0,
      seen: T0,
      score: 0.6,
      confidence: 1,
      strength: 9,
      signals: ['s1'],
    },
  ],
  signals: [signal('s1'), signal('s2'), signal('s3')],
  rootCauses: [
    {
      entity: checkout,
      score: 2,
      confidence: 0.9,
      reasons: [{ text: 'new release', evidence: ['s1'] }],
      evidence: ['s1'],
    },
  ],
  correlations: [
    { a: 's1', b: 's2', type: 'causal', confidence: 0.7, timeWindow: 500, explanation: 'one calls the other' },
    { a: 's1', b: 'nobody kept it', type: 'causal', confidence: 0.7, timeWindow: 500, explanation: '' },
  ],
  clusters: [{ id: 'c', label: 'boom', centroid: [1], members: ['s1', 's3'], seen: 2, silhouetteScore: 0.5 }],
  remedies: [],
  wellServices: ['payments'],
  ruledOut: ['the node is well'],
  missing: [{ source: 'cloudwatch', what: 'logs', why: 'access denied', since: T0 }],
}
const preview = {
  at: T0,
  uid: 'u',
  generation: 7,
  diff: ['image: checkout:v2.31 -> checkout:v2.30'],
  pods: 2,
  refusals: [],
  inverse: forward,
}
const remedy = 'INC-1-R1'

/** A whole life, by hand: who did what, a second apart. */
const LIFE: [Actor, Happening][] = [
  ['system', { type: 'opened', key: 'k', reason: 'first seen', diagnosis }],
  ['system', { type: 'posted', thread: { chat: 'web', channel: 'c', id: '1' } }],
  ['system', { type: 'proposed', remedy, draft }],
  ['system', { type: 'updated', reason: 'more services', diagnosis }],
  [ana, { type: 'acknowledged' }],
  ['system', { type: 'previewed', remedy, preview }],
  [ana, { type: 'approved', remedy, have: 1, need: 1, sealed: 'x', actionId: 'a1', expiresAt: T0 + 300_000 }],
  ['system', { type: 'claimed', remedy, actionId: 'a1' }],
  ['system', { type: 'intended', remedy, actionId: 'a1', patch: '[]' }],
  ['system', { type: 'applied', remedy, outcome: { result: 'applied', generation: 8, detail: 'image is v2.30' } }],
  ['system', { type: 'checked', remedy, good: 2, of: 3 }],
  ['system', { type: 'verified', remedy, reason: 'the signals that opened it are back to usual' }],
  ['system', { type: 'resolved', reason: 'recovered after a remedy' }],
]

function record(life = LIFE): Entry[] {
  const entries: Entry[] = []
  for (const [index, [by, happening]] of life.entries()) {
    const { seq, hash } = entries.at(-1) ?? { seq: 0, hash: NO_HASH }
    entries.push(chain({ seq, hash }, { incident: 'INC-1', version: index + 1, at: T0 + index * 1000, by, happening }))
  }
  return entries
}

it('presents an incident as the seed names its fields, with what it rests on', () => {
  const wire = incidentSchema.parse(presentIncident(fold(record())))
  expect(wire).toMatchObject({
    id: 'INC-1',
    timestamp: '2026-11-03T14:02:00.000Z',
    openedAt: '2026-11-03T14:02:00.000Z',
    resolvedAt: '2026-11-03T14:02:12.000Z',
    onset: '2026-11-03T14:01:00.000Z',
    status: 'resolved',
    acknowledgedBy: 'Ana',
    services: ['checkout', 'cart'],
    missing: [{ source: 'cloudwatch', since: '2026-11-03T14:02:00.000Z' }],
  })
  expect(wire.sources.map(({ sourceId, relevanceScore, data }) => [sourceId, relevanceScore, data?.id])).toEqual([
    ['s1', 0.9, 's1'],
    ['s2', 0, 's2'],
    ['s3', 0, 's3'],
  ])
  expect(wire.correlations).toMatchObject([
    { sourceA: { sourceId: 's1' }, sourceB: { sourceId: 's2' }, timeWindow: 500 },
  ])
  expect(wire.clusters).toMatchObject([
    { centroid: [1], clusterSize: 2, members: [{ sourceId: 's1' }, { sourceId: 's3' }] },
  ])
})

it('leaves out of lists what grows with the telemetry', () => {
  const text = JSON.stringify(incidentSchema.parse(presentListed(fold(record()))))
  expect(text).not.toMatch(/"(data|centroid)"/)
  expect(text).toContain('"groupedSignals":[{"id":"s1","source":"sentry","at":"2026-11-03T14:02:00.000Z"')
})

it('calls acknowledged, acting and verifying investigating', () => {
  const statusAfter = (count: number) => presentListed(fold(record(LIFE.slice(0, count)))).status
  expect([1, 5, 7, 10].map(statusAfter)).toEqual(['open', 'investigating', 'investigating', 'investigating'])
  const unacknowledged = LIFE.filter(([, { type }]) => type !== 'acknowledged')
  expect(presentListed(fold(record(unacknowledged.slice(0, 6)))).status).toBe('investigating')
})

it('presents a remedy as the call it stands for and how far it is', () => {
  const [applied] = fold(record()).remedies
  if (!applied) throw new Error('the life has a remedy')
  expect(remedySchema.parse(presentRemedy(applied))).toMatchObject({
    id: remedy,
    type: 'rollback',
    target: 'shop/Deployment/checkout',
    automatable: true,
    tool: 'rollback_workload',
    arguments: { name: 'checkout' },
    inverse: forward,
    state: 'VERIFIED',
    actionId: 'a1',
    approvals: { have: 1, need: 1, by: ['Ana'] },
    preview: { pods: 2, at: '2026-11-03T14:02:00.000Z' },
    outcome: { result: 'applied', detail: 'image is v2.30' },
    checked: { good: 2, of: 3 },
  })
  const advice = presentRemedy({ ...applied, call: undefined, target: { service: 'checkout' } })
  expect(advice).toMatchObject({ automatable: false, target: 'checkout' })
  expect(advice.tool).toBeUndefined()
})

it('tells a life in sentences', () => {
  const { items } = timelineSchema.parse(presentTimeline(record()))
  expect(items.map(({ text, by }) => (by ? `${by}: ${text}` : text))).toEqual([
    'Opened: 1 in 3 checkouts fail.',
    'Posted in web.',
    'Proposed: Roll back checkout to v2.30.',
    'Spread; hurt now: checkout, cart.',
    'Ana: Acknowledged by Ana.',
    'Previewed, 2 pods: Roll back checkout to v2.30.',
    'Ana: Approved by Ana: Roll back checkout to v2.30.',
    'The approval was taken up: Roll back checkout to v2.30.',
    'Sending the change: Roll back checkout to v2.30.',
    'Applied: image is v2.30.',
    'Checking: 2 of 3 look good.',
    'Verified: the signals that opened it are back to usual.',
    'Recovered after the remedy. Resolved.',
  ])
})

it("presents a Fault as the seed's MCPError, without its cause", () => {
  const fault = new Fault('rate_limit', 'Slow down.', { retryAfter: 3, cause: new Error('token=abc') })
  expect(faultSchema.parse(presentFault(fault, 'id-1'))).toEqual({
    code: 'rate_limit',
    message: 'Slow down.',
    retryable: true,
    retryAfter: 3,
    correlationId: 'id-1',
  })
})
