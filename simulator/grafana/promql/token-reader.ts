// Reads tokens one after another for a recursive-descent parser, and the one phrase PromQL and LogQL share: a selector's matchers.
import { matcher, type Matcher } from '../matcher.ts'
import { badQuery, type QueryError } from '../query-error.ts'
import { positioned, tokenise, type Token } from './lexer.ts'

export type TokenReader = {
  peek(ahead?: number): Token
  next(): Token
  /** Takes the next token if it is this symbol or word. */
  take(text: string): boolean
  /** Takes the next token, which must be this symbol. */
  expect(symbol: string): void
  unexpected(context: string): QueryError
}

export function readTokens(query: string): TokenReader {
  const tokens = tokenise(query)
  const end: Token = { kind: 'end', text: 'end of input', value: 0, at: query.length }
  let position = 0

  function peek(ahead = 0): Token {
    return tokens[position + ahead] ?? end
  }
  function unexpected(context: string): QueryError {
    const token = peek()
    const what = token.kind === 'end' ? 'end of input' : `${token.kind} ${JSON.stringify(token.text)}`
    return badQuery(positioned(query, token.at, `unexpected ${what} in ${context}`))
  }
  return {
    peek,
    unexpected,
    next() {
      const token = peek()
      position++
      return token
    },
    take(text) {
      const token = peek()
      if (token.kind === 'string' || token.text !== text) return false
      position++
      return true
    },
    expect(symbol) {
      if (!this.take(symbol)) throw unexpected(`query, expected ${JSON.stringify(symbol)}`)
    },
  }
}

/** `{a="b", c=~"d|e"}`; the reader stands before the brace. */
export function readMatchers(reader: TokenReader): Matcher[] {
  const matchers: Matcher[] = []
  reader.expect('{')
  while (!reader.take('}')) {
    matchers.push(readMatcher(reader))
    if (!reader.take(',') && reader.peek().text !== '}') throw reader.unexpected('label matching, expected "," or "}"')
  }
  return matchers
}

/** Names in parentheses, as after `by` and `on`. */
export function readNames(reader: TokenReader): string[] {
  const names: string[] = []
  reader.expect('(')
  while (!reader.take(')')) {
    if (reader.peek().kind !== 'name') throw reader.unexpected('grouping, expected label')
    names.push(reader.next().text)
    if (!reader.take(',') && reader.peek().text !== ')') throw reader.unexpected('grouping, expected "," or ")"')
  }
  return names
}

export function readDuration(reader: TokenReader): number {
  if (reader.peek().kind !== 'duration') throw reader.unexpected('query, expected duration')
  return reader.next().value
}

function readMatcher(reader: TokenReader): Matcher {
  if (reader.peek().kind !== 'name') throw reader.unexpected('label matching, expected identifier or "}"')
  const label = reader.next().text
  const operator = reader.next().text
  if (operator !== '=' && operator !== '!=' && operator !== '=~' && operator !== '!~') {
    throw badQuery(
      `unexpected ${JSON.stringify(operator)} after label ${label}, expected one of "=", "!=", "=~" or "!~"`,
    )
  }
  if (reader.peek().kind !== 'string') throw reader.unexpected('label matching, expected string')
  return matcher(label, operator, reader.next().text)
}
