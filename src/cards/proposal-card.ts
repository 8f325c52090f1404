// Whether a threshold should be raised, asked of who just said that an incident was not worth their time.
import type { Incident } from '#incident/incident.ts'
import type { Proposal } from '#incident/sensitivity.ts'
import { name, say, words } from './card.ts'
import type { Button, Card, Text } from './card.ts'
import { cardWith } from './part.ts'

export function proposalCard({ id }: Incident, proposal: Proposal): Card {
  return cardWith(id, [
    { kind: 'headline', text: say`Noted. Raise a threshold?` },
    { kind: 'verdict', text: proposed(proposal) },
    { kind: 'buttons', buttons: decisions(id, proposal) },
    { kind: 'note', text: say`Nothing changes until somebody presses. It can be taken back at any time: settings.` },
  ])
}

/** "3 incidents of checkout latency were not helpful: its threshold could be raised by half." */
export function proposed({ count, name: group }: Proposal): Text {
  return say`${words(String(count))} incidents of ${name(group)} were not helpful: its threshold could be raised by half.`
}

export function decisions(incident: string, { name: group }: Proposal): Button[] {
  return [
    { label: say`Raise ${name(group)} by half`, action: { kind: 'raise', incident }, weight: 'plain' },
    { label: say`Leave it`, action: { kind: 'leave', incident }, weight: 'plain' },
  ]
}
