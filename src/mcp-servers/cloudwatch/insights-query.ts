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
  if (/\bunmask\b/i.test(query)) throw refusal('unmask is not allowed')
  for (const command of commandsOf(query)) {
    const [, word = ''] = /^\s*([A-Za-z]{0,40})/.exec(command) ?? []
    if (COMMANDS.some(known => known === word.toLowerCase())) continue
    const meant = nearest(word, COMMANDS)
    const said = word === '' ? 'a command is missing' : `${word} is not a command that is allowed here`
    throw refusal(`${said}; ${meant ? `did you mean ${meant}?` : `those are ${COMMANDS.join(', ')}`}`)
  }
}

// A comment to the end of its line, quoted text, `a name`, a /pattern/ where one may stand, or the bar between commands.
const PIECE =
  /(?:^|\n)[ \t]{0,100}#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|(?<=\b(?:like|parse\s{1,20}\S{1,100})\s{0,20}|=~\s{0,20})\/(?:[^/\\]|\\.)+\/|\|/gi

function commandsOf(query: string): string[] {
  const commands = ['']
  let done = 0
  const add = (text: string) => (commands[commands.length - 1] += text)
  for (const { 0: piece, index } of query.matchAll(PIECE)) {
    add(query.slice(done, index))
    done = index + piece.length
    if (piece === '|') commands.push('')
    else if (!/^\s*#/.test(piece)) add(piece)
  }
  add(query.slice(done))
  return commands
}

function refusal(why: string): Fault {
  return new Fault('validation', `query: ${why}.`)
}
