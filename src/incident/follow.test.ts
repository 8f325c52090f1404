import { expect, test } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { follow, HELP_MILLIS, open } from './follow.ts'
import { fold } from './fold.ts'
import type { Diagnosis, Incident } from './incident.ts'
import { chain, NO_HASH } from './record.ts'
import type { Actor, Entry, Happening } from './record.ts'
import type { RemedyDraft } from './remedy.ts'
import type { Signal } from './signal.ts'

const rollback: RemedyDraft = {
  type: 'rollback',
  target: { namespace: 'shop', kind: 'Deployment', name: 'checkout', service: 'checkout' },
  call: { server: 'kubernetes', tool: 'rollback_workload', arguments: { namespace: 'shop', name: 'checkout' } },
  title: 'Roll back checkout',
  reason: 'v2.31 crashes on start',
  riskLevel: 'low',
  prerequisites: [],
  evidence: ['e1'],
}
const crash = diagnosis('k1', {
  signals: [signal('e1')],
  rootCauses: [
    {
      entity: { service: 'checkout' },
      fault: 'crash',
      score: 1,
      confidence: 0.9,
      reasons: [{ text: 'r', evidence: ['e1'] }],
      evidence: ['e1'],
    },
  ],
  remedies: [rollback],
})

test('an incident opens with its remedies, and the same story again changes nothing', () => {
  const incident = told(open('INC-1', crash, []))
  expect(incident.remedies).toMatchObject([{ id: 'INC-1-R1', state: 'PROPOSED', title: 'Roll back checkout' }])
  expect(follow(incident, crash, 2_000)).toEqual([])
})

test('what changes has a name, and only new signals are written again', () => {
  const incident = told(open('INC-1', crash, []))
  const more = { ...crash, services: ['checkout', 'cart'], signals: [signal('e1'), signal('e2')] }
  expect(follow(incident, more, 2_000)).toMatchObject([
    { type: 'updated', reason: 'more services', diagnosis: { signals: [{ id: 'e2' }] } },
  ])
  const other: Diagnosis = { ...crash, rootCauses: [{ ...crash.rootCauses[0]!, entity: { service: 'cart' } }] }
  expect(follow(incident, other, 2_000)).toMatchObject([{ type: 'updated', reason: 'another cause' }])
  expect(follow(incident, { ...crash, severity: 'critical' }, 2_000)).toMatchObject([{ reason: 'severity changed' }])
})

test('a state told in other words is more evidence; other numbers in the same words are the same story', () => {
  const state = (text: string): Signal => ({
    ...signal('e1'),
    kind: 'state',
    text,
    fault: 'NodeNotReady',
    since: 0,
    points: 20,
    witness: [],
  })
  const incident = told(open('INC-1', { ...crash, signals: [state('node a was not ready for 3 min')] }, []))
  expect(follow(incident, { ...crash, signals: [state('node a was not ready for 4 min')] }, 2_000)).toEqual([])
  expect(
    follow(incident, { ...crash, signals: [state('node a: its kubelet stopped reporting')] }, 2_000),
  ).toMatchObject([{ type: 'updated', reason: 'more evidence' }])
})

test('the same call is proposed once, however it is worded', () => {
  const incident = told(open('INC-1', crash, []))
  const reworded = { ...crash, severity: 'critical', remedies: [{ ...rollback, title: 'Roll checkout back' }] } as const
  const scale: RemedyDraft = { ...rollback, type: 'scale', call: { ...rollback.call!, tool: 'scale_workload' } }
  expect(follow(incident, { ...reworded, remedies: [...reworded.remedies] }, 2_000)).toHaveLength(1)
  expect(follow(incident, { ...crash, remedies: [rollback, scale] }, 2_000)).toMatchObject([
    { type: 'proposed', remedy: 'INC-1-R2' },
  ])
})

test('one whose approval ran out unused is offered again, under an id of its own', () => {
  const [approved] = approvedAndApplied
  const late = told([...open('INC-1', crash, []), approved!, { type: 'expired', remedy: 'INC-1-R1' }])
  expect(follow(late, crash, 2_000)).toMatchObject([{ type: 'proposed', remedy: 'INC-1-R2' }])
})

test('a remedy that was applied is checked, then verified when the trouble is over', () => {
  const applied = told([...open('INC-1', crash, []), ...approvedAndApplied])
  expect(applied.phase).toBe('verifying')
  expect(follow(applied, { ...crash, wellAgain: { good: 2, of: 3 } }, 2_000)).toMatchObject([
    { type: 'updated', reason: 'quieter' },
    { type: 'checked', good: 2, of: 3 },
  ])
  expect(follow(applied, { ...crash, phase: 'recovered' }, 3_000)).toMatchObject([
    { type: 'updated' },
    { type: 'verified', remedy: 'INC-1-R1' },
    { type: 'resolved', reason: 'recovered after a remedy' },
  ])
})

test('a remedy that does not help within its time has failed', () => {
  const applied = told([...open('INC-1', crash, []), ...approvedAndApplied])
  const [failed] = follow(applied, crash, applied.updatedAt + HELP_MILLIS)
  expect(failed).toEqual({ type: 'failed', remedy: 'INC-1-R1', reason: 'no better after 5 min' })
  expect(told([...open('INC-1', crash, []), ...approvedAndApplied, failed!]).phase).toBe('did not help')
  const allWell = { ...crash, wellAgain: { good: 3, of: 3 } } // only the time in which it could come back is not over
  expect(follow(applied, allWell, applied.updatedAt + HELP_MILLIS).map(({ type }) => type)).not.toContain('failed')
})

test('it does not resolve while a remedy is on its way', () => {
  const acting = told([...open('INC-1', crash, []), ...approvedAndApplied.slice(0, 2)])
  expect(acting.phase).toBe('acting')
  expect(follow(acting, { ...crash, phase: 'recovered' }, 2_000).map(({ type }) => type)).toEqual(['updated'])
})

test('the same cause again within the day is said to have come back', () => {
  const before = told([...open('INC-1', crash, []), { type: 'resolved', reason: 'recovered' }])
  expect(open('INC-2', { ...crash, key: 'k2' }, [before])[0]).toMatchObject({ type: 'opened', reason: 'came back' })
})

const approvedAndApplied: Happening[] = [
  { type: 'approved', remedy: 'INC-1-R1', have: 1, need: 1, sealed: 'x', actionId: 'a', expiresAt: 9_000_000 },
  { type: 'claimed', remedy: 'INC-1-R1', actionId: 'a' },
  { type: 'applied', remedy: 'INC-1-R1', outcome: { result: 'applied', generation: 2, detail: '' } },
]

const ana: Actor = { chat: 'web', user: 'ana', name: 'Ana' }

function told(happenings: Happening[]): Incident {
  const entries: Entry[] = []
  for (const [index, happening] of happenings.entries()) {
    const last = entries.at(-1) ?? { seq: 0, hash: NO_HASH }
    entries.push(chain(last, { incident: 'INC-1', version: index + 1, at: 1_000, by: ana, happening }))
  }
  return fold(entries)
}

function signal(id: string): Signal {
  return {
    id,
    kind: 'event',
    source: 'kubernetes',
    entity: { service: 'checkout' },
    at: 1_000,
    severity: 'high',
    labels: {},
    writer: 'system',
    text: 'Back-off restarting failed container',
    count: 1,
  }
}
