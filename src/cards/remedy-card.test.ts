import { expect, test } from 'vitest'
import type { Incident } from '#incident/incident.ts'
import {
  ana,
  applied,
  approved,
  at,
  ben,
  checked,
  incidentAfter,
  noBetter,
  preview,
  previewed,
  reader,
  resolved,
  rollback,
  verified,
} from './fixtures/checkout.ts'
import type { Step } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

const R1 = 'INC-42-R1'

test('before: what exactly, on which object, what it touches, what could go wrong, who may say yes', () => {
  expect(shown(incidentAfter([previewed]))).toMatchInlineSnapshot(`
    "Before you approve · INC-42-R1
    Roll back checkout to v2.30
      image: checkout:v2.31 -> checkout:v2.30
    Why       The trouble began one minute after the rollout of v2.31.
    On        shop/Deployment/checkout
    Call      rollback_workload namespace=shop kind=Deployment name=checkout replicaset=checkout-6d9f8
    Touches   2 pods
    Risk      low
    Undo      can be undone
    First     v2.30 still pulls
    Held by   disruption budget checkout, at least 1
    Approvers oncall or sre
    [ Approve: roll back ]* [ Deny… ]"
  `)
})

test('one yes of two: who said it, how many are missing, until when', () => {
  const once: Step = [9, ana, { type: 'approved', remedy: R1, have: 1, need: 2, expiresAt: at(14) }]
  expect(shown(incidentAfter([previewed, once]), 10)).toMatchInlineSnapshot(`
    "One more yes is needed · INC-42-R1
    Roll back checkout to v2.30
    So far    Approved by Ana 14:09 · one more person is needed
      image: checkout:v2.31 -> checkout:v2.30
    Why       The trouble began one minute after the rollout of v2.31.
    On        shop/Deployment/checkout
    Call      rollback_workload namespace=shop kind=Deployment name=checkout replicaset=checkout-6d9f8
    Touches   2 pods
    Risk      low
    Undo      can be undone
    First     v2.30 still pulls
    Held by   disruption budget checkout, at least 1
    Approvers oncall or sre, 2 different people
    Expires   14:14, in 4 min
    [ Approve: roll back ]* [ Deny… ]"
  `)
})

test('the same message on its way: approved, applied, helped; then only undoing is left', () => {
  const steps = [previewed, approved, applied, checked, verified, resolved]
  const heads = [2, 3, 4, 5, 6].map(count => upToDiff(shown(incidentAfter(steps.slice(0, count)), 12)))
  expect(heads.join('\n\n')).toMatchInlineSnapshot(`
    "⟳ Approved, being carried out · INC-42-R1
    Roll back checkout to v2.30
    So far    Approved by Ana 14:09 · waiting to be sent

    ⟳ Applied, watching the same signals · INC-42-R1
    Roll back checkout to v2.30
    So far    Approved by Ana 14:09 · applied 14:09 · checking

    ⟳ Applied, watching the same signals · INC-42-R1
    Roll back checkout to v2.30
    So far    Approved by Ana 14:09 · applied 14:09 · checking (2 of 3 look good)

    ✓ Helped · INC-42-R1
    Roll back checkout to v2.30
    So far    Approved by Ana 14:09 · applied 14:09 · recovered 14:11

    ✓ Helped · INC-42-R1
    Roll back checkout to v2.30
    So far    Approved by Ana 14:09 · applied 14:09 · recovered 14:11"
  `)
  expect(shown(incidentAfter(steps), 12)).toMatch(/Undo {6}can be undone[^]*\[ Undo ]/)
})

test.each<[string, Step[], string]>([
  ['did not help', [approved, applied, noBetter], '▲ Applied, and did not help · INC-42-R1'],
  [
    'drifted',
    [approved, [9, 'system', { type: 'drifted', remedy: R1, reason: 'its image was changed' }]],
    '▲ Not done, the object had changed · INC-42-R1',
  ],
  [
    'expired',
    [approved, [14, 'system', { type: 'expired', remedy: R1 }]],
    '? Expired unused, nothing was done · INC-42-R1',
  ],
  [
    'denied',
    [[9, ben, { type: 'denied', remedy: R1, reason: 'not during the sale' }]],
    '? Denied, nothing was done · INC-42-R1',
  ],
  [
    'failed before it was applied',
    [approved, [9, 'system', { type: 'failed', remedy: R1, reason: 'forbidden' }]],
    '▲ Not done · INC-42-R1',
  ],
  [
    'the incident is over',
    [[12, 'system', { type: 'resolved', reason: 'recovered' }]],
    '✓ No longer needed · INC-42-R1',
  ],
])('%s: it says so, and nobody can approve it any more', (_, steps, headline) => {
  const text = shown(incidentAfter([previewed, ...steps]), 15)
  expect(text.split('\n')[0]).toBe(headline)
  expect(text).not.toContain('[ Approve')
})

test('a reason is kept: why it was denied', () => {
  const denied: Step = [9, ben, { type: 'denied', remedy: R1, reason: 'not during the sale' }]
  expect(shown(incidentAfter([previewed, denied]), 15)).toContain('So far    denied 14:09: not during the sale')
})

test('what the dry run refuses is only looked at again', () => {
  const refused = { ...preview, refusals: ['Argo CD owns this object'], owner: 'Argo CD' }
  const text = shown(incidentAfter([[8, 'system', { type: 'previewed', remedy: R1, preview: refused }]]))
  expect(text).toMatch(/^\? Cannot be done now/)
  expect(text).toContain('Cannot    Argo CD owns this object')
  expect(text).toMatch(/\[ Look again… ]$/)
})

test('an undo is put back, not recovered, and what it took back is no longer watched', () => {
  const R2 = 'INC-42-R2'
  const outcome = { result: 'applied', generation: 9, detail: 'rolled back' } as const
  const incident = incidentAfter([
    previewed,
    approved,
    applied,
    [10, ana, { type: 'proposed', remedy: R2, draft: { ...rollback, title: 'Undo: roll back checkout' }, undoes: R1 }],
    [10, ana, { type: 'approved', remedy: R2, have: 1, need: 1, sealed: 's', actionId: 'a2', expiresAt: at(15) }],
    [11, 'system', { type: 'applied', remedy: R2, outcome }],
    [11, 'system', { type: 'verified', remedy: R2, reason: `its object is as it was before ${R1}` }],
    [11, 'system', { type: 'failed', remedy: R1, reason: 'taken back before it was known to help' }],
  ])
  expect(shown(incident, 12)).toMatch(/^▲ Applied, and taken back · INC-42-R1/)
  const undo = shown({ ...incident, remedies: incident.remedies.slice(-1) }, 12)
  expect(undo).toMatch(/^✓ Put back · INC-42-R2\n.*\nSo far {4}Approved by Ana 14:10 · applied 14:11 · put back 14:11/)
  const [, latest] = shownCard(cardOf({ kind: 'incident', incident }, { ...reader, now: at(12) })).split('So far')
  expect(latest).toContain('put back 14:11')
})

test('nothing is approved before it was looked at', () => {
  const text = shown(incidentAfter([]))
  expect(text).toContain('Touches   not looked at yet')
  expect(text).toMatch(/\[ Look first… ]$/)
})

test('advice has no call, and no button', () => {
  const text = shown(incidentAfter([], { remedies: [{ ...rollback, call: undefined }] }))
  expect(text).toMatch(/^Advice for a person; no button stands behind it/)
  expect(text).not.toContain('[')
})

test('a long diff is cut where it says so', () => {
  const long = { ...preview, diff: Array.from({ length: 40 }, (_, i) => `env VARIABLE_${i}: a -> b`) }
  const text = shown(incidentAfter([[8, 'system', { type: 'previewed', remedy: R1, preview: long }]]))
  expect(text).toContain('  env VARIABLE_11: a -> b\n  +28 more')
})

function shown(incident: Incident, minutes = 8): string {
  const [remedy] = incident.remedies
  if (!remedy) throw new Error('expected a remedy')
  return shownCard(
    cardOf({ kind: 'preview', incident, remedy, approvers: ['oncall', 'sre'] }, { ...reader, now: at(minutes) }),
  )
}

function upToDiff(text: string): string {
  return text.split('\n  image')[0] ?? ''
}
