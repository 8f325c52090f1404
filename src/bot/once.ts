// An answer to everybody is said once: what may have been taken is looked for before it is said again. What it is about is
// remembered, for presses on it.
import type { Chat, Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Persist } from './persist.ts'

export type SayOnce = (
  thread: Thread,
  key: string,
  message: Message,
  options: { mayBeSaid: boolean },
) => Promise<Thread>

const LOOK_BACK_MILLIS = 24 * 3_600_000 // as long as the inbox remembers what it took

/** `mayBeSaid`: after a restart nobody knows. Throws the last Fault. */
export function createSayOnce(given: {
  chat: Pick<Chat, 'name' | 'find' | 'reply'>
  store: Pick<IncidentStore, 'keepDelivery'>
  clock: () => Millis
  persist: Persist
  log: Log
}): SayOnce {
  const { chat, store, clock, persist, log } = given

  async function remember(thread: Thread, key: string, message: Message): Promise<void> {
    if (!('incident' in message) || !message.incident) return
    const said = { chat: chat.name, key, incident: message.incident.id, version: 0, sentAt: clock(), thread }
    await store.keepDelivery(said).catch((error: unknown) => {
      log.warn({ chat: chat.name, cause: asFault(error).cause }, `said, not remembered: ${asFault(error).message}`)
    })
  }

  return async (thread, key, message, { mayBeSaid }) => {
    let isUnknown = mayBeSaid
    const said = await persist(async () => {
      const found = isUnknown ? await chat.find(key, clock() - LOOK_BACK_MILLIS, thread) : undefined
      if (found) return found
      try {
        return await chat.reply(thread, key, message)
      } catch (error) {
        isUnknown ||= asFault(error).code === 'network'
        throw error
      }
    })
    await remember(said, key, message)
    return said
  }
}
