// The home tab.
import { cardOf } from '#cards/message-card.ts'
import { slackHome } from '#cards/slack.ts'
import type { Message } from '#incident/chat.ts'
import { NOT_FOR } from '#incident/policy.ts'
import type { Millis } from '#incident/signal.ts'
import { listOf } from '../catch-up.ts'
import type { Call } from './client.ts'
import type { Known } from './people.ts'
import type { Looks } from './settings.ts'

/** What runs, how the sources are, what is open; for guests, bots and strangers only that it is not for them. */
export async function publishHome(
  { call, looks, clock }: { call: Call; looks: Looks; clock: () => Millis },
  { person, zone }: Known,
): Promise<void> {
  const messages: Message[] = person.standing
    ? [{ kind: 'error', text: `Nothing to see here: ${NOT_FOR[person.standing]}.` }]
    : [await looks.status(), listOf(await looks.open()), { kind: 'help' }]
  const view = slackHome(messages.map(message => cardOf(message, { now: clock(), zone })))
  await call(web => web.views.publish({ user_id: person.user, view }))
}
