// What people type after `/incident` or after the bot's name, as what they want. Pure.
import type { Action } from '#incident/chat.ts'
import type { Complaint } from '#incident/incident.ts'
import type { FormKind } from '#cards/card.ts'

export type Command = { action: Action } | { form: FormKind; about: string } | { problem: string }

/** `incident`: the one whose thread it was typed in; a command without an id is about that one. */
export function parseCommand(text: string, incident?: string): Command {
  const [verb = '', ...rest] = text.trim().split(/\s+/)
  const parse = commandOf(verb)
  if (verb === '') return { action: { kind: 'help' } }
  return parse ? parse(rest, incident) : unknown(verb)
}

/** The same, for a sentence said to the bot: what is no command is a question. */
export function parseMention(text: string, incident?: string): Command {
  const [verb = '', ...rest] = text.trim().split(/\s+/)
  const known = commandOf(verb)
  const isSentence = /\?\s*$/.test(text) || rest.length > LONGEST_COMMAND_WORDS
  if (verb === '' || (known && (!isSentence || ASKING.includes(verb.toLowerCase()))))
    return parseCommand(text, incident)
  return ask(text.trim(), incident)
}

/** "Investigate this", chosen on a message: what may be behind its words. */
export function investigation(text: string, incident?: string): Command {
  const words = text.trim()
  return words === ''
    ? { problem: 'That message has no words to look into.' }
    : ask(`What is behind this? ${words}`, incident)
}

type Parse = (rest: string[], incident: string | undefined) => Command

const LONGEST_COMMAND_WORDS = 3 // "mute 30m checkout"; "show me why checkout fails" is a question
const LONGEST_QUESTION = 2_000 // characters, as REST takes
const ASKING = ['ask', 'declare']

const COMMANDS: Record<string, Parse> = {
  list: () => ({ action: { kind: 'list' } }),
  status: () => ({ action: { kind: 'status' } }),
  help: () => ({ action: { kind: 'help' } }),
  show: about('show'),
  details: about('details'),
  look: about('look'),
  postmortem: about('postmortem'),
  ack: about('acknowledge'),
  resolve: about('resolve'),
  mute,
  unmute,
  known: form('known'),
  unknown: about('unknown'),
  feedback,
  raise: about('raise'),
  leave: about('leave'),
  lower: about('lower'),
  settings: () => ({ action: { kind: 'settings' } }),
  ask: (rest, incident) =>
    rest.length === 0 ? { problem: 'Ask what? For example: ask what changed?' } : ask(rest.join(' '), incident),
  declare: () => ({ form: 'declare', about: '' }),
  split: form('split'),
  merge: ([first, second], incident) => {
    const [from, into] = second === undefined ? [incident, first] : [first, second]
    const [a, b] = [from && idOf(from), into && idOf(into)]
    if (a && b) return { action: { kind: 'merge', incident: a, into: b } }
    return a ? { form: 'merge', about: a } : { problem: `${WHICH} For example: merge INC-42 INC-40` }
  },
}

function commandOf(verb: string): Parse | undefined {
  return Object.hasOwn(COMMANDS, verb.toLowerCase()) ? COMMANDS[verb.toLowerCase()] : undefined
}

const WHICH = 'Which incident? Say its id, or say it in its thread.'

function about(
  kind:
    | 'show'
    | 'details'
    | 'look'
    | 'postmortem'
    | 'acknowledge'
    | 'resolve'
    | 'unknown'
    | 'raise'
    | 'leave'
    | 'lower',
): Parse {
  return ([id], incident) => {
    const wanted = id === undefined ? incident : idOf(id)
    if (wanted) return { action: { kind, incident: wanted } }
    return { problem: id === undefined ? WHICH : `${WHICH} Expected an id such as INC-42, got “${short(id)}”.` }
  }
}

function form(kind: 'split' | 'known'): Parse {
  return ([id], incident) => {
    const wanted = id === undefined ? incident : idOf(id)
    return wanted ? { form: kind, about: wanted } : { problem: WHICH }
  }
}

function ask(question: string, incident: string | undefined): Command {
  return { action: { kind: 'ask', question: question.slice(0, LONGEST_QUESTION), ...(incident && { incident }) } }
}

const LONGEST_MUTE_MINUTES = 7 * 24 * 60
const UNIT_MINUTES: Record<string, number> = { m: 1, h: 60, d: 1_440 }

/** "mute 30m", "mute 2h INC-42", "mute 1d checkout". */
function mute([span = '', target]: string[], incident: string | undefined): Command {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(span) ?? []
  const minutes = Number(count) * (UNIT_MINUTES[unit] ?? Number.NaN)
  if (!(minutes >= 1 && minutes <= LONGEST_MUTE_MINUTES)) {
    return { problem: `For how long? Expected a span of at most 7d such as 30m or 2h, got “${short(span)}”.` }
  }
  const id = target === undefined ? incident : idOf(target)
  const millis = minutes * 60_000
  if (id) return { action: { kind: 'mute', millis, incident: id } }
  if (target !== undefined) return { action: { kind: 'mute', millis, service: target.slice(0, 253) } }
  return { problem: 'Mute what? Say an incident or a service: mute 30m INC-42, mute 30m checkout' }
}

const FEEDBACK: Record<string, { helpful: boolean; why?: Complaint }> = {
  helpful: { helpful: true },
  no: { helpful: false },
  cause: { helpful: false, why: 'wrong cause' },
  noise: { helpful: false, why: 'not an incident' },
}

/** "feedback noise INC-42": helpful, no (not helpful), cause (the wrong one), noise (not an incident). */
function feedback([word = '', target]: string[], incident: string | undefined): Command {
  const said = Object.hasOwn(FEEDBACK, word) ? FEEDBACK[word] : undefined
  if (!said)
    return { problem: `How was it? Expected one of ${Object.keys(FEEDBACK).join(', ')}, got “${short(word)}”.` }
  const id = target === undefined ? incident : idOf(target)
  return id ? { action: { kind: 'feedback', incident: id, ...said } } : { problem: WHICH }
}

/** "unmute INC-42", "unmute checkout"; in a thread "unmute". */
function unmute([target]: string[], incident: string | undefined): Command {
  const id = target === undefined ? incident : idOf(target)
  if (id) return { action: { kind: 'unmute', incident: id } }
  if (target !== undefined) return { action: { kind: 'unmute', service: target.slice(0, 253) } }
  return { problem: 'Unmute what? Say an incident or a service: unmute INC-42, unmute checkout' }
}

function idOf(text: string): string | undefined {
  return /^inc-\d{1,9}$/i.test(text) ? text.toUpperCase() : undefined
}

function unknown(verb: string): Command {
  return { problem: `There is no command “${short(verb)}”. There are: ${Object.keys(COMMANDS).join(', ')}.` }
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
