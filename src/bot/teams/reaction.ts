// What Teams is answered with at once when somebody presses: a card in place of the one that was pressed, or a line.
// https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
import type { AdaptiveCardActionResponse } from '@microsoft/teams.api'
import type { IAdaptiveCard } from '@microsoft/teams.cards'

export type Reaction = { status: number; body?: unknown }

/** Shown only to the one who pressed, until the message is edited. */
export function showCard(card: IAdaptiveCard): Reaction {
  return answer({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card })
}

export function showLine(text: string): Reaction {
  return answer({ statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: text })
}

/** For the message extension: a small dialog with a sentence. */
export function showDialog(text: string): Reaction {
  return { status: 200, body: { task: { type: 'message', value: text } } }
}

function answer(body: AdaptiveCardActionResponse): Reaction {
  return { status: 200, body }
}
