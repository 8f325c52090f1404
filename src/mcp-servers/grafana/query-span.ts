// How long a query may look back, and on which grid its points lie.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis, Window } from '#incident/signal.ts'
import { LONGEST_WINDOW } from '../window.ts'
import { isLogs } from './query-model.ts'

const LONGEST_METRICS: Millis = 7 * 86_400_000 // a week ago at the same hour is what people compare with
const MIN_STEP: Millis = 1000

export const mostPoints = z.int().min(10).max(1000).default(60).describe('of each series')

/** Log lines are read one by one, samples are summed up: a week of these costs less than a day of those. */
export function longestOf(type?: string): Millis {
  return type !== undefined && isLogs(type) ? LONGEST_WINDOW : LONGEST_METRICS
}

/**
 * A range within the query, `[30d]`, reads as much as a long time_range would: a Fault `validation`. What stands in quotes
 * or in a comment is no range.
 */
export function refuseLongerRanges(query: string, longest: Millis): void {
  const code = query.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*/g, '')
  for (const [range] of code.matchAll(/(?<=\[\s{0,9})(?:\d{1,9}(?:ms|[smhdwy])){1,7}/g)) {
    if (millisOf(range) <= longest) continue
    throw new Fault(
      'validation',
      `[${range}] in the query reads more than ${longest / 3_600_000} h of this data source.`,
    )
  }
}

const UNITS: Record<string, Millis> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

/** `1h30m` -> 5400000 */
function millisOf(duration: string): Millis {
  const parts = duration.matchAll(/(\d+)(ms|[smhdwy])/g)
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0)
}

/** Evenly spaced, at most `points` of them, a second apart or more. */
export function gridOf({ from, to }: Window, points: number): { stepMillis: Millis; mostPoints: number } {
  return { stepMillis: Math.max(MIN_STEP, Math.ceil((to - from) / points)), mostPoints: points }
}
