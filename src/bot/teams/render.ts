// A message as the activity that shows it: an Adaptive Card, marked with its key where Teams keeps it.
import type { ActivityParams } from '@microsoft/teams.api'
import type { CardElement, IAdaptiveCard } from '@microsoft/teams.cards'
import type { Card, Reader } from '#cards/card.ts'
import { cardOf } from '#cards/message-card.ts'
import { summaryOf, teamsCard } from '#cards/teams.ts'
import type { TeamsView } from '#cards/teams.ts'
import type { Message } from '#incident/chat.ts'
import type { Millis } from '#incident/signal.ts'

/** Cards are written in UTC; each says what that is on the reader's own clock. */
export function cardFor(message: Message, now: Millis): Card {
  return cardOf(message, readerAt(now))
}

export function readerAt(now: Millis): Reader {
  return { now, zone: 'UTC' }
}

/** `key`: by which our own message is found again. */
export function activityOf(card: Card, view: TeamsView, key: string): Outgoing {
  return activityWith(marked(teamsCard(card, view), key), summaryOf(card))
}

/** `summary`: what a notification shows, which the SDK's type leaves out. No text: it would stand above the card. */
export type Outgoing = ActivityParams & { summary?: string }

export function activityWith(content: IAdaptiveCard, summary: string): Outgoing {
  return {
    type: 'message',
    summary,
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  }
}

/**
 * The key as the id of the first element: Graph gives a card's body back as it was sent, while what only a client needs
 * (`refresh`, `msteams`) and what the schema does not know is not promised to be there.
 */
function marked(card: IAdaptiveCard, key: string): IAdaptiveCard {
  const [first, ...rest] = card.body ?? []
  if (!first) return card
  const element: CardElement = { ...first, id: markOf(key) }
  return { ...card, body: [element, ...rest] }
}

export function markOf(key: string): string {
  return `io:${key}`
}
