import { expect, test } from 'vitest'
import type { Answer } from '#incident/answer.ts'
import { incidentAfter, reader } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

const answer: Answer = {
  answer: 'Because checkout began to fail one minute after its rollout.',
  claims: [
    { text: 'New pods crash on start.', evidence: ['crash', 'unknown-id'] },
    { text: 'They cannot read a currency.', evidence: ['sentry:1'] },
  ],
  unknown: ['whether v2.30 still starts'],
  model: null,
}
const question = 'Why do you think so?'

test('the answer first, then what is not known, then claims with what they rest on, then who wrote it', () => {
  const card = cardOf({ kind: 'answer', question, answer, incident: incidentAfter() }, reader)
  expect(shownCard(card)).toMatchInlineSnapshot(`
    "“Why do you think so?”
    Because checkout began to fail one minute after its rollout.
    Not known whether v2.30 still starts
    - New pods crash on start.
        14:02 Kubernetes · shop/checkout-7c9f-x2 · CrashLoopBackOff: 2 of 2 new pods crash-loop
    - They cannot read a currency. (rests on text that anybody can send)
        14:02 Sentry · checkout: error “TypeError: Cannot read properties of undefined (reading 'currency')”, 214× ·
        https://sentry.example/issues/1
    Written by rules from the record.
    [ Helpful ] [ Not helpful ]"
  `)
})

test('claims beyond the fourth are counted; without an incident nobody is asked whether it helped', () => {
  const claims = Array.from({ length: 7 }, (_, i) => ({ text: `Claim ${i + 1}.`, evidence: ['crash'] }))
  const text = shownCard(cardOf({ kind: 'answer', question, answer: { ...answer, claims, model: 'local' } }, reader))
  expect(text).toContain('- Claim 4.\n')
  expect(text).not.toContain('Claim 5')
  expect(text).toMatch(/\+3 more claims\. Written by the model local; check the evidence\.$/)
})
