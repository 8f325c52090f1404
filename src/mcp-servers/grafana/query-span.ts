// How long a query may look back, and on which grid its points lie.
import { z } from 'zod'
import type { Millis, Window } from '#incident/signal.ts'

export const LONGEST_METRICS: Millis = 7 * 86_400_000 // a week ago at the same hour is what people compare with
const MIN_STEP: Millis = 1000

export const mostPoints = z.int().min(10).max(1000).default(60).describe('of each series')

/** Evenly spaced, at most `points` of them, a second apart or more. */
export function gridOf({ from, to }: Window, points: number): { stepMillis: Millis; mostPoints: number } {
  return { stepMillis: Math.max(MIN_STEP, Math.ceil((to - from) / points)), mostPoints: points }
}
