// Which Logs Insights queries may be asked: those that only read, of the log groups that were named, and leave masked what
// AWS masks. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
import { Fault } from '#incident/fault.ts'
import { nearest } from '../nearest.ts'

export const LONGEST_QUERY = 4000 // AWS takes 10,000 characters

const COMMANDS = ['fields', 'display', 'filter', 'stats', 'sort', 'limit', 'parse', 'dedup', 'pattern'] as const

/**
 * Throws a Fault `validation` for a command that is not in COMMANDS (SOURCE chooses log groups by itself, unmask shows
 * what AWS masks). Whether the rest is right is left to AWS.
 */
export function checkQuery(query: string): void {
  if (UNREADABLE.test(query)) throw refusal('of blanks and controls only spaces, tabs and new lines are taken')
  if (/\bunmask\b/i.test(query)) throw refusal('unmask is not allowed')
  // Wherever it stands: should AWS see the end of a text elsewhere than we do, it still chooses no log group.
  if (CHOOSES_GROUPS.test(query)) throw refusal('SOURCE is not a command that is allowed here, nor in a text')
  for (const command of commandsOf(query)) {
    const [word = ''] = /^[A-Za-z]*/.exec(command) ?? []
    if (COMMANDS.some(known => known === word.toLowerCase())) continue
    const meant = nearest(word, COMMANDS)
    const said = word === '' ? 'a command is missing' : `${word} is not a command that is allowed here`
    throw refusal(`${said}; ${meant ? `did you mean ${meant}?` : `those are ${COMMANDS.join(', ')}`}`)
  }
}

const UNREADABLE = /(?![\t\n\r])[\p{Cc}\p{Cf}]|(?![ \t\n\r])\s|\r(?!\n)/u
const CHOOSES_GROUPS = /\|\s*source\b|\bsource\s*(?:\[|\(|loggroups\b)|\(\s*source\s*["'`]/i

// One piece after the other, so that no distance hides what stands before.
const PIECE =
  /(?<blank>\s+)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`)|(?<bar>\|)|(?<word>[\w@.]+|=~)|(?<slash>\/)|(?<other>[^"'`#])/y
const COMMENT = /[ \t]*#[^\n]*/y // where a line begins
const PATTERN = /\/(?:[^/\\\n]|\\.)+\//y // where one may stand

/** The text of each command, from its first word on, without comments and blanks around. */
function commandsOf(query: string): string[] {
  const commands = ['']
  const words: string[] = [] // of the command, as far as it is read
  for (let at = 0; at < query.length; ) {
    const begins = at === 0 || query[at - 1] === '\n'
    const piece =
      (begins ? matched(COMMENT, query, at) : undefined) ??
      (mayBePattern(words) ? matched(PATTERN, query, at) : undefined) ??
      matched(PIECE, query, at)
    if (!piece) throw refusal(`it cannot be read from character ${at + 1} on: a text must end in its line`)
    const [text] = piece
    at += text.length
    if (piece.groups?.['bar']) {
      commands.push('')
      words.length = 0
    } else if (!/^\s*#/.test(text)) {
      commands[commands.length - 1] += text
      if (text.trim() !== '') words.push(text.toLowerCase())
    }
  }
  return commands.map(command => command.trim())
}

function matched(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

/** After `like`, `=~`, or the field that `parse` reads; elsewhere a slash divides. */
function mayBePattern(words: readonly string[]): boolean {
  const last = words.at(-1) ?? ''
  return last === 'like' || last === '=~' || (words.length === 2 && words[0] === 'parse')
}

function refusal(why: string): Fault {
  return new Fault('validation', `query: ${why}.`)
}
