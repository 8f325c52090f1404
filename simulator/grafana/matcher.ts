// Label matchers (= != =~ !~) and line patterns. Regular expressions are JavaScript's, anchored as RE2's are in Prometheus.
import { badQuery } from './query-error.ts'

export type MatchOperator = '=' | '!=' | '=~' | '!~'
export type Matcher = {
  label: string
  operator: MatchOperator
  value: string
  /** Whether a series with this value (absent is '') passes. */
  matches(value: string): boolean
  /** The only values that can pass, where the matcher names them: `="a"` or `=~"a|b"`. */
  anyOf?: readonly string[]
}

// JavaScript's engine backtracks; a pattern a person writes is far shorter. Alternations of plain words have no such bound.
const longestPattern = 1_000
// What JavaScript knows and RE2, which Prometheus and Loki use, refuses: looking around and back references.
const beyondRe2 = /\(\?<?[=!]|\\[1-9]/
const special = '.+*?()[]{}^$'

export function matcher(label: string, operator: MatchOperator, value: string): Matcher {
  const anyOf = operator === '=' || operator === '!=' ? [value] : literals(value)
  const test = anyOf ? inSet(anyOf) : wholeMatch(value)
  const negative = operator === '!=' || operator === '!~'
  return {
    label,
    operator,
    value,
    matches: negative ? text => !test(text) : test,
    anyOf: negative ? undefined : anyOf,
  }
}

/** A test for lines that contain a match, as LogQL's |~ asks. Throws bad_data on a pattern that does not compile. */
export function contains(pattern: string): (line: string) => boolean {
  const expression = compile(pattern, source => source)
  return line => expression.test(line)
}

function wholeMatch(pattern: string): (text: string) => boolean {
  const expression = compile(pattern, source => `^(?:${source})$`)
  return text => expression.test(text)
}

function inSet(values: readonly string[]): (text: string) => boolean {
  const [only] = values
  if (values.length === 1) return text => text === only
  const set = new Set(values)
  return text => set.has(text)
}

function compile(pattern: string, around: (source: string) => string): RegExp {
  if (pattern.length > longestPattern) {
    throw badQuery(`regular expression of ${pattern.length} characters: at most ${longestPattern} are simulated`)
  }
  const ignoreCase = pattern.startsWith('(?i)')
  const source = ignoreCase ? pattern.slice('(?i)'.length) : pattern
  if (beyondRe2.test(source))
    throw badQuery(`error parsing regexp: invalid or unsupported Perl syntax: ${JSON.stringify(pattern)}`)
  try {
    return new RegExp(around(source), ignoreCase ? 'is' : 's')
  } catch {
    throw badQuery(`error parsing regexp: ${JSON.stringify(pattern)}`)
  }
}

/** `a|b\.c` -> ['a', 'b.c']; undefined where the pattern is more than plain words. */
function literals(pattern: string): string[] | undefined {
  const words = ['']
  for (let i = 0; i < pattern.length; i++) {
    let character = pattern.charAt(i)
    if (character === '|') {
      words.push('')
      continue
    }
    if (special.includes(character)) return undefined
    if (character === '\\') {
      character = pattern.charAt(++i)
      const quoted = character === '\\' || character === '|' || character === '-' || special.includes(character)
      if (character === '' || !quoted) return undefined
    }
    words.push(words.pop() + character)
  }
  return words
}
