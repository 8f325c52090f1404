// Where one person is spoken to: in front of everybody in the thread, or so that only they see it. Only they always works somehow.
import { cardOf } from '#cards/message-card.ts'
import { slackMessage } from '#cards/slack.ts'
import type { Chat, Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { asFault, Fault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { Taken } from '../inbox.ts'
import type { SayOnce } from '../once.ts'
import type { Persist } from '../persist.ts'
import { threadOf } from './arrived.ts'
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
  /** Once; only to them where there is no thread, or where it takes nothing. `isBegun`: it may stand there. Never throws. */
  all(message: Message, isBegun?: boolean): Promise<void>
  /** Rather twice than never. Never throws. */
  them(message: Message): Promise<void>
  /** That it takes longer: now or not at all. Never throws. */
  soon(message: Message): Promise<void>
}

export type FloorGiven = {
  chat: Chat
  call: Call
  settings: SlackSettings
  persist: Persist
  sayOnce: SayOnce
  clock: () => Millis
  log: Log
}

export function openFloor(
  { chat, call, settings, persist, sayOnce, clock, log }: FloorGiven,
  place: Place,
  to: Known,
  { id: key, isAgain }: Taken,
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
  const alone = async (message: Message): Promise<void> => {
    const content = { ...drawn(message), ...QUIET, metadata: markOf(key) }
    await call(web => web.chat.postMessage({ channel: to.person.user, ...content }))
  }
  /** Alone with the bot everybody is them. Its key is not the answer's, which is looked for. */
  const aside = async (message: Message): Promise<void> => {
    if (thread) await chat.reply(thread, `aside:${key}`, message)
  }
  const isDirect = thread?.channel.startsWith('D') === true
  const ways = isDirect ? [aside, alone] : [...(place.respond ? [byRespond] : []), byWhisper, alone]

  /** The first way that is open. Where none is, throws the Fault that asks for the longest wait. */
  async function anyWay(message: Message): Promise<void> {
    const faults: Fault[] = []
    for (const way of ways) {
      try {
        return await way(message)
      } catch (error) {
        faults.push(asFault(error))
        log.info({ chat: 'slack', cause: asFault(error).cause }, `one way to them is closed: ${asFault(error).message}`)
      }
    }
    throw faults.toSorted((a, b) => waitOf(b) - waitOf(a))[0]
  }

  async function whisper(message: Message): Promise<void> {
    try {
      await persist(() => anyWay(message))
    } catch (error) {
      const { message: why, cause } = asFault(error)
      log.error({ chat: 'slack', channel: place.channel, cause }, `an answer to one person could not be said: ${why}`)
    }
  }

  async function soon(message: Message): Promise<void> {
    await anyWay(message).catch((error: unknown) => {
      log.info({ chat: 'slack', cause: asFault(error).cause }, `no word in between: ${asFault(error).message}`)
    })
  }

  async function all(message: Message, isBegun = false): Promise<void> {
    if (!thread) return whisper(message)
    try {
      await sayOnce(thread, key, message, { mayBeSaid: isAgain || isBegun })
    } catch (error) {
      const { message: why, cause } = asFault(error)
      log.warn({ chat: 'slack', channel: thread.channel, cause }, `answered to them alone: ${why}`)
      await whisper(message)
    }
  }

  return {
    ...(thread && { thread }),
    all,
    them: message => (isDirect ? all(message) : whisper(message)),
    soon,
  }
}

/** Seconds; below 0: for ever. */
function waitOf({ retryable, retryAfter = 0 }: Fault): number {
  return retryable ? retryAfter : -1
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
    if (!ok)
      throw new Fault(status < 500 ? 'expired' : 'network', `Slack answered ${status} at the address to answer to.`)
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('network', 'Slack did not answer at the address to answer to.', { cause: error })
  }
}
