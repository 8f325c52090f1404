// How far each source was read, and from where it is read next: a little beyond the last reading, for what came late; and
// again from the last snapshot on, where the analyst lost what it had taken in since.
import type { Millis, Source, SourceReading, Window } from './signal.ts'

export const LONGEST_READING_MILLIS = 6 * 3_600_000 // a longer window is a range no vendor likes to be asked for

export type Reach = {
  windowsTo(at: Millis): Record<Source, Window>
  /** What did not answer is read from the same moment on the next time. */
  read(readings: readonly SourceReading[], at: Millis): void
  /** What was read is taken in. */
  takenIn(): void
  /** It is read once again, not twice: what no analysis survives must not keep the next readings from being looked at. */
  notTakenIn(): void
  /** What was read is in the snapshot just taken; false: it is the one before, taken up again after a loss. */
  keep(): boolean
  /** Every source is read up to there, and what was read is in the snapshot. */
  begin(to: Record<Source, Millis>): void
  now(): Record<Source, Millis>
}

/** `lossesOf`: how often the analyst has lost what it took in since its last snapshot. */
export function createReach(given: {
  sources: readonly Source[]
  overlapMillis: number
  lossesOf: () => number
}): Reach {
  const { sources, overlapMillis, lossesOf } = given
  let readTo = {} as Record<Source, Millis>
  let keptTo = readTo // as of the last snapshot
  let losses = 0 // dealt with
  let isAgain = false

  function goBack(): void {
    losses = lossesOf()
    readTo = { ...keptTo }
  }

  return {
    windowsTo(at) {
      if (lossesOf() !== losses) goBack()
      return fromSources(sources, source => {
        const from = Math.min(readTo[source] ?? at, at) - overlapMillis // a clock may be set back
        return { from: Math.max(from, at - LONGEST_READING_MILLIS), to: at }
      })
    },
    read(readings, at) {
      for (const { source, answered } of readings) if (answered || readTo[source] === undefined) readTo[source] = at
    },
    takenIn() {
      isAgain = false
    },
    notTakenIn() {
      if (isAgain) losses = lossesOf()
      else goBack()
      isAgain = !isAgain
    },
    keep() {
      if (lossesOf() !== losses) return false
      keptTo = { ...readTo }
      return true
    },
    begin(to) {
      readTo = { ...to }
      keptTo = { ...to }
    },
    now: () => readTo,
  }
}

export function fromSources<T>(sources: readonly Source[], value: (source: Source) => T): Record<Source, T> {
  return Object.fromEntries(sources.map(source => [source, value(source)])) as Record<Source, T>
}
