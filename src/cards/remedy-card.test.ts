import { expect, test } from 'vitest'
import { approved, incidentAfter, preview, previewed, reader } from './fixtures/checkout.ts'
import { remedyCard } from './remedy-card.ts'
import { cardText } from './text.ts'

test('what exactly, on which object, what it touches, what could go wrong', () => {
  expect(card(incidentAfter([previewed]))).toMatchInlineSnapshot(`
    "Before you approve · INC-42-R1
    Roll back checkout to v2.30
    Act       The trouble began one minute after the rollout of v2.31.
      image: checkout:v2.31 -> checkout:v2.30
    On        shop/Deployment/checkout, by rollback_workload
    Touches   2 pods
    Risk      low
    Undo      can be undone
    First     v2.30 still pulls
    Held by   disruption budget checkout, at least 1"
  `)
})

test('what the dry run refuses has no button', () => {
  const refused = { ...preview, refusals: ['Argo CD owns this object'], owner: 'Argo CD' }
  const incident = incidentAfter([[8, 'system', { type: 'previewed', remedy: 'INC-42-R1', preview: refused }]])
  expect(card(incident)).toContain('Cannot    Argo CD owns this object')
  expect(buttonsOf(incident)).toEqual([])
})

test('what was approved has no button either', () => {
  expect(buttonsOf(incidentAfter([previewed]))).toEqual(['approve', 'deny'])
  expect(buttonsOf(incidentAfter([previewed, approved]))).toEqual([])
})

function card(incident: ReturnType<typeof incidentAfter>): string {
  return cardText(remedyCard(incident, first(incident), reader), { width: 100, colour: false })
}

function buttonsOf(incident: ReturnType<typeof incidentAfter>): string[] {
  const { parts } = remedyCard(incident, first(incident), reader)
  return parts.flatMap(part => (part.kind === 'buttons' ? part.buttons.map(({ action }) => action.kind) : []))
}

function first({ remedies }: ReturnType<typeof incidentAfter>) {
  const [remedy] = remedies
  if (!remedy) throw new Error('expected a remedy')
  return remedy
}
