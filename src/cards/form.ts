// What has to be asked before it can be done, in no platform's words: a modal in Slack, a dialog in Teams.
import type { Action } from '#incident/chat.ts'
import { Fault } from '#incident/fault.ts'
import type { Incident } from '#incident/incident.ts'
import { SEVERITIES } from '#incident/signal.ts'
import { exact, say, sentence, words } from './card.ts'
import type { FormKind, Reader, Text } from './card.ts'
import { evidence } from './evidence.ts'

export type Choice = { value: string; label: Text }

/** `longest`: in characters. */
export type Field = { name: string; label: string; optional: boolean } & (
  | { kind: 'line' | 'text'; longest: number; hint?: string }
  | { kind: 'one of' | 'some of'; choices: Choice[] }
)

/** `about`: the incident or the remedy. */
export type Form = { form: FormKind; about: string; title: string; submit: string; fields: Field[] }

/** What was filled in, by field; a list where several could be chosen. */
export type Filled = Record<string, string | string[]>

/** `incident`: the one it is about; `open`: those it could be merged into. Only `declare` needs neither. */
export function formOf(
  form: FormKind,
  about: string,
  { incident, open = [], reader }: { incident?: Incident; open?: readonly Incident[]; reader: Reader },
): Form {
  switch (form) {
    case 'deny':
      return { form, about, title: 'Say no', submit: 'Deny', fields: [DENY_REASON] }
    case 'declare':
      return { form, about, title: 'Declare an incident', submit: 'Declare', fields: [TITLE, SERVICE, SEVERITY] }
    case 'known':
      return { form, about, title: 'A known trouble', submit: 'Mark as known', fields: [KNOWN_REASON, TICKET, DAYS] }
    case 'split': {
      const field = { name: 'signals', label: 'Signals of another incident', optional: false, kind: 'some of' } as const
      const choices = (incident?.signals ?? []).map(signal => {
        const { at, text } = evidence(signal, reader, incident)
        return { value: signal.id, label: say`${at} ${text}` }
      })
      return { form, about, title: 'Split off', submit: 'Split', fields: [{ ...field, choices }] }
    }
    case 'merge': {
      const field = { name: 'into', label: 'The same as', optional: false, kind: 'one of' } as const
      const others = open.filter(({ id }) => id !== about)
      const choices = others.map(({ id, title }) => ({ value: id, label: say`${exact(id)} ${sentence(title)}` }))
      return { form, about, title: 'Merge', submit: 'Merge', fields: [{ ...field, choices }] }
    }
  }
}

/** What the filled form asks for. Throws a Fault `validation` that names the field. */
export function actionOf(form: FormKind, about: string, filled: Filled): Action {
  switch (form) {
    case 'deny': {
      const reason = line(filled, 'reason', DENY_REASON.longest)
      return { kind: 'deny', remedy: about, ...(reason && { reason }) }
    }
    case 'declare': {
      const severity = SEVERITIES.find(known => known === filled['severity'])
      if (!severity) throw new Fault('validation', `${SEVERITY.label}: expected one of ${SEVERITIES.join(', ')}.`)
      const title = needed(line(filled, 'title', TITLE.longest), TITLE.label)
      return {
        kind: 'declare',
        title,
        service: needed(line(filled, 'service', SERVICE.longest), SERVICE.label),
        severity,
      }
    }
    case 'known':
      return knownAction(about, filled)
    case 'split': {
      const signals = filled['signals']
      if (!Array.isArray(signals) || signals.length === 0) throw new Fault('validation', 'Choose at least one signal.')
      return { kind: 'split', incident: about, signals }
    }
    case 'merge':
      return { kind: 'merge', incident: about, into: needed(line(filled, 'into', 40), 'The same as') }
  }
}

function knownAction(incident: string, filled: Filled): Action {
  const reason = needed(line(filled, 'reason', KNOWN_REASON.longest), KNOWN_REASON.label)
  const ticket = line(filled, 'ticket', TICKET.longest)
  const days = line(filled, 'days', DAYS.longest)
  if (days !== '' && !(Number(days) >= 1 && Number(days) <= MOST_DAYS))
    throw new Fault('validation', `${DAYS.label}: expected 1 to ${MOST_DAYS}, or nothing.`)
  return {
    kind: 'known',
    incident,
    reason,
    ...(ticket && { ticket }),
    ...(days && { millis: Math.round(Number(days) * 86_400_000) }),
  }
}

const MOST_DAYS = 366

const KNOWN_REASON = {
  name: 'reason',
  label: 'Why it is known',
  optional: false,
  kind: 'line',
  longest: 200,
  hint: 'The supplier mends it in the next release',
} as const
const TICKET = {
  name: 'ticket',
  label: 'Ticket',
  optional: true,
  kind: 'line',
  longest: 300,
  hint: 'https://tickets.example.com/OPS-7',
} as const
const DAYS = { name: 'days', label: 'For how many days', optional: true, kind: 'line', longest: 5, hint: '14' } as const

const DENY_REASON = {
  name: 'reason',
  label: 'Why not',
  optional: true,
  kind: 'text',
  longest: 500,
  hint: 'Goes into the record.',
} as const
const TITLE = {
  name: 'title',
  label: 'What is wrong',
  optional: false,
  kind: 'line',
  longest: 150,
  hint: 'Checkout fails for customers in Europe',
} as const
const SERVICE = {
  name: 'service',
  label: 'Service',
  optional: false,
  kind: 'line',
  longest: 80,
  hint: 'checkout',
} as const
const SEVERITY = {
  name: 'severity',
  label: 'How bad',
  optional: false,
  kind: 'one of',
  choices: SEVERITIES.map(severity => ({ value: severity, label: [words(severity)] })),
} as const satisfies Field

function line(filled: Filled, name: string, longest: number): string {
  const value = filled[name]
  return typeof value === 'string' ? Array.from(value.trim()).slice(0, longest).join('') : ''
}

function needed(value: string, label: string): string {
  if (value === '') throw new Fault('validation', `${label}: expected some words, got none.`)
  return value
}
