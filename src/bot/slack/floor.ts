// Where one person is spoken to: in front of everybody in the thread, or so that only they see it. Only they always works somehow.
import { cardOf } from '#cards/message-card.ts'
import { slackMessage } from '#cards/slack.ts'
import type { Chat, Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { asFault, Fault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { Place } from './arrived.ts'
import { isSlacks } from './client.ts'
import type { Call } from './client.ts'
import { markOf } from './find.ts'
import { QUIET } from './messages.ts'
import type { Known } from './people.ts'
import type { SlackSettings } from './settings.ts'

export type Floor = {
  /** The message it was pressed on or said below, where there is one. */
  thread?: Thread
  /** Marks what is said here. */
  key: string
  /** Where there is no thread: only to them. */
  all(message: Message): Promise<void>
  /** Throws a Fault only when every way is closed. */
  them(message: Message): Promise<void>
}

export type FloorGiven = { chat: Chat; call: Call; settings: SlackSettings; clock: () => Millis; log: Log }

export function openFloor(
  { chat, call, settings, clock, log }: FloorGiven,
  place: Place,
  to: Known,
  key: string,
): Floor {
  const thread = threadOf(place)
  const drawn = (message: Message) => slackMessage(cardOf(message, { now: clock(), zone: to.zone }))

  const byRespond = async (message: Message): Promise<void> => {
    const { respond, parent } = place
    if (respond === undefined) throw new Fault('not_found', 'Slack named no address to answer to.')
    await post(respond, settings, {
      ...drawn(message),
      response_type: 'ephemeral',
      replace_original: false,
      ...(parent !== undefined && { thread_ts: parent }),
    })
  }
  const byWhisper = async (message: Message): Promise<void> => {
    const { channel, parent } = place
    if (channel === undefined) throw new Fault('not_found', 'There is no channel to whisper in.')
    await chat.whisper({ chat: 'slack', channel, id: '', ...(parent !== undefined && { parent }) }, to.person, message)
  }
  const below = async (message: Message): Promise<void> => {
    if (thread) await chat.reply(thread, key, message)
  }
  const alone = async (message: Message): Promise<void> => {
    const content = { ...drawn(message), ...QUIET, metadata: markOf(key) }
    await call(web => web.chat.postMessage({ channel: to.person.user, ...content }))
  }
  const isDirect = place.channel?.startsWith('D') === true
  const ways = isDirect && thread ? [below] : [...(place.respond ? [byRespond] : []), byWhisper]

  async function them(message: Message): Promise<void> {
    for (const way of ways) {
      try {
        return await way(message)
      } catch (error) {
        log.info({ chat: 'slack', cause: asFault(error).cause }, `said another way: ${asFault(error).message}`)
      }
    }
    await alone(message)
  }

  return { key, ...(thread && { thread }), them, all: thread ? below : them }
}

function threadOf({ channel, message, parent, isWhisper }: Place): Thread | undefined {
  if (channel === undefined || message === undefined) return undefined
  if (isWhisper) return parent === undefined ? undefined : { chat: 'slack', channel, id: parent }
  return { chat: 'slack', channel, id: message, ...(parent !== undefined && { parent }) }
}

const DEADLINE_MILLIS = 5_000

async function post(address: string, settings: SlackSettings, body: object): Promise<void> {
  if (!isSlacks(address, settings)) throw new Fault('forbidden', 'The address to answer to is not one of Slack.')
  try {
    const { ok, status } = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MILLIS),
    })
    if (!ok) throw new Fault('network', `Slack answered ${status} at the address to answer to.`)
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('network', 'Slack did not answer at the address to answer to.', { cause: error })
  }
}
