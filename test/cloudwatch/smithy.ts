// AWS's own description of an API (a Smithy model in JSON), and what of a JSON message does not fit it.
// https://smithy.io/2.0/spec/json-ast.html; of its constraints: required, length, range, pattern, enum.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'

const traits = z.record(z.string(), z.unknown()).default({})
const member = z.object({ target: z.string(), traits })
const shape = z.object({
  type: z.string(),
  traits,
  members: z.record(z.string(), member).default({}),
  member: member.optional(), // of a list
  value: member.optional(), // of a map
  input: z.object({ target: z.string() }).optional(),
  output: z.object({ target: z.string() }).optional(),
})
const bounds = z.object({ min: z.number().default(0), max: z.number().default(Infinity) })

export type Model = {
  /** Each as `Path.To.Field: what is wrong`; [] when it fits. `which`: what is asked for, or what is answered. */
  problems(operation: string, which: 'input' | 'output', message: unknown): string[]
}

export function readModel(file: string): Model {
  const text = gunzipSync(readFileSync(file)).toString()
  const { shapes } = z.object({ shapes: z.record(z.string(), shape) }).parse(JSON.parse(text))
  const names = new Map(Object.keys(shapes).map(id => [id.split('#')[1], id]))

  function check(target: string, value: unknown, path: string, own: Record<string, unknown> = {}): string[] {
    const found = shapes[target]
    if (!found) return PRELUDE[target]?.(value) === false ? [`${path}: ${typeof value} for ${target}`] : []
    const all = { ...found.traits, ...own }
    switch (found.type) {
      case 'structure':
        return checkStructure(found.members, value, path)
      case 'list':
        if (!Array.isArray(value)) return [`${path}: not a list`]
        return [
          ...outside(all['smithy.api#length'], value.length, path),
          ...value.flatMap((each, i) => check(found.member?.target ?? '', each, `${path}[${i}]`)),
        ]
      case 'map':
        return Object.entries(value ?? {}).flatMap(([key, each]) =>
          check(found.value?.target ?? '', each, `${path}.${key}`),
        )
      case 'enum':
        return valuesOf(found.members).includes(value)
          ? []
          : [`${path}: ${JSON.stringify(value)} is none of its values`]
      case 'string':
        return checkString(value, all, path)
      case 'boolean':
        return typeof value === 'boolean' ? [] : [`${path}: not a boolean`]
      default: // integer, long, double
        return typeof value === 'number' ? outside(all['smithy.api#range'], value, path) : [`${path}: not a number`]
    }
  }

  function checkStructure(members: z.output<typeof shape>['members'], value: unknown, path: string): string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: not an object`]
    const given = new Map<string, unknown>(Object.entries(value))
    const missing = Object.entries(members).filter(([name, each]) => REQUIRED in each.traits && !given.has(name))
    return [
      ...missing.map(([name]) => `${path}.${name}: required`),
      ...[...given].flatMap(([name, inner]) => {
        const known = members[name]
        return known ? check(known.target, inner, `${path}.${name}`, known.traits) : [`${path}.${name}: not described`]
      }),
    ]
  }

  return {
    problems(operation, which, message) {
      const target = shapes[names.get(operation) ?? '']?.[which]?.target
      return target ? check(target, message, operation) : [`${operation}: not described`]
    },
  }
}

const REQUIRED = 'smithy.api#required'

/** Simple types that every model shares; a timestamp of awsJson is a number of seconds. */
const PRELUDE: Record<string, (value: unknown) => boolean> = {
  'smithy.api#String': value => typeof value === 'string',
  'smithy.api#Boolean': value => typeof value === 'boolean',
  'smithy.api#Integer': value => Number.isInteger(value),
  'smithy.api#Long': value => Number.isInteger(value),
  'smithy.api#Double': value => typeof value === 'number',
  'smithy.api#Timestamp': value => typeof value === 'number',
}

function valuesOf(members: z.output<typeof shape>['members']): unknown[] {
  return Object.entries(members).map(([name, each]) => each.traits['smithy.api#enumValue'] ?? name)
}

function checkString(value: unknown, all: Record<string, unknown>, path: string): string[] {
  if (typeof value !== 'string') return [`${path}: not a string`]
  const pattern = all['smithy.api#pattern']
  const fits = typeof pattern !== 'string' || new RegExp(pattern).test(value)
  return [
    ...outside(all['smithy.api#length'], value.length, path),
    ...(fits ? [] : [`${path}: not ${String(pattern)}`]),
  ]
}

function outside(constraint: unknown, value: number, path: string): string[] {
  const parsed = bounds.safeParse(constraint)
  if (!parsed.success || (value >= parsed.data.min && value <= parsed.data.max)) return []
  return [`${path}: ${value} is not within ${parsed.data.min} and ${parsed.data.max}`]
}
