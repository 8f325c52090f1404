// How a field of a Kubernetes object is read. Times become epoch milliseconds here; in Go's JSON null means absent, and so
// it does after this door.
import { z } from 'zod'
import type { Millis } from '#incident/signal.ts'

/** A field that is not always there. */
export function absent<T extends z.ZodType>(innerType: T) {
  return new Absent({ type: 'optional', innerType }) as z.ZodOptional<T>
}

/** Empty where it is absent. */
export function list<T extends z.ZodType>(item: T) {
  return orElse(z.array(item), () => [])
}

function orElse<T extends z.ZodType>(innerType: T, otherwise: () => z.output<T>) {
  const given = {
    type: 'default',
    innerType,
    get defaultValue() {
      return otherwise()
    },
  } as const
  return new OrElse(given) as z.ZodDefault<T>
}

// One step of zod's each, where nullish() and a transform are four: a list of 10,000 pods has a million such fields, and
// reading them is most of what a look at a large cluster costs (bench mcp).
type Step<T extends z.ZodType> = z.core.$constructor<T>
export const Absent: Step<z.ZodOptional> = z.core.$constructor('Absent', (schema, definition) => {
  z.ZodOptional.init(schema, definition)
  nullIsAbsent(schema)
})
export const OrElse: Step<z.ZodDefault> = z.core.$constructor('OrElse', (schema, definition) => {
  z.ZodDefault.init(schema, definition)
  nullIsAbsent(schema)
})
export const Moment: Step<z.ZodOptional> = z.core.$constructor('Moment', (schema, definition) => {
  Absent.init(schema, definition)
  const { parse } = schema._zod
  schema._zod.parse = (payload, context) => {
    const parsed = parse(payload, context)
    if (typeof payload.value === 'string') payload.value = timeOf(payload.value)
    return parsed
  }
})

function nullIsAbsent({ _zod: internals }: z.ZodType): void {
  const { parse } = internals
  internals.parse = (payload, context) => {
    if (payload.value === null) payload.value = undefined
    return parse(payload, context)
  }
}

export function timeOf(stamp: string | undefined): Millis | undefined {
  const at = stamp ? Date.parse(stamp) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

export const text = absent(z.string())
export const number = absent(z.number())
export const flag = absent(z.boolean())
export const strings = orElse(
  z.custom<Record<string, string>>(isTexts, { error: 'expected texts by name' }),
  () => ({}),
)
export const moment = new Moment({ type: 'optional', innerType: z.string() }) as z.ZodType<Millis | undefined>
export const port = absent(z.union([z.number(), z.string()]))

/** What an API server lets an object be called, and so one segment of a path: anything else comes from nobody we know. */
const segment = z.string().regex(/^(?!\.)[\w.:-]{1,253}$/)

export const metadata = z.object({
  name: segment,
  namespace: absent(segment),
  uid: orElse(z.string(), () => ''),
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

function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every(each => typeof each === 'string')
}
