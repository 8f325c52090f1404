import { expect, test } from 'vitest'
import type { Message } from '#incident/chat.ts'
import { at, incidentAfter, reader } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

const storm: Extract<Message, { kind: 'digest' }> = {
  kind: 'digest',
  key: 'storm 14:02',
  worst: [incidentAfter([], { severity: 'critical' }), incidentAfter()].map((incident, i) => ({
    ...incident,
    id: `INC-${42 + i}`,
  })),
  open: { critical: 1, high: 12, low: 20 },
  resolved: 4,
  since: at(2),
}

test('a storm in one message: how many, of which severity, where to begin, the worst of them', () => {
  expect(shownCard(cardOf(storm, reader))).toMatchInlineSnapshot(`
    "▲ 37 incidents since 14:02: 1 critical, 12 high, 20 low
    Begin with INC-42: 1 in 3 checkouts fail: release v2.31 crashes on start.
    So far    4 of them resolved
    ▲ Critical · checkout · INC-42 · 6 min: 1 in 3 checkouts fail: release v2.31 crashes on start.
    ▲ High · checkout · INC-43 · 6 min: 1 in 3 checkouts fail: release v2.31 crashes on start.
      +31 more
    [ List what is open ]
    [ Show INC-42 ]
    [ Show INC-43 ]"
  `)
})

test('at most ten are listed, the rest is counted', () => {
  const worst = Array.from({ length: 30 }, (_, i) => ({ ...incidentAfter(), id: `INC-${i}` }))
  const text = shownCard(cardOf({ ...storm, worst, open: { high: 37 } }, reader))
  expect(text.match(/^▲ High · checkout · INC-\d+/gm)).toHaveLength(10)
  expect(text).toContain('  +27 more')
})

test('when all are over it says only that', () => {
  expect(shownCard(cardOf({ ...storm, worst: [], open: { critical: 0 }, resolved: 37 }, reader))).toMatchInlineSnapshot(
    `"✓ 37 incidents since 14:02: all resolved"`,
  )
})
