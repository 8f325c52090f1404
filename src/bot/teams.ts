// Teams as a Chat: wires the SDK, the door, the port and what is heard. What each does is in teams/.
import type { Router } from 'express'
import { PUBLIC } from '@microsoft/teams.api'
import { App } from '@microsoft/teams.apps'
import type { ILogger } from '@microsoft/teams.common'
import type { Chat } from '#incident/chat.ts'
import type { Log, Observe } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Conversation } from './conversation.ts'
import { createInbox } from './inbox.ts'
import { activitySchema } from './teams/activity.ts'
import { createVoice } from './teams/chat.ts'
import { checkTeams } from './teams/check.ts'
import type { TeamsCheck } from './teams/check.ts'
import { createConnector, patientHttp } from './teams/connector.ts'
import { createDoor, foreign } from './teams/door.ts'
import { createGraph } from './teams/graph.ts'
import { createHearing } from './teams/hearing.ts'
import type { Hearing } from './teams/hearing.ts'
import { createSayOnce } from './teams/once.ts'
import { createPeople } from './teams/people.ts'
import { createPictures } from './teams/pictures.ts'
import type { Draw } from './teams/pictures.ts'
import type { Cloud, TeamsLooks, TeamsSettings } from './teams/settings.ts'
import { createTokens } from './teams/token.ts'
import { createAnswering } from './teams/turn.ts'

export type { TeamsLooks, TeamsSettings } from './teams/settings.ts'

export type TeamsChat = Chat & {
  /** POST /api/messages, from `begin` on. */
  router: Router
  /** From here on people are heard, first what was left unanswered by the last process. */
  begin(conversation: Conversation, looks: TeamsLooks): Promise<void>
  check(): Promise<TeamsCheck[]>
  /** After what is being answered is answered. */
  close(): Promise<void>
}

export type TeamsGiven = {
  settings: TeamsSettings
  store: IncidentStore
  clock: () => Millis
  log: Log
  observe: Observe
  pause: (millis: Millis, signal: AbortSignal) => Promise<void>
  /** Draws the series that shows an incident; without it cards have none. */
  picture?: Draw
  /** Another one than Microsoft's public cloud. */
  cloud?: Cloud
}

export function createTeamsChat(given: TeamsGiven): TeamsChat {
  const { settings, store, clock, log, observe } = given
  const cloud = { ...PUBLIC, ...given.cloud }
  const tokens = createTokens({ settings, cloud, clock })
  const door = createDoor({
    issuer: cloud.tokenIssuer,
    answered: seconds => observe.time('chat_ack_duration_seconds', seconds, { chat: 'teams' }),
  })
  const app = new App({
    clientId: settings.clientId,
    tenantId: settings.tenantId,
    // Said even where they are empty or false: the SDK would read the environment for what is left out.
    clientSecret: '',
    dangerouslyAllowUnauthenticatedRequests: false,
    token: scope => tokens.get([scope].flat()[0] ?? cloud.botScope),
    serviceUrl: settings.serviceUrl,
    cloud,
    client: patientHttp(quiet(log)),
    logger: quiet(log),
    httpServerAdapter: door.adapter,
    telemetry: { agent365: false },
  })
  const connector = createConnector(app.api, settings)
  const people = createPeople({ connector, settings, clock, log })
  const { team } = settings
  const graph = team === undefined ? undefined : createGraph({ settings, team, cloud, tokens })
  const ending = new AbortController()
  let mayApprove: TeamsLooks['mayApprove'] = () => false
  let hearing: Hearing | undefined
  const voice = createVoice({
    settings,
    connector,
    people,
    graph,
    pictureOf: createPictures(given.picture ?? (async () => undefined), log),
    mayApprove: person => mayApprove(person),
    clock,
    log,
  })
  const inbox = createInbox({
    name: 'teams',
    store,
    handle: async (body, id) => hearing?.handle(body, id),
    clock,
    log,
  })

  app.use(async ({ activity: sent }) => {
    const activity = activitySchema.parse(sent)
    const why = foreign(activity, settings)
    if (why !== undefined) {
      log.warn({ chat: 'teams', type: activity.type }, `refused: ${why}`)
      return { status: 403, body: { error: why } }
    }
    return hearing?.receive(activity)
  })

  return {
    ...voice,
    router: door.router,
    async begin(conversation, looks) {
      mayApprove = looks.mayApprove
      const sayOnce = createSayOnce({ find: voice.find, clock, pause: millis => given.pause(millis, ending.signal) })
      const answering = createAnswering({ voice, store, sayOnce, clock, log })
      const { open } = looks
      hearing = createHearing({
        voice,
        connector,
        people,
        answering,
        store,
        inbox: () => inbox,
        conversation,
        open,
        clock,
        log,
      })
      await app.initialize()
      await inbox.begin()
    },
    check: () => checkTeams({ settings, botScope: cloud.botScope, cloud, tokens, connector, graph }),
    async close() {
      ending.abort()
      await inbox.settle()
    },
  }
}

/** What the SDK would tell: its troubles, without whole requests. */
function quiet(log: Log): ILogger {
  const told = (said: unknown[]) => String(said.find(part => typeof part === 'string') ?? 'a trouble in the Teams SDK')
  const cause = (said: unknown[]) => said.find(part => part instanceof Error)?.message
  const logger: ILogger = {
    debug() {},
    info() {},
    trace() {},
    log() {},
    warn: (...said: unknown[]) => log.warn({ chat: 'teams', cause: cause(said) }, told(said)),
    error: (...said: unknown[]) => log.warn({ chat: 'teams', cause: cause(said) }, told(said)),
    child: () => logger,
  }
  return logger
}
