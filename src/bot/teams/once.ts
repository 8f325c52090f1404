// An answer is said once: a refusal that passes is waited out, and what may have been taken is looked for before it is said again.
import type { Chat } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { asFault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'

export type SayOnce = (key: string, post: () => Promise<Thread>, options: { mayBeSaid: boolean }) => Promise<Thread>

const ATTEMPTS = 3
const PAUSES_MILLIS = [1_000, 4_000] // a person is waiting: later than this they have asked again
const LONGEST_PAUSE_MILLIS = 30_000
const LOOK_BACK_MILLIS = 24 * 3_600_000 // as long as the inbox remembers what it took

/** `mayBeSaid`: after a restart nobody knows. Throws the last Fault. */
export function createSayOnce(given: {
  find: Chat['find']
  clock: () => Millis
  pause: (millis: Millis) => Promise<void>
}): SayOnce {
  const { find, clock, pause } = given
  return async (key, post, { mayBeSaid }) => {
    let isUnknown = mayBeSaid
    for (let attempt = 1; ; attempt++) {
      try {
        const found = isUnknown ? await find(key, clock() - LOOK_BACK_MILLIS) : undefined
        return found ?? (await post())
      } catch (error) {
        const { retryable, code, retryAfter } = asFault(error)
        if (!retryable || attempt === ATTEMPTS) throw error
        isUnknown ||= code === 'network'
        const millis = retryAfter === undefined ? (PAUSES_MILLIS[attempt - 1] ?? 0) : retryAfter * 1_000
        await pause(Math.min(millis, LONGEST_PAUSE_MILLIS))
      }
    }
  }
}
