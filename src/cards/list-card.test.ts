import { expect, test } from 'vitest'
import { ana, approved, incidentAfter, previewed, reader } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

test('each open incident as a line: how bad, what, how long, and what is being done about it', () => {
  const incidents = [
    incidentAfter([previewed, approved]),
    { ...incidentAfter([[7, ana, { type: 'acknowledged' }]], { severity: 'low' }), id: 'INC-43' },
  ]
  expect(shownCard(cardOf({ kind: 'list', incidents, more: 3 }, reader))).toMatchInlineSnapshot(`
    "▲ 5 incidents are open
    ⟳ High · checkout · INC-42 · 6 min: 1 in 3 checkouts fail: release v2.31 crashes on start. (Approved by Ana 14:09 ·
      waiting to be sent)
    ▲ Low · checkout · INC-43 · 6 min: 1 in 3 checkouts fail: release v2.31 crashes on start. (Ana is looking at it)
      +3 more
    [ Show INC-42 ]
    [ Show INC-43 ]"
  `)
})

test('who joins late reads the same, and that nobody else does', () => {
  const text = shownCard(cardOf({ kind: 'list', incidents: [incidentAfter()], more: 0, late: true }, reader))
  expect(text).toMatch(/^▲ Where things stand: 1 incident is open\n/)
  expect(text).toContain('Only you see this.')
})

test('nothing is open', () => {
  expect(shownCard(cardOf({ kind: 'list', incidents: [], more: 0 }, reader))).toBe('✓ Nothing is open')
})
