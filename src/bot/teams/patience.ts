// Who pressed waits in front of a spinner: whatever is known when their patience ends is what they are shown, and the rest
// is said when it is there.
import { setTimeout as pause } from 'node:timers/promises'
import type { Reaction } from './reaction.ts'

export type Waiting = {
  /** False once they were answered. */
  isOpen(): boolean
  /** The first one counts: false for any other. */
  react(reaction: Reaction): boolean
}

/** A press is to be answered within a second: the rest is the way to us and back. */
const PATIENCE_MILLIS = 700

export function createPatience(otherwise: Reaction): { waiting: Waiting; reaction(): Promise<Reaction> } {
  const { promise, resolve } = Promise.withResolvers<Reaction>()
  let isOpen = true
  const waiting: Waiting = {
    isOpen: () => isOpen,
    react(reaction) {
      const isFirst = isOpen
      isOpen = false
      resolve(reaction)
      return isFirst
    },
  }
  return {
    waiting,
    async reaction() {
      const over = new AbortController()
      const patience = pause(PATIENCE_MILLIS, undefined, { signal: over.signal }).then(
        () => waiting.react(otherwise),
        () => false, // answered in time
      )
      const reaction = await promise
      over.abort()
      await patience
      return reaction
    },
  }
}
