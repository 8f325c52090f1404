// An answer to everybody is said once: what may have been taken is looked for before it is said again.
import type { Chat, Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { asFault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
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
  chat: Pick<Chat, 'find' | 'reply'>
  clock: () => Millis
  persist: Persist
}): SayOnce {
  const { chat, clock, persist } = given
  return (thread, key, message, { mayBeSaid }) => {
    let isUnknown = mayBeSaid
    return persist(async () => {
      const found = isUnknown ? await chat.find(key, clock() - LOOK_BACK_MILLIS, thread) : undefined
      if (found) return found
      try {
        return await chat.reply(thread, key, message)
      } catch (error) {
        isUnknown ||= asFault(error).code === 'network'
        throw error
      }
    })
  }
}
