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
 * A range within the query, `[30d]`, reads as much as a long time_range would, and so do subqueries, `[7d:5m]`, whose ranges
 * add up: a Fault `validation`, as for an offset further back than that. A bracket holds a duration and nothing else. What
 * stands in quotes or in a comment is no range.
 */
export function refuseLongerRanges(query: string, longest: Millis): void {
  const code = query.replace(QUOTED_OR_COMMENT, ' ')
  if (/["'`]/.test(code)) throw refused('a quoted text in it does not end')
  let plain = 0
  let nested = 0
  for (const [whole, content = ''] of code.matchAll(/\[([^[\]]*)\]?/g)) {
    const [, range = '', colon, step] = RANGE.exec(content) ?? []
    const millis = millisOf(range)
    if (millis === undefined || !whole.endsWith(']'))
      throw refused(`${short(whole)} is no range such as [5m] or [1h:1m]`)
    if (colon) nested += millis
    else plain = Math.max(plain, millis)
    if (plain + nested > longest) throw longer(whole, longest)
    if (colon && millis / (millisOf(step || USUAL_STEP) || 1) > MOST_STEPS)
      throw refused(`${short(whole)} is evaluated more than ${MOST_STEPS} times`)
  }
  for (const [whole, back = ''] of code.matchAll(/\boffset\b(?!\s*[,)=!}])\s*-?\s*([^\s()[\]{},]*)/gi)) {
    const millis = millisOf(back)
    if (millis === undefined) throw refused(`${short(whole)} is no offset such as offset 1h`)
    if (millis > longest) throw longer(whole, longest)
  }
}

function refused(why: string): Fault {
  return new Fault('validation', `The query cannot be passed on: ${why}.`)
}

function longer(range: string, longest: Millis): Fault {
  return new Fault(
    'validation',
    `${short(range)} in the query reads more than ${longest / 3_600_000} h of this data source.`,
  )
}

function short(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 60)
}

const QUOTED_OR_COMMENT = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*/g

/** `range` or `range:step`, either a duration; a step may be left out. */
const RANGE = /^\s*([^\s:]+)\s*(:)?\s*([^\s:]*)\s*$/

const MOST_STEPS = 11_000 // points a series, as Prometheus bounds them
const USUAL_STEP = '1m' // Prometheus' evaluation interval unless told

const UNITS: Record<string, Millis> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

/** `1h30m` -> 5400000; a number alone is seconds: `90` -> 90000; Grafana's own are of the time_range. Undefined for all else. */
function millisOf(duration: string): Millis | undefined {
  if (/^\$(?:__(?:interval|rate_interval|range|auto)|\{__(?:interval|rate_interval|range|auto)\})$/.test(duration))
    return 0
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(duration)) return Number(duration) * 1000
  if (!/^(?:\d{1,12}(?:ms|[smhdwy])){1,7}$/.test(duration)) return undefined
  const parts = duration.matchAll(/(\d+)(ms|[smhdwy])/g)
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0)
}

/** Evenly spaced, at most `points` of them, a second apart or more. */
export function gridOf({ from, to }: Window, points: number): { stepMillis: Millis; mostPoints: number } {
  return { stepMillis: Math.max(MIN_STEP, Math.ceil((to - from) / points)), mostPoints: points }
}
