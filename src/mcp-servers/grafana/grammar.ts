// What arguments may be: closed grammars, so that a request holds nothing but what Grafana itself hands out.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis, Window } from '#incident/signal.ts'
import { momentOf, whenSchema } from '../window.ts'
import type { When } from '../window.ts'

/** Grafana makes uids of these characters, and takes no others: at most 40. */
export const dashboardUid = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}$/, { error: 'expected the uid of a dashboard, as get_dashboards lists it' })

export const panelNumber = z.int().min(1).max(1_000_000_000)

export const sourceName = z.string().min(1).max(200).describe('uid or name, see list_datasources')

export const tag = z.string().min(1).max(100)

/** No quotes, brackets, pipes or backslashes: a value stays a value in every query language. */
const VALUE = /^(?:\$__all|[\w.:/@%=~-](?:[\w .:/@%=,~-]{0,198}[\w.:/@%=~-])?)$/
const NAME = /^\w{1,60}$/

// Refined and not by pattern, which would stand in the tool list three times.
const variableValue = z.string().refine(value => VALUE.test(value), {
  error: 'expected letters, digits, spaces and . : / @ % = , ~ - _ only, or $__all',
})

export const variableValues = z
  .record(z.string(), z.union([variableValue, z.array(variableValue).min(1).max(50)]))
  .refine(values => Object.keys(values).length <= 20, { error: 'expected at most 20 variables' })
  .refine(values => Object.keys(values).every(name => NAME.test(name)), { error: "expected a variable's name" })
  .default({})
  .describe("values in place of the dashboard's own: one, a list, or $__all")

export const timeRange = z
  .object({ from: whenSchema.default('now-1h'), to: whenSchema.default('now') })
  .default({ from: 'now-1h', to: 'now' })

/** Throws a Fault `validation` when it ends before it begins or is longer than `longest`. */
export function spanOf(range: { from: When; to: When }, now: Millis, longest: Millis): Window {
  const span = { from: momentOf(range.from, now), to: momentOf(range.to, now) }
  if (span.to <= span.from) throw new Fault('validation', 'time_range must end after it begins.')
  if (span.to - span.from > longest) {
    throw new Fault('validation', `time_range may be at most ${longest / 3_600_000} h long for this data source.`)
  }
  return span
}
