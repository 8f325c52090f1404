import { expect, test } from 'vitest'
import type { Incident } from '#incident/incident.ts'
import {
  applied,
  approved,
  at,
  checked,
  diagnosis,
  incidentAfter,
  previewed,
  reader,
  resolved,
  verified,
} from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

const timeline = [
  { at: at(6), text: 'Opened: 1 in 3 checkouts fail: release v2.31 crashes on start.' },
  { at: at(8), text: 'Asked “What changed?”. Answered: The rollout of v2.31.', by: 'Ben' },
  { at: at(9), text: 'Approved by Ana: Roll back checkout to v2.30.', by: 'Ana' },
  { at: at(9), text: 'Applied: rolled back.' },
  { at: at(11), text: 'Recovered after the remedy. Resolved.' },
]

test('what happened, how long, what helped, the cause and what it rests on, who did what when', () => {
  const incident = incidentAfter([previewed, approved, applied, checked, verified, resolved])
  expect(shown(incident, timeline)).toMatchInlineSnapshot(`
    "Post-mortem · checkout · INC-42 · 14:02, 9 min
    1 in 3 checkouts fail: release v2.31 crashes on start.
    So far    Approved by Ana 14:09 · applied 14:09 · recovered 14:11
    Hurt      checkout errors 31 % (usually 0.2 %), cart latency 4.1 s (usually 0.3 s)
    Took      9 min, from 14:02 to 14:11
    Helped    Roll back checkout to v2.30
    People    Ben, Ana
    Cause     checkout, sure 0.91
    Or else   payments 0.04 (slow)
    Not known CloudWatch logs unreadable since 13:58 (access denied)
    - 2 of 2 new pods crash-loop
        14:02 Kubernetes · shop/checkout-7c9f-x2 · CrashLoopBackOff: 2 of 2 new pods crash-loop
    - rolled out one minute before the onset
        14:01 Kubernetes · shop/checkout · Rollout of checkout to v2.31: “checkout:v2.30 -> checkout:v2.31”
    - 14:06 Opened: 1 in 3 checkouts fail: release v2.31 crashes on start.
    - 14:08 Asked “What changed?”. Answered: The rollout of v2.31.
    - 14:09 Approved by Ana: Roll back checkout to v2.30.
    - 14:09 Applied: rolled back.
    - 14:11 Recovered after the remedy. Resolved.
    Written from the record; what to change is for people to add."
  `)
})

test('a long story keeps how it began, how it ended and what people did; the rest is counted', () => {
  const steps = Array.from({ length: 90 }, (_, i) => ({
    at: at(6 + i),
    text: `Step ${i}.`,
    ...(i === 70 && { by: 'Ana' }),
  }))
  const text = shown(incidentAfter([[96, 'system', { type: 'resolved', reason: 'recovered' }]]), steps)
  for (const kept of ['Step 0.', 'Step 17.', 'Step 70.', 'Step 89.', '+70 more']) expect(text).toContain(kept)
  expect(text).not.toContain('Step 18.')
})

test('where the cause is not known, that is said', () => {
  const unclear = { rootCauses: [], description: 'No source shows a cause.', missing: diagnosis.missing }
  const text = shown(incidentAfter([[12, 'system', { type: 'resolved', reason: 'recovered' }]], unclear), timeline)
  expect(text).toContain('Not known No source shows a cause.; CloudWatch logs unreadable since 13:58 (access denied)')
  expect(text).toContain('Helped    nothing was done; it recovered by itself')
})

function shown(incident: Incident, items: typeof timeline | { at: number; text: string }[]): string {
  return shownCard(cardOf({ kind: 'postmortem', incident, timeline: items }, { ...reader, now: at(60) }))
}
