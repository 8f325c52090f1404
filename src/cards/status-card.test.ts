import { expect, test } from 'vitest'
import type { SourceHealth } from '#incident/chat.ts'
import { at, reader } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

test('what is watched, what cannot be read and since when, how often we look', () => {
  const sources: SourceHealth[] = [
    { source: 'kubernetes', up: true },
    { source: 'cloudwatch', up: false, since: at(-2) },
  ]
  const message = { kind: 'status', open: 1, sources, everyMillis: 60_000, since: at(-1_500) } as const
  expect(shownCard(cardOf(message, reader))).toMatchInlineSnapshot(`
    "? Watching 2 sources, CloudWatch unreadable
    1 incident is open.
    ✓ Kubernetes: readable
    ? CloudWatch: unreadable since 13:58
    Looking every 60 s, since 19 Nov 13:00.
    [ List what is open ]"
  `)
})

test('all is well', () => {
  const sources = [{ source: 'grafana' as const, up: true }]
  const text = shownCard(cardOf({ kind: 'status', open: 0, sources, everyMillis: 10_000, since: at(0) }, reader))
  expect(text).toMatch(/^✓ Watching 1 source, all readable\nNothing is open\./)
})

test('which maintenance is on, until when and why', () => {
  const maintenance = [{ name: 'database upgrade', reason: 'PostgreSQL 18', from: at(0), until: at(60) }]
  const text = shownCard(
    cardOf({ kind: 'status', open: 0, sources: [], everyMillis: 60_000, since: at(0), maintenance }, reader),
  )
  expect(text).toContain('⟳ In maintenance until 15:00: database upgrade (PostgreSQL 18)')
})
