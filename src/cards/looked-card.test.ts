import { expect, test } from 'vitest'
import { incidentAfter, reader } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

test('each look with its call and its answer; of a log the last lines; what could not be had says why', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`).join('\n')
  const answers = [
    {
      asks: 'the log of checkout-7c9f-x2 before its last restart',
      call: { server: 'kubernetes', tool: 'get_logs', arguments: { pod_name: 'checkout-7c9f-x2', previous: true } },
      answered: true,
      text: lines,
    },
    {
      asks: 'the error with its stack',
      call: { server: 'sentry', tool: 'get_issue', arguments: { issue_id: '1' } },
      answered: false,
      text: 'Sentry did not answer.',
    },
  ] as const
  const shown = shownCard(cardOf({ kind: 'looked', incident: incidentAfter(), answers: [...answers] }, reader))
  expect(shown).toMatchInlineSnapshot(`
    "Looked: 1 of 2 looks answered
    1 in 3 checkouts fail: release v2.31 crashes on start.
    The log of checkout-7c9f-x2 before its last restart
    Call      get_logs pod_name=checkout-7c9f-x2 previous=true
      5 more before
      line 6
      line 7
      line 8
      line 9
      line 10
      line 11
      line 12
      line 13
      line 14
      line 15
      line 16
      line 17
      line 18
      line 19
      line 20
    The error with its stack
    Call      get_issue issue_id=1
    Not known Sentry did not answer.
    Read only; nothing was changed."
  `)
})
