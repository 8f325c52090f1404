// What is due when, on the story's clock. One entry a key; a new one under the same key replaces the old.
import type { Millis } from '../recording.ts'

export type Agenda = {
  set(key: string, at: Millis, run: (at: Millis) => void): void
  drop(key: string): void
  nextAt(): Millis | undefined
  /** Runs the earliest entry, of equal ones the one set first, and drops it. */
  runNext(): void
}

export function openAgenda(): Agenda {
  const entries = new Map<string, { at: Millis; run: (at: Millis) => void }>()

  return {
    set(key, at, run) {
      entries.delete(key)
      entries.set(key, { at, run })
    },
    drop: key => void entries.delete(key),
    nextAt: () => earliest()?.[1].at,
    runNext() {
      const next = earliest()
      if (!next) return
      entries.delete(next[0])
      next[1].run(next[1].at)
    },
  }

  function earliest() {
    let first: [string, { at: Millis; run: (at: Millis) => void }] | undefined
    for (const entry of entries) if (!first || entry[1].at < first[1].at) first = entry
    return first
  }
}
