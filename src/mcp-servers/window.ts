// Times as people and models write them, in a tool's arguments: epoch milliseconds, ISO 8601, or counted back from now.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis, Window } from '#incident/signal.ts'

const UNIT: Record<string, Millis> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const RELATIVE = /^(?:now-)?(\d{1,6})([smhd])$/
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))?$/
const EXPECTED = 'expected epoch milliseconds, ISO 8601 with a zone (2026-11-03T14:02:00Z), now, or 15m, now-1h'

/** What no query may exceed: SECURITY's guard against one question that reads a vendor's whole history. */
export const LONGEST_WINDOW: Millis = 6 * 3_600_000

export type When = number | string

const LAST_MOMENT = 8.64e15 // what a Date can say, in ms: https://tc39.es/ecma262/#sec-time-values-and-time-range

export const whenSchema: z.ZodType<When, When> = z
  .union([z.number(), z.string().max(40)])
  .refine(when => Math.abs(millis(when, 0) ?? Number.POSITIVE_INFINITY) <= LAST_MOMENT, { error: EXPECTED })

/** Throws a Fault `validation` when the window is empty, backwards or longer than six hours. */
export function windowOf(input: { from: When; to: When }, now: Millis): Window {
  const window = { from: momentOf(input.from, now), to: momentOf(input.to, now) }
  if (window.to <= window.from) {
    throw new Fault(
      'validation',
      `The window must end after it starts; it starts ${iso(window.from)}, ends ${iso(window.to)}.`,
    )
  }
  if (window.to - window.from > LONGEST_WINDOW) {
    const hours = ((window.to - window.from) / 3_600_000).toFixed(1)
    throw new Fault('validation', `The window may be at most 6 h long, not ${hours} h. Ask for parts of it.`)
  }
  return window
}

/** `15m` and `now-15m` are both a quarter of an hour before now. Throws a Fault `validation`. */
export function momentOf(when: When, now: Millis): Millis {
  const moment = millis(when, now)
  if (moment === undefined) throw new Fault('validation', `${JSON.stringify(when)} is no time: ${EXPECTED}.`)
  return moment
}

function millis(when: When, now: Millis): Millis | undefined {
  if (typeof when === 'number') return when
  if (when === 'now') return now
  const [, amount, unit] = RELATIVE.exec(when) ?? []
  if (amount && unit) return now - Number(amount) * (UNIT[unit] ?? 0)
  if (/^\d{11,14}$/.test(when)) return Number(when)
  const parsed = ISO.test(when) ? Date.parse(when) : Number.NaN
  return Number.isNaN(parsed) ? undefined : parsed
}

function iso(at: Millis): string {
  return Number.isFinite(new Date(at).getTime()) ? new Date(at).toISOString() : String(at)
}
