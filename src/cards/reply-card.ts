// How a press ended, for the one who pressed: from the record where there is one, with times in their own zone.
import type { Reply } from '#incident/chat.ts'
import { join, passage, say } from './card.ts'
import type { Card, Part, Reader, Text } from './card.ts'
import { clock } from './duration.ts'
import { cardWith } from './part.ts'
import { approvedBy, sinceApproval } from './remedy-words.ts'

export function replyCard(reply: Reply, reader: Reader): Card {
  return cardWith(reply.remedy?.id ?? 'reply', [{ kind: 'verdict', text: ended(reply, reader) }, again(reply)])
}

/** "Already approved by Ana 14:09; being carried out" */
function ended({ result, text, until, remedy }: Reply, reader: Reader): Text {
  if (until !== undefined) return say`${passage(text)} Until ${clock(until, reader)}.`
  if (result !== 'already done' || !remedy || remedy.approvals.length === 0) return [passage(text)]
  const since = sinceApproval(remedy, reader)
  return say`Already approved by ${approvedBy(remedy, reader)}${since.length > 0 ? say`; ${join(since, ' · ')}` : undefined}`
}

/** What changed in between has to be looked at before it is approved. */
function again({ result, remedy }: Reply): Part | undefined {
  if (result !== 'drifted' || !remedy) return undefined
  return {
    kind: 'buttons',
    buttons: [{ label: say`Look again…`, action: { kind: 'preview', remedy: remedy.id }, weight: 'plain' }],
  }
}
