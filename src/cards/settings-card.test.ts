import { expect, test } from 'vitest'
import { ana, at, reader } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

test('what is quiet, until when in the zone of the reader, by whom and why, each with what takes it back', () => {
  const settings = {
    maintenance: [{ name: 'database upgrade', reason: 'PostgreSQL 18', from: at(0), until: at(60) }],
    muted: [{ service: 'cart', until: at(30), by: ana }],
    mutedIncidents: [{ incident: 'INC-7', until: at(24 * 60) }],
    known: [
      {
        incident: 'INC-12',
        cause: { entity: { service: 'mailer' }, fault: 'OOMKilled' },
        severity: 'medium' as const,
        services: ['mailer'],
        reason: 'leaks',
        ticket: 'https://t.example/7',
        by: ana,
        at: at(0),
      },
    ],
    raised: [{ group: 'g', name: 'checkout latency', factor: 1.5, incident: 'INC-9', by: ana, at: at(0) }],
  }
  expect(shownCard(cardOf({ kind: 'settings', settings }, reader))).toMatchInlineSnapshot(`
    "What people and the configuration have set
    - In maintenance until 15:00: database upgrade (PostgreSQL 18)
    - Muted until 14:30 by Ana: cart
    - Muted until 21 Nov 14:00: INC-7
    - Known by Ana: mailer, OOMKilled (leaks, https://t.example/7)
    - Threshold at 1.5× since 14:00 by Ana: checkout latency
    Maintenance is told by the configuration. All of it goes on being watched and recorded.
    [ Unmute cart ]
    [ Unmute INC-7 ]
    [ Not known any more: INC-12 ]
    [ Put back checkout latency ]"
  `)
})

test('nothing is quiet', () => {
  const settings = { maintenance: [], muted: [], mutedIncidents: [], known: [], raised: [] }
  expect(shownCard(cardOf({ kind: 'settings', settings }, reader))).toMatch(/^✓ Everything is posted/)
})
