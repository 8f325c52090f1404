import { expect, test } from 'vitest'
import type { Reply } from '#incident/chat.ts'
import { applied, approved, incidentAfter, previewed, reader } from './fixtures/checkout.ts'
import type { Step } from './fixtures/checkout.ts'
import { shownCard } from './fixtures/shown.ts'
import { cardOf } from './message-card.ts'

test.each<[string, Reply, string]>([
  [
    'too late, it is on its way',
    {
      result: 'already done',
      text: 'Already approved by Ana at 13:09 UTC; it is being carried out.',
      remedy: remedyAfter([previewed, approved]),
    },
    'Already approved by Ana 14:09; waiting to be sent',
  ],
  [
    'too late, it is done',
    {
      result: 'already done',
      text: 'Already done, approved by Ana at 13:09 UTC.',
      remedy: remedyAfter([previewed, approved, applied]),
    },
    'Already approved by Ana 14:09; applied 14:09 · checking',
  ],
  [
    'not yours',
    {
      result: 'not yours',
      text: 'Not yours to approve: rollback_workload in shop is for oncall.',
      remedy: remedyAfter([previewed]),
    },
    'Not yours to approve: rollback_workload in shop is for oncall.',
  ],
  [
    'the object had changed',
    {
      result: 'drifted',
      text: 'The object was changed since the preview; look at the new preview and press again.',
      remedy: remedyAfter([previewed]),
    },
    'The object was changed since the preview; look at the new preview and press again.\n[ Look again… ]',
  ],
])('%s', (_, reply, text) => {
  expect(shownCard(cardOf({ kind: 'reply', reply }, reader))).toBe(text)
})

function remedyAfter(steps: Step[]) {
  return incidentAfter(steps).remedies[0]
}
