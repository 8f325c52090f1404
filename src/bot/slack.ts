// Slack as a Chat: the front door of bot/slack. What is said goes out through the Web API; what people do comes in through
// a socket or /slack/events, is written down, acknowledged, and dealt with.
import type { Router } from 'express'
import type { Chat } from '#incident/chat.ts'
import type { Check } from './check.ts'
import type { Conversation } from './conversation.ts'
import { createInbox } from './inbox.ts'
import { createSayOnce } from './once.ts'
import { createPersist } from './persist.ts'
import type { Arrived } from './slack/arrived.ts'
import { checkSlack } from './slack/check.ts'
import { createCall } from './slack/client.ts'
import { createForms } from './slack/forms.ts'
import { handle } from './slack/handle.ts'
import { createMessages } from './slack/messages.ts'
import { createPeople } from './slack/people.ts'
import { createPictures } from './slack/pictures.ts'
import { createReceive } from './slack/receive.ts'
import { openRequests } from './slack/requests.ts'
import type { Looks, SlackGiven } from './slack/settings.ts'
import { openSocket } from './slack/socket.ts'

export type SlackChat = Chat & {
  /** `POST /slack/events`, where there is a signing secret: for the root, before anything that reads bodies. */
  router?: Router
  /** Takes in what people do, and deals with what the last process left. What comes before waits. */
  begin(conversation: Conversation, looks: Looks): Promise<void>
  /** For doctor: what is set up, what is missing, and the way to mend it. */
  check(): Promise<Check[]>
  /** Ends when what was taken is dealt with. */
  close(): Promise<void>
}

export function createSlackChat(given: SlackGiven): SlackChat {
  const { settings, store, picture, clock, pause, log, observe } = given
  const call = createCall(settings, log)
  const people = createPeople({ call, clock })
  const pictures = picture && createPictures({ draw: picture, call, settings, clock, log })
  const chat = createMessages({ settings, store, call, people, pictures, clock })
  const ending = new AbortController()
  const left = Promise.withResolvers<void>() // to the next process
  const persist = createPersist(pause, ending.signal, left.resolve)
  const sayOnce = createSayOnce({ chat, store, clock, persist, log })

  const begun = Promise.withResolvers<{ conversation: Conversation; looks: Looks }>()
  const forms = createForms({ call, store, open: async () => (await begun.promise).looks.open(), clock })
  const inbox = createInbox({
    name: 'slack',
    store,
    clock,
    log,
    async handle(body, taken) {
      const rest = { chat, call, people, forms, store, settings, persist, sayOnce, clock, log }
      await handle({ ...rest, ...(await begun.promise) }, body as Arrived, taken)
    },
  })
  const receive = createReceive({ inbox, forms, clock, log, observe })
  const { appToken, signingSecret } = settings
  const socket = appToken ? openSocket({ settings: { ...settings, appToken }, receive, pause, log }) : undefined
  const router = signingSecret ? openRequests({ secret: signingSecret, receive, clock, log }) : undefined

  return {
    ...chat,
    ...(router && { router }),
    async begin(conversation, looks) {
      begun.resolve({ conversation, looks })
      await inbox.begin()
      socket?.begin()
    },
    check: () => checkSlack({ settings, call, clock }),
    async close() {
      ending.abort()
      await socket?.close()
      await Promise.race([inbox.settle(), left.promise])
    },
  }
}
