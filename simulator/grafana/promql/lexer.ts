// Splits a PromQL or LogQL query into tokens: both have the same strings, numbers, durations and names.
import { badQuery } from '../query-error.ts'

export type Token = {
  kind: 'name' | 'number' | 'duration' | 'string' | 'symbol' | 'end'
  /** As written; of a string, what it says. */
  text: string
  /** Of a number its value, of a duration its milliseconds. */
  value: number
  /** Where it begins, from 0. */
  at: number
}

const symbols = ['==', '!=', '>=', '<=', '=~', '!~', '|=', '|~'].concat([...'(){}[],=<>+-*/%^:@|'])
const unitMillis: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}
const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }

export function tokenise(query: string): Token[] {
  const tokens: Token[] = []
  let at = skipBlank(query, 0)
  while (at < query.length) {
    const { end, ...token } = nextToken(query, at)
    tokens.push({ ...token, at })
    at = skipBlank(query, end)
  }
  tokens.push({ kind: 'end', text: 'end of input', value: 0, at: query.length })
  return tokens
}

/** `1h30m` -> 5400000; undefined when it is no duration. */
export function durationMillis(text: string): number | undefined {
  let total = 0
  let at = 0
  while (at < text.length) {
    const digitsEnd = advance(text, at, isDigit)
    const unitEnd = advance(text, digitsEnd, isLetter)
    const unit = unitMillis[text.slice(digitsEnd, unitEnd)]
    if (digitsEnd === at || unit === undefined) return undefined
    total += Number(text.slice(at, digitsEnd)) * unit
    at = unitEnd
  }
  return text === '' ? undefined : total
}

export function positioned(query: string, at: number, message: string): string {
  const before = query.slice(0, at).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}: parse error: ${message}`
}

type Found = Omit<Token, 'at'> & { end: number }

function nextToken(query: string, at: number): Found {
  const first = query.charAt(at)
  if (isNameStart(first)) {
    const end = advance(query, at, isNamePart)
    return { kind: 'name', text: query.slice(at, end), value: 0, end }
  }
  if (isDigit(first) || (first === '.' && isDigit(query.charAt(at + 1)))) return numberOrDuration(query, at)
  if (first === '"' || first === "'" || first === '`') return quoted(query, at)
  const symbol = symbols.find(text => query.startsWith(text, at))
  if (!symbol) throw badQuery(positioned(query, at, `unexpected character: ${JSON.stringify(first)}`))
  return { kind: 'symbol', text: symbol, value: 0, end: at + symbol.length }
}

function numberOrDuration(query: string, at: number): Found {
  const wordEnd = advance(query, at, character => isDigit(character) || isLetter(character))
  const duration = durationMillis(query.slice(at, wordEnd))
  if (duration !== undefined) return { kind: 'duration', text: query.slice(at, wordEnd), value: duration, end: wordEnd }

  let end = advance(query, at, isDigit)
  if (query.charAt(end) === '.') end = advance(query, end + 1, isDigit)
  if (query.charAt(end).toLowerCase() === 'e') {
    const sign = '+-'.includes(query.charAt(end + 1)) ? 1 : 0
    end = advance(query, end + 1 + sign, isDigit)
  }
  const text = query.slice(at, end)
  if (isNamePart(query.charAt(end)) || Number.isNaN(Number(text))) {
    throw badQuery(positioned(query, at, `bad number or duration syntax: ${JSON.stringify(query.slice(at, end + 1))}`))
  }
  return { kind: 'number', text, value: Number(text), end }
}

function quoted(query: string, at: number): Found {
  const quote = query.charAt(at)
  let text = ''
  let i = at + 1
  for (; i < query.length && query.charAt(i) !== quote; i++) {
    const character = query.charAt(i)
    if (character !== '\\' || quote === '`') {
      text += character
      continue
    }
    const escaped = query.charAt(++i)
    const meant = escapes[escaped] ?? ('\\"\''.includes(escaped) ? escaped : undefined)
    if (meant === undefined) throw badQuery(positioned(query, i, `unknown escape sequence \\${escaped}`))
    text += meant
  }
  if (i >= query.length) throw badQuery(positioned(query, at, 'unterminated quoted string'))
  return { kind: 'string', text, value: 0, end: i + 1 }
}

function skipBlank(query: string, from: number): number {
  let at = from
  for (;;) {
    at = advance(query, at, character => ' \t\r\n'.includes(character))
    if (query.charAt(at) !== '#') return at
    at = advance(query, at, character => character !== '\n')
  }
}

function advance(text: string, from: number, belongs: (character: string) => boolean): number {
  let at = from
  while (at < text.length && belongs(text.charAt(at))) at++
  return at
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9'
}

function isLetter(character: string): boolean {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
}

function isNameStart(character: string): boolean {
  return isLetter(character) || character === '_'
}

function isNamePart(character: string): boolean {
  return isNameStart(character) || isDigit(character) || character === ':'
}
