// The frame of Sentry's search syntax: terms beside each other or joined by AND, OR and parentheses; AND binds closer.
// What a single term means is search.ts.
import { Refused } from './refused.ts'

/** Of a thing: does the query want it? */
export type Test<Thing> = (thing: Thing) => boolean

const TOKEN = /[()]|!?[\w.-]+:(?:\[[^\]]*\]|"(?:[^"\\]|\\.)*"|[^\s()]+)|"[^"]*"|[^\s()]+/g

/**
 * `level:error (release:v1 OR release:v2)` -> both hold. `termOf` reads a single term.
 * Throws Refused 400, as Sentry does, for what cannot be parsed.
 */
export function parseBoolean<Thing>(query: string, termOf: (term: string) => Test<Thing>): Test<Thing> {
  const tokens: string[] = query.match(TOKEN) ?? []
  let at = 0
  const whole = tokens.length === 0 ? () => true : either()
  if (at < tokens.length) throw malformed(query)
  return whole

  function either(): Test<Thing> {
    const tests = [all()]
    while (tokens[at] === 'OR') {
      at++
      tests.push(all())
    }
    return thing => tests.some(test => test(thing))
  }

  function all(): Test<Thing> {
    const tests = [factor()]
    while (at < tokens.length && tokens[at] !== 'OR' && tokens[at] !== ')') {
      if (tokens[at] === 'AND') at++
      tests.push(factor())
    }
    return thing => tests.every(test => test(thing))
  }

  function factor(): Test<Thing> {
    const token = tokens[at++]
    if (token === undefined || token === ')' || token === 'AND' || token === 'OR') throw malformed(query)
    if (token !== '(') return termOf(token)
    const inner = either()
    if (tokens[at++] !== ')') throw malformed(query)
    return inner
  }
}

/** Issues are searched without AND, OR and parentheses. */
export function refuseBoolean(query: string): void {
  const joined = (query.match(TOKEN) ?? []).some(token => ['AND', 'OR', '(', ')'].includes(token))
  if (joined) {
    throw new Refused(400, 'Boolean statements containing "OR" or "AND" are not supported in this search')
  }
}

function malformed(query: string): Refused {
  return new Refused(400, `Parse error: invalid expression in ${JSON.stringify(query)}`)
}
