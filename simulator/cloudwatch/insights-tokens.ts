// The words, numbers, strings, /patterns/ and signs of an Insights query, in order.
import { NotSimulated } from '../not-simulated.ts'

export type Token = { kind: 'word' | 'number' | 'string' | 'pattern' | 'sign'; text: string }

export function tokenize(query: string): Token[] {
  const expression =
    /\s+|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<pattern>\/(?:[^/\\]|\\.)+\/)|(?<number>-?\d+(?:\.\d+)?)|(?<quoted>`[^`]+`)|(?<word>@?[A-Za-z_][\w.-]*)|(?<sign>=~|!=|<=|>=|[=<>|,()[\]*])/y
  const tokens: Token[] = []
  while (expression.lastIndex < query.length) {
    const at = expression.lastIndex
    const groups = expression.exec(query)?.groups
    if (!groups) throw new NotSimulated(`the Insights query ${query} (at ${query.slice(at, at + 20)})`)
    const { string, pattern, number, quoted, word, sign } = groups
    if (string !== undefined) tokens.push({ kind: 'string', text: string.slice(1, -1).replace(/\\(.)/g, '$1') })
    else if (pattern !== undefined) tokens.push({ kind: 'pattern', text: pattern.slice(1, -1) })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (quoted !== undefined) tokens.push({ kind: 'word', text: quoted.slice(1, -1) })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
  }
  return tokens
}
