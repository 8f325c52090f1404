// What is said, in no platform's words: a list of parts made of marked runs of text. Slack, Teams, the web page and the
// terminal translate it at their doors; nothing here knows how any of them looks.
import type { Action } from '#incident/chat.ts'
import { clean } from '#incident/clean.ts'
import type { Person } from '#incident/remedy.ts'
import type { Millis, Severity, Source } from '#incident/signal.ts'

/** A stretch of text that says who wrote it. Only `words` are ours; everything else is shown as text, whatever it looks like. */
export type Run =
  | { kind: 'words'; text: string }
  /** From a source, at whatever remove: names, titles, messages. `quoted`: somebody else's sentence, word for word. */
  | { kind: 'telemetry'; text: string; quoted: boolean }
  | { kind: 'person'; text: string }
  | Time
  /** To be copied as it is: an id, an exact name. */
  | { kind: 'exact'; text: string }

/** `text` is the time in the reader's zone. */
export type Time = { kind: 'time'; text: string; at: Millis }

export type Text = Run[]

/** ▲ somebody should look, ⟳ something is being done, ✓ over, ? not to be relied on. */
export type Mark = '▲' | '⟳' | '✓' | '?'
export type Level = Severity | 'ok'

/** What has to be asked before it can be done: form.ts has the fields. */
export const FORM_KINDS = ['deny', 'declare', 'split', 'merge', 'known'] as const
export type FormKind = (typeof FORM_KINDS)[number]

/** What pressing it means: what a person wants of us, or a form that asks for the rest of it first. */
export type Press = Action | { kind: 'form'; form: FormKind; about: string }

export type Button = { label: Text; action: Press; weight: 'act' | 'plain' }

export type Evidence = { signal: string; source: Source; at: Time; text: Text; exact?: string; url?: string }

export type FactLabel =
  | 'Why'
  | 'Hurt'
  | 'Well'
  | 'Gaps'
  | 'Ruled out'
  | 'On'
  | 'Touches'
  | 'Risk'
  | 'Undo'
  | 'First'
  | 'Held by'
  | 'Cannot'
  | 'Expires'
  | 'Not known'
  | 'Took'
  | 'Helped'
  | 'Approvers'
  | 'Or else'
  | 'Grouped'
  | 'Call'
  | 'Cause'
  | 'People'
  | 'Before'

/** Always in this order; a part with nothing to say is left out. */
export type Part =
  | { kind: 'headline'; mark?: Mark; level?: Level; text: Text }
  | { kind: 'verdict'; text: Text }
  /** `sure`: 0..1. */
  | { kind: 'act'; text: Text; sure?: number }
  | { kind: 'progress'; text: Text }
  | { kind: 'diff'; lines: Text[] }
  /** At most three, and a menu. */
  | { kind: 'buttons'; buttons: Button[]; menu?: { label: string; items: Button[] } }
  | { kind: 'fact'; label: FactLabel; text: Text }
  | { kind: 'claims'; items: { text: Text; evidence: Evidence[] }[] }
  | { kind: 'evidence'; items: Evidence[]; more: number }
  | { kind: 'list'; items: ListItem[]; more: number }
  | { kind: 'chart'; incident: string; title: Text }
  /** Whether it helped: two thumbs. */
  | { kind: 'feedback'; incident: string }
  | { kind: 'note'; text: Text }

export type ListItem = { mark?: Mark; level?: Level; text: Text; button?: Button }

/** `key`: what it is about, the same while it is edited. */
export type Card = { key: string; parts: Part[] }

/** When and where it is read. `zone`: an IANA name such as 'Europe/Berlin'. */
export type Reader = { now: Millis; zone: string }

/**
 * A text from our own literals and marked runs: a plain string cannot slip in unmarked.
 * say`Approved by ${person(ana)}` -> [{ words 'Approved by ' }, { person 'Ana' }]
 */
export function say(literals: TemplateStringsArray, ...values: (Run | Text | undefined)[]): Text {
  return literals.flatMap((literal, i) => {
    const value = values[i]
    return [
      ...(literal === '' ? [] : [words(literal)]),
      ...(value === undefined ? [] : Array.isArray(value) ? value : [value]),
    ]
  })
}

/** Ours: never for anything that came from outside. */
export function words(text: string): Run {
  return { kind: 'words', text }
}

const LONGEST_NAME = 80 // in characters: a line on a phone is about 45
const LONGEST_SENTENCE = 280 // four lines on a phone
const LONGEST_PASSAGE = 1000 // a screen of a phone
const LONGEST_QUOTE = 140

/** A name that a source uses. */
export function name(text: string): Run {
  return { kind: 'telemetry', text: oneLine(text, LONGEST_NAME), quoted: false }
}

/** A sentence about telemetry, by rules or by a model. */
export function sentence(text: string): Run {
  return { kind: 'telemetry', text: oneLine(text, LONGEST_SENTENCE), quoted: false }
}

/** As long as it takes to say what came and what to do: an answer, an error. */
export function passage(text: string): Run {
  return { kind: 'telemetry', text: oneLine(text, LONGEST_PASSAGE), quoted: false }
}

/** Somebody else's words, word for word. */
export function quote(text: string): Run {
  return { kind: 'telemetry', text: oneLine(text, LONGEST_QUOTE), quoted: true }
}

export function person({ name: called }: Pick<Person, 'name'>): Run {
  return { kind: 'person', text: oneLine(called, LONGEST_NAME) }
}

export function exact(text: string): Run {
  return { kind: 'exact', text: oneLine(text, 3 * LONGEST_NAME) }
}

export function join(texts: readonly (Run | Text)[], between: string): Text {
  return texts.flatMap((text, i) => [...(i === 0 ? [] : [words(between)]), ...(Array.isArray(text) ? text : [text])])
}

/** Without marks. */
export function plain(text: Text): string {
  return text.map(run => (run.kind === 'telemetry' && run.quoted ? `“${run.text}”` : run.text)).join('')
}

/** With its first letter as a sentence begins. */
export function capital(run: Run): Run {
  return { ...run, text: run.text.charAt(0).toUpperCase() + run.text.slice(1) }
}

function oneLine(text: string, longest: number): string {
  const line = clean(text).replace(/\s+/g, ' ').trim()
  const characters = Array.from(line.slice(0, 2 * longest + 2)) // a character is at most two units
  return characters.length > longest
    ? `${characters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`
    : line
}
