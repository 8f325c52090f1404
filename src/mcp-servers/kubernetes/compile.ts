// A zod schema as plain code, for lists of many thousand objects: zod makes two objects for every field it looks at, which
// was a quarter of the time of a look at a large cluster (bench mcp). The schema stays the one description there is; what has
// no plain code here is given to zod.
import { z } from 'zod'
import { Absent, Moment, OrElse, timeOf } from './fields.ts'

/** What the schema makes of a value; undefined for a value it refuses. */
export type Reader<T> = (value: unknown) => T | undefined

/** Reads as `schema.safeParse` does, but for fields that are absent: they are there, undefined. For schemas of objects, without async steps. */
export function compile<T>(schema: z.ZodType<T>): Reader<T> {
  const known = compiled.get(schema)
  if (known) return known as Reader<T>
  const read = codeOf(schema)
  const reader: Reader<T> = value => {
    try {
      return read(value) as T
    } catch (error) {
      if (error === MALFORMED) return undefined
      throw error
    }
  }
  compiled.set(schema, reader)
  return reader
}

const compiled = new WeakMap<z.ZodType, Reader<unknown>>()

type Code = (value: unknown) => unknown

const MALFORMED = new Error('not what the schema says') // made once: an error of its own for each would cost a stack

function codeOf(schema: unknown): Code {
  if (!(schema instanceof z.ZodType)) throw new TypeError('expected a schema of zod')
  if (schema instanceof Moment) return orElse(value => timeOf(textOf(value)))
  if (schema instanceof Absent) return orElse(codeOf(schema.def.innerType))
  if (schema instanceof OrElse) return orElse(codeOf(schema.def.innerType), () => schema.def.defaultValue)
  if (schema instanceof z.ZodPipe) return pipeOf(schema)
  const pattern = patternOf(schema)
  if (pattern) return value => matching(value, pattern)
  if (hasChecks(schema)) return asZod(schema)
  if (schema instanceof z.ZodObject && !schema.def.catchall) return objectOf(schema.def.shape)
  if (schema instanceof z.ZodArray) return listOf(codeOf(schema.def.element))
  if (schema instanceof z.ZodString) return textOf
  if (schema instanceof z.ZodNumber) return numberOf
  if (schema instanceof z.ZodBoolean) return flagOf
  if (schema instanceof z.ZodCustom) return customOf(schema.def.fn)
  return asZod(schema)
}

function asZod(schema: z.ZodType): Code {
  return value => {
    const parsed = schema.safeParse(value)
    if (!parsed.success) throw MALFORMED
    return parsed.data
  }
}

/** A transform that takes more than the value may add issues of its own: zod's to do. */
function pipeOf(schema: z.ZodPipe): Code {
  const { in: before, out } = schema.def
  if (!(out instanceof z.ZodTransform) || out.def.transform.length > 1) return asZod(schema)
  const read = codeOf(before)
  const make = out.def.transform as (value: unknown) => unknown
  return value => make(read(value))
}

/** Of a text that one regular expression checks, and nothing else. */
function patternOf(schema: z.ZodType): RegExp | undefined {
  const [check, ...others] = schema.def.checks ?? []
  if (!(schema instanceof z.ZodString) || others.length > 0 || !(check instanceof z.core.$ZodCheckRegex))
    return undefined
  const { pattern } = check._zod.def
  return pattern.global || pattern.sticky ? undefined : pattern
}

function matching(value: unknown, pattern: RegExp): string {
  const text = textOf(value)
  if (!pattern.test(text)) throw MALFORMED
  return text
}

function customOf(holds: (value: unknown) => unknown): Code {
  return value => {
    if (!holds(value)) throw MALFORMED
    return value
  }
}

function hasChecks({ def }: z.ZodType): boolean {
  return (def.checks?.length ?? 0) > 0
}

/** Null is absent here: fields.ts. */
function orElse(read: Code, otherwise: () => unknown = () => undefined): Code {
  return value => (value === undefined || value === null ? otherwise() : read(value))
}

function objectOf(shape: z.core.$ZodShape): Code {
  const fields = Object.entries(shape).map(([name, schema]) => ({ name, read: codeOf(schema) }))
  return value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw MALFORMED
    const given = value as Record<string, unknown>
    const made: Record<string, unknown> = {}
    for (const { name, read } of fields) made[name] = read(given[name])
    return made
  }
}

function listOf(read: Code): Code {
  return value => {
    if (!Array.isArray(value)) throw MALFORMED
    return value.map(read)
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw MALFORMED
  return value
}

function numberOf(value: unknown): number {
  if (!Number.isFinite(value)) throw MALFORMED
  return value as number
}

function flagOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw MALFORMED
  return value
}
