// Where faults are put in by a timetable, a gap of it may hold a fault that the list of faults lacks. Such slots are told
// from the listed faults alone; what the recording or the product shows there is not looked at.
import type { LabelWindow } from './labels.ts'
import { median } from './measures.ts'

export type Span = readonly [from: number, to: number]

/** Fewer faults make no timetable. */
const LEAST_FAULTS = 8
/** Longer is no gap in a timetable but its end. */
const MOST_STEPS = 6

/**
 * The times of a timetable at which no fault is listed, each as wide as the catch of the fault before it, oldest first.
 * Its step is the median between two listed faults; gaps of n steps hold n - 1 slots, evenly spaced, and one step after the
 * last fault there is one more. None where fewer than eight faults are listed.
 */
export function freeSlots(windows: readonly LabelWindow[]): Span[] {
  if (windows.length < LEAST_FAULTS) return []
  const sorted = windows.toSorted((a, b) => a.start - b.start)
  const gaps = sorted.slice(1).map(({ start }, i) => start - sorted[i]!.start)
  const step = median(gaps)
  const between = gaps.flatMap((gap, i) => {
    const steps = Math.round(gap / step)
    if (steps < 2 || steps > MOST_STEPS) return []
    return Array.from({ length: steps - 1 }, (_, k) => later(sorted[i]!, (gap * (k + 1)) / steps))
  })
  return [...between, later(sorted.at(-1)!, step)]
}

function later({ catch: [from, to] }: LabelWindow, by: number): Span {
  return [from + by, to + by]
}
