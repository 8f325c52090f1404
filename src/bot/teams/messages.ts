// The port Chat on Teams: what is posted where, and as whom each reader may see it.
import { WHISPER } from '../about.ts'
import type { Picture } from '../picture.ts'
import { channelFor, channelsOf } from '../route.ts'
import { formOf } from '#cards/form.ts'
import type { TeamsView } from '#cards/teams.ts'
import type { Chat, Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { Fault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Person } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Connector } from './connector.ts'
import type { Graph } from './find.ts'
import type { People } from './people.ts'
import { below, isChannel, isPersonal, linkTo } from './place.ts'
import { activityOf, cardFor, readerAt } from './render.ts'
import type { Outgoing } from './render.ts'
import type { TeamsLooks, TeamsSettings } from './settings.ts'

/** 60 messages in 30 s is what a conversation takes: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit */
const PACE_MILLIS = 500

const WHISPER_KEPT_MILLIS = 30 * 24 * 3_600_000 // what one person was shown of an incident that long ago is pressed no more

export type TeamsVoice = Chat & {
  /** How one person may see it. */
  theirs(person: Person, message: Message): Promise<TeamsView>
  /** Only to them, whatever there is to send. */
  slip(thread: Thread, to: Person, activity: Outgoing): Promise<void>
}

export function createVoice(given: {
  settings: TeamsSettings
  store: IncidentStore
  connector: Connector
  people: People
  /** Undefined where no team is configured. */
  graph: Graph | undefined
  pictureOf: (message: Message) => Promise<Picture | undefined>
  mayApprove: TeamsLooks['mayApprove']
  clock: () => Millis
  log: Log
}): TeamsVoice {
  const { settings, store, connector, people, graph, pictureOf, mayApprove, clock, log } = given
  let saidSo = false

  const formAt: TeamsView['formAt'] = (form, about) =>
    form === 'deny' || form === 'declare' ? formOf(form, about, { reader: readerAt(clock()) }) : undefined

  /** Only those who may approve are shown how, each by their own client. */
  async function everyones(message: Message, conversation: string): Promise<TeamsView> {
    const picture = await pictureOf(message)
    const approvers = await people.those(conversation, mayApprove)
    if (!approvers) return { for: 'approver', formAt, picture } // the gate decides anyway; without buttons nobody could act
    if (isPersonal(conversation)) return { for: approvers.length > 0 ? 'approver' : 'everyone', formAt, picture }
    return { for: 'everyone', formAt, picture, ...(approvers.length > 0 && { refreshFor: approvers }) }
  }

  async function theirs(person: Person, message: Message): Promise<TeamsView> {
    const isApprover = !person.standing && mayApprove(person)
    return { for: isApprover ? 'approver' : 'everyone', formAt, picture: await pictureOf(message) }
  }

  async function activityFor(message: Message, conversation: string, key?: string): Promise<Outgoing> {
    const card = cardFor(message, clock())
    return activityOf(card, await everyones(message, conversation), key ?? card.key)
  }

  function withLink(thread: Thread): Thread {
    const url = linkTo(thread, settings)
    return { ...thread, ...(url && { url }) }
  }

  async function slip(thread: Thread, to: Person, activity: Outgoing): Promise<void> {
    if (isPersonal(thread.channel)) return void (await connector.post(thread.channel, activity))
    const id = await people.idOf(to, thread.channel)
    try {
      await remember(thread.channel, await connector.post(below(thread), activity, id))
    } catch (error) {
      const isRefused = error instanceof Fault && ['validation', 'forbidden', 'not_found'].includes(error.code)
      if (!isRefused) throw error
      await connector.post(await connector.personal(id), activity)
    }
  }

  /** A press does not say that only one person saw what was pressed. */
  async function remember(channel: string, id: string): Promise<void> {
    for (const { key, sentAt } of await store.deliveries('teams', '')) {
      if (sentAt < clock() - WHISPER_KEPT_MILLIS) await store.dropDelivery('teams', key)
    }
    const whisper = { chat: 'teams', key: `${WHISPER}${channel}/${id}`, incident: '', version: 0 } as const
    await store.keepDelivery({ ...whisper, sentAt: clock(), thread: { chat: 'teams', channel, id } })
  }

  return {
    name: 'teams',
    paceMillis: PACE_MILLIS,
    theirs,
    slip,
    async open(key, message) {
      const channel =
        'incident' in message && message.incident
          ? channelFor(message.incident, settings.routes, settings.channel)
          : settings.channel
      const id = await connector.post(channel, await activityFor(message, channel, key))
      return withLink({ chat: 'teams', channel, id })
    },
    async edit(thread, message) {
      const delivery = await store.deliveredAs('teams', thread.channel, thread.id) // it goes on being found by its key
      await connector.update(below(thread), thread.id, await activityFor(message, thread.channel, delivery?.key))
    },
    async reply(thread, key, message) {
      const { channel, id, parent } = thread
      const posted = await connector.post(below(thread), await activityFor(message, channel, key))
      return withLink({ chat: 'teams', channel, id: posted, parent: parent ?? id })
    },
    async whisper(thread, to, message) {
      const card = cardFor(message, clock())
      await slip(thread, to, activityOf(card, await theirs(to, message), card.key))
    },
    async find(key, since, thread) {
      if (!graph) return undefined
      const channels = thread ? [thread.channel].filter(isChannel) : channelsOf(settings) // chats are not to be read
      for (const channel of channels) {
        try {
          const found = await graph.find(channel, key, since)
          if (found) return withLink(found)
        } catch (error) {
          const isHidden = error instanceof Fault && ['forbidden', 'not_found'].includes(error.code)
          if (!isHidden) throw error
          if (!saidSo) log.warn({ chat: 'teams', channel }, MAY_NOT_READ)
          saidSo = true
        }
      }
      return undefined
    },
  }
}

const MAY_NOT_READ =
  'the app may not read the messages of the channel (ChannelMessage.Read.Group), so after a crash a message may be posted twice'
