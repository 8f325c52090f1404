// How a field of a Kubernetes object is read. Times become epoch milliseconds here; in Go's JSON null means absent, and so
// it does after this door.
import { z } from 'zod'
import type { Millis } from '#incident/signal.ts'

export function absent<T extends z.ZodType>(schema: T) {
  return schema.nullish()
}

export type WithoutNulls<T> = T extends null
  ? undefined
  : T extends object
    ? { [Field in keyof T]: WithoutNulls<T[Field]> }
    : T

/** One walk for the whole object: a transform for each field that may be null costs more than all else together. */
export function whole<T extends z.ZodType>(schema: T) {
  return schema.transform(object => withoutNulls(object) as WithoutNulls<z.output<T>>)
}

/** In place: what zod gives is nobody else's. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object') return value
  if (value === null) return undefined
  const fields = value as Record<string, unknown>
  for (const field in fields) {
    const held = fields[field]
    if (held === null) fields[field] = undefined
    else if (typeof held === 'object') withoutNulls(held)
  }
  return value
}

export function list<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform(items => items ?? [])
}

export function timeOf(stamp: string | null | undefined): Millis | undefined {
  const at = stamp ? Date.parse(stamp) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

export const text = absent(z.string())
export const number = absent(z.number())
export const flag = absent(z.boolean())
export const strings = z
  .record(z.string(), z.string())
  .nullish()
  .transform(map => map ?? {})
export const moment = z.string().nullish().transform(timeOf)
export const port = absent(z.union([z.number(), z.string()]))

/** What an API server lets an object be called, and so one segment of a path: anything else comes from nobody we know. */
const segment = z.string().regex(/^(?!\.)[\w.:-]{1,253}$/)

export const metadata = z.object({
  name: segment,
  namespace: absent(segment),
  uid: z
    .string()
    .nullish()
    .transform(uid => uid ?? ''),
  generation: number,
  creationTimestamp: moment,
  deletionTimestamp: moment,
  labels: strings,
  annotations: strings,
  ownerReferences: list(z.object({ kind: z.string(), name: z.string(), uid: text, controller: flag })),
})

export const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: text,
  message: text,
  lastTransitionTime: moment,
  lastUpdateTime: moment,
})
