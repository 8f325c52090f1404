import { expect, test } from 'vitest'
import { incidentAfter, reader } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

test('a question with its reason and two answers; nothing has changed yet', () => {
  const proposal = { group: 'g', name: 'checkout latency', count: 3 }
  expect(shownCard(cardOf({ kind: 'proposal', incident: incidentAfter(), proposal }, reader))).toMatchInlineSnapshot(`
    "Noted. Raise a threshold?
    3 incidents of checkout latency were not helpful: its threshold could be raised by half.
    Nothing changes until somebody presses. It can be taken back at any time: settings.
    [ Raise checkout latency by half ] [ Leave it ]"
  `)
})
