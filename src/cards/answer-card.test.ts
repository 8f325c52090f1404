import { expect, test } from 'vitest'
import { cardOf } from './message-card.ts'
import { incidentAfter, reader } from './fixtures/checkout.ts'
import { cardText } from './text.ts'

test('the answer first, then claims with what they rest on, then what is not known, then who wrote it', () => {
  const answer = {
    answer: 'Because checkout began to fail one minute after its rollout.',
    claims: [
      { text: 'New pods crash on start.', evidence: ['crash', 'unknown-id'] },
      { text: 'They cannot read a currency.', evidence: ['sentry:1'] },
    ],
    unknown: ['whether v2.30 still starts'],
    model: null,
  }
  const card = cardOf({ kind: 'answer', question: 'Why do you think so?', answer, incident: incidentAfter() }, reader)
  expect(cardText(card, { width: 100, colour: false })).toMatchInlineSnapshot(`
    "“Why do you think so?”
    Because checkout began to fail one minute after its rollout.
    - New pods crash on start.
        14:02 Kubernetes · shop/checkout-7c9f-x2 · CrashLoopBackOff: 2 of 2 new pods crash-loop
    - They cannot read a currency. (rests on text that anybody can send)
        14:02 Sentry · checkout: error “TypeError: Cannot read properties of undefined (reading
        'currency')”, 214× · https://sentry.example/issues/1
    Not known whether v2.30 still starts
    Written by rules from the record."
  `)
})
