// CloudWatch Logs' filter patterns for plain text: terms that must all occur, "phrases", -excluded, ?any of these.
// Those for JSON are json-pattern.ts. Not simulated: columns [a, b], %regular expressions%.
import { NotSimulated } from '../not-simulated.ts'
import { parseJsonPattern } from './json-pattern.ts'

/** Matching is case sensitive, as in CloudWatch. Optional terms count only when there is no required one, as there. */
export function parseFilterPattern(pattern: string): (message: string) => boolean {
  const trimmed = pattern.trim()
  if (trimmed.startsWith('{')) return parseJsonPattern(trimmed)
  if (/^[[%]/.test(trimmed)) throw new NotSimulated(`the filter pattern ${pattern}`)
  const required: string[] = []
  const optional: string[] = []
  const excluded: string[] = []
  for (const [, sign = '', phrase, word = ''] of trimmed.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/g)) {
    const list = sign === '-' ? excluded : sign === '?' ? optional : required
    list.push(phrase?.replace(/\\(.)/g, '$1') ?? word)
  }
  return message =>
    required.every(term => message.includes(term)) &&
    !excluded.some(term => message.includes(term)) &&
    (required.length > 0 || optional.length === 0 || optional.some(term => message.includes(term)))
}
