// What is true of the recordings of a data set. Read by evaluations only, after the run; the product never sees it.
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const moment = z.string().transform(text => Date.parse(text))
const span = z.tuple([moment, moment])

const target = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
  service: z.string().optional(),
})
export type Target = z.output<typeof target>

const labelWindow = z.object({
  start: moment,
  end: moment,
  catch: span,
  target: target.optional(),
  category: z.string().default(''),
})
export type LabelWindow = z.output<typeof labelWindow>

const groups = z.object({
  by: z.enum(['namespace', 'service']),
  /** Namespace or service to the id of its fault. */
  of: z.record(z.string(), z.string()),
  faults: z.array(z.object({ id: z.string(), target })),
})
export type Groups = z.output<typeof groups>

const label = z.object({
  start: moment,
  end: moment,
  case: z.string(),
  tick: z.string().default('60s'),
  snapshot: z.boolean().default(false),
  windows: z.array(labelWindow),
  scoredNormal: z.array(span).default([]),
  groups: groups.optional(),
  text: z.object({ category: z.string(), required: z.array(z.string()), forbidden: z.array(z.string()) }).optional(),
})
export type Label = z.output<typeof label>

const truth = z.object({
  dataset: z.string(),
  measures: z.array(z.string()),
  perDay: z.boolean().default(false),
  recordings: z.record(z.string(), label),
})
export type Truth = z.output<typeof truth>

export function readLabels(file: string): Truth {
  return truth.parse(JSON.parse(readFileSync(file, 'utf8')))
}
