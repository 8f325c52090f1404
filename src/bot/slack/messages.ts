// The port Chat on Slack's Web API: one call a message, marked with its key in the message's metadata, which nobody sees.
import { cardOf } from '#cards/message-card.ts'
import { slackMessage } from '#cards/slack.ts'
import type { SlackMessage, SlackPicture } from '#cards/slack.ts'
import type { Chat, Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { asFault, Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import { channelFor } from '../route.ts'
import type { Call } from './client.ts'
import { errorWord } from './fault.ts'
import { findMessage, markOf } from './find.ts'
import type { People } from './people.ts'
import type { Pictures } from './pictures.ts'
import type { SlackSettings } from './settings.ts'

const PACE_MILLIS = 1_200 // chat.update: 50 a minute; chat.postMessage: one a second in a channel

export function createMessages(given: {
  settings: SlackSettings
  store: IncidentStore
  call: Call
  people: People
  pictures?: Pictures
  clock: () => Millis
}): Chat {
  const { settings, store, call, clock } = given

  async function post(channel: string, key: string, message: Message, threadTs?: string): Promise<Thread> {
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs }
    const around = { channel, ...QUIET, metadata: markOf(key), ...thread }
    const { channel: id = channel, ts } = await withPicture(message, drawn =>
      call(web => web.chat.postMessage({ ...around, ...drawn })),
    )
    if (!ts) throw new Fault('network', 'Slack took a message and did not say what it calls it.')
    return { chat: 'slack', channel: id, id: ts, ...(threadTs !== undefined && { parent: threadTs }) }
  }

  /** A picture that Slack does not take, or not yet, is left out. */
  async function withPicture<T>(message: Message, send: (drawn: SlackMessage) => Promise<T>): Promise<T> {
    const picture = message.kind === 'incident' ? await given.pictures?.(message.incident) : undefined
    const draw = (shown?: SlackPicture) =>
      slackMessage(cardOf(message, { now: clock(), zone: 'UTC' }), { picture: shown })
    try {
      return await send(draw(picture))
    } catch (error) {
      if (picture && errorWord(asFault(error)) === 'invalid_blocks') return await send(draw())
      throw error
    }
  }

  return {
    name: 'slack',
    paceMillis: PACE_MILLIS,
    async open(key, message) {
      const incident = 'incident' in message ? message.incident : undefined
      const channel = incident ? channelFor(incident, settings.routes, settings.channel) : settings.channel
      return await post(channel, key, message)
    },
    async edit({ channel, id }, message) {
      const delivery = await store.deliveredAs('slack', channel, id)
      await withPicture(message, drawn =>
        call(web =>
          web.chat.update({ channel, ts: id, ...PLAIN, ...drawn, ...(delivery && { metadata: markOf(delivery.key) }) }),
        ),
      )
    },
    reply: (thread, key, message) => post(thread.channel, key, message, thread.parent ?? thread.id),
    async whisper({ channel, parent }, to, message) {
      const { zone } = await given.people.know(to.user)
      // Below a message that has no replies yet nobody would see it: https://docs.slack.dev/reference/methods/chat.postEphemeral
      const thread = parent === undefined ? {} : { thread_ts: parent }
      const drawn = slackMessage(cardOf(message, { now: clock(), zone }))
      await call(web => web.chat.postEphemeral({ channel, user: to.user, ...PLAIN, ...drawn, ...thread }))
    },
    find: (key, since, thread) => findMessage({ settings, store, call }, key, since, thread),
  }
}

/** Nothing is linked that we did not link: chat.update would, unless told. */
const PLAIN = { parse: 'none' } as const

/** Nor is anything fetched and shown that a message names. */
export const QUIET = { ...PLAIN, unfurl_links: false, unfurl_media: false } as const
