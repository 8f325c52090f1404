// Teams as a Chat: wires the SDK, the door, the port and what is heard. What each does is in teams/.
import type { Router } from 'express'
import { PUBLIC } from '@microsoft/teams.api'
import type { Chat } from '#incident/chat.ts'
import type { Log, Observe } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Check } from './check.ts'
import type { Conversation } from './conversation.ts'
import { createInbox } from './inbox.ts'
import type { Inbox } from './inbox.ts'
import { createSayOnce } from './once.ts'
import { createPersist } from './persist.ts'
import type { DrawPicture } from './picture.ts'
import { channelsOf } from './route.ts'
import { activitySchema } from './teams/activity.ts'
import { createVoice } from './teams/messages.ts'
import { checkTeams } from './teams/check.ts'
import { createConnector } from './teams/connector.ts'
import { createDoor, foreign } from './teams/door.ts'
import { createGraph } from './teams/find.ts'
import { createHearing } from './teams/handle.ts'
import type { Hearing } from './teams/handle.ts'
import type { Waiting } from './teams/patience.ts'
import { createPeople } from './teams/people.ts'
import { createPictures } from './teams/pictures.ts'
import { createSdk } from './teams/sdk.ts'
import type { Cloud, TeamsLooks, TeamsSettings } from './teams/settings.ts'
import { createTokens } from './teams/token.ts'
import { createAnswering } from './teams/turn.ts'

export type { TeamsLooks, TeamsSettings } from './teams/settings.ts'

export type TeamsChat = Chat & {
  /** POST /api/messages, from `begin` on. */
  router: Router
  /** People are heard from here on, first those whom the last process left unanswered. */
  begin(conversation: Conversation, looks: TeamsLooks): Promise<void>
  check(): Promise<Check[]>
  /** When what was taken is answered. */
  close(): Promise<void>
}

export type TeamsGiven = {
  settings: TeamsSettings
  store: IncidentStore
  clock: () => Millis
  pause: (millis: Millis, signal: AbortSignal) => Promise<void>
  log: Log
  observe: Observe
  /** Draws the series that shows an incident; without it cards have none. */
  picture?: DrawPicture
  /** Another one than Microsoft's public cloud. */
  cloud?: Cloud
}

export function createTeamsChat(given: TeamsGiven): TeamsChat {
  const { settings, store, clock, log, observe } = given
  const cloud = { ...PUBLIC, ...given.cloud }
  const tokens = createTokens({ settings, cloud, clock })
  const { router, adapter } = createDoor({
    issuer: cloud.tokenIssuer,
    answered: seconds => observe.time('chat_ack_duration_seconds', seconds, { chat: 'teams' }),
  })
  const sdk = createSdk({ settings, cloud, tokens, adapter, log })
  const connector = createConnector({ api: sdk.api, tokens, settings })
  const people = createPeople({ connector, settings, clock, log })
  const { team } = settings
  const graph = team === undefined ? undefined : createGraph({ settings, team, cloud, tokens })
  const pictureOf = createPictures(given.picture ?? (async () => undefined), log)
  let mayApprove: TeamsLooks['mayApprove'] = () => false // until the policy is at hand
  const may: TeamsLooks['mayApprove'] = person => mayApprove(person)
  const voice = createVoice({ settings, store, connector, people, graph, pictureOf, mayApprove: may, clock, log })
  const ending = new AbortController()
  const left = Promise.withResolvers<void>() // to the next process
  let inbox: Inbox<Waiting> | undefined

  function hear(hearing: Hearing): void {
    sdk.use(async ({ activity: sent }) => {
      const activity = activitySchema.parse(sent)
      const why = foreign(activity, settings)
      if (why === undefined) return hearing.receive(activity)
      log.warn({ chat: 'teams', type: activity.type }, `refused: ${why}`)
      return { status: 403, body: { error: why } }
    })
  }

  return {
    ...voice,
    router,
    async begin(conversation, { mayApprove: mayNow, open }) {
      mayApprove = mayNow
      const persist = createPersist(given.pause, ending.signal, left.resolve)
      const sayOnce = createSayOnce({ chat: voice, store, clock, persist, log })
      const answering = createAnswering({ voice, store, sayOnce, persist, clock, log })
      const handle: Hearing['handle'] = (body, taken) => hearing.handle(body, taken)
      inbox = createInbox({ name: 'teams', store, handle, clock, log })
      const { take } = inbox
      const hearing = createHearing({
        voice,
        connector,
        people,
        answering,
        persist,
        store,
        take,
        channels: channelsOf(settings),
        conversation,
        open,
        clock,
        log,
      })
      hear(hearing)
      await sdk.initialize()
      await inbox.begin()
    },
    check: () => checkTeams({ settings, botScope: cloud.botScope, tokens, connector, graph }),
    async close() {
      ending.abort()
      await Promise.race([inbox?.settle(), left.promise])
    },
  }
}
