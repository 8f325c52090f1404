// Somebody waits for what is said to them: a refusal that passes is waited out, and what may not have been taken is tried again.
import { asFault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'

/** Throws the last Fault. What would wait once `ending` is aborted never settles, as in a process that died; `left` is told. */
export type Persist = <T>(attempt: () => Promise<T>) => Promise<T>

const ATTEMPTS = 3
const PAUSES_MILLIS = [1_000, 4_000] // a person is waiting: later than this they have asked again
const LONGEST_PAUSE_MILLIS = 30_000

export function createPersist(
  pause: (millis: Millis, signal: AbortSignal) => Promise<void>,
  ending: AbortSignal,
  left: () => void,
): Persist {
  return async attempt => {
    for (let n = 1; ; n++) {
      try {
        return await attempt()
      } catch (error) {
        const { retryable, retryAfter } = asFault(error)
        if (!retryable || n === ATTEMPTS) throw error
        const millis = retryAfter === undefined ? (PAUSES_MILLIS[n - 1] ?? 0) : retryAfter * 1_000
        await pause(Math.min(millis, LONGEST_PAUSE_MILLIS), ending)
        if (!ending.aborted) continue
        left()
        await new Promise<never>(() => undefined)
      }
    }
  }
}
