// A form as an Adaptive Card, and what comes back from one. What is filled in is checked by the form's own rules.
import type { CardElement, IAdaptiveCard, IColumnSet } from '@microsoft/teams.cards'
import { z } from 'zod'
import { words } from '../card.ts'
import type { Choice, Field, Filled, Form } from '../form.ts'
import { pressValue } from '../press-value.ts'
import { TEAMS_LIMITS } from './limits.ts'
import { label, more, paragraph, runs } from './text.ts'

/** The verb of a filled form; `form` is the one that asks for an empty one. */
export const SUBMIT_VERB = 'submit'

/** By itself, or inside the button that opens it. Its button carries `data.press`, the form's own press, beside the inputs. */
export function teamsForm({ form, about, title, submit, fields }: Form): IAdaptiveCard {
  const press = pressValue({ kind: 'form', form, about })
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [paragraph(runs([words(title)], { weight: 'Bolder' })), ...fields.flatMap(elements)],
    actions: [{ type: 'Action.Execute', title: submit, verb: SUBMIT_VERB, style: 'positive', data: { press } }],
  }
}

/** The inputs of a filled form, from the `data` of its Action.Execute. A field that was left empty is absent. */
export function filledOf(data: unknown): Filled {
  const filled = new Map<string, string | string[]>()
  for (const [id, value] of Object.entries(inputs.parse(data))) {
    if (typeof value !== 'string' || id === 'press') continue
    const [, name, chosen] = TICKED.exec(id) ?? []
    if (name === undefined || chosen === undefined) filled.set(id, value)
    else if (value === 'true') filled.set(name, [...[filled.get(name) ?? []].flat(), decode(chosen)])
  }
  return Object.fromEntries(filled)
}

const inputs = z.record(z.string(), z.unknown()).catch({})

/** The id of a box to tick: the field and, since it may hold any character, the choice in base64url. */
const TICKED = /^(\w+)\.([\w-]+)$/
const encode = (value: string) => Buffer.from(value).toString('base64url')
const decode = (value: string) => Buffer.from(value, 'base64url').toString()

function elements(field: Field): CardElement[] {
  if ('choices' in field && field.choices.length === 0) {
    return [paragraph(runs([words(`${field.label}: there is nothing to choose from.`)]))]
  }
  const head = { id: field.name, label: field.label, isRequired: !field.optional }
  const errorMessage = `${field.label}: expected, but empty.`
  switch (field.kind) {
    case 'line':
    case 'text': {
      const input = { type: 'Input.Text', ...head, errorMessage, maxLength: field.longest } as const
      return [{ ...input, isMultiline: field.kind === 'text', ...(field.hint && { placeholder: field.hint }) }]
    }
    case 'one of': {
      const shown = field.choices.slice(0, TEAMS_LIMITS.choices.most)
      const choices = shown.map(choice => ({
        title: label(choice.label, TEAMS_LIMITS.choiceTitle),
        value: choice.value,
      }))
      // Compact: a list to open, whose entries are plain text; the titles of radio buttons and boxes are read as markdown.
      return [
        { type: 'Input.ChoiceSet', ...head, errorMessage, style: 'compact', choices },
        ...more(field.choices.length - shown.length),
      ]
    }
    case 'some of': {
      const shown = field.choices.slice(0, TEAMS_LIMITS.boxes.most)
      return [
        paragraph(runs([words(field.label)])),
        ...shown.map((choice, i) => box(field.name, choice, i + 1)),
        ...more(field.choices.length - shown.length),
      ]
    }
  }
}

/** A numbered box to tick beside its text, which stands in a block that knows no markdown. */
function box(name: string, { value, label: text }: Choice, number: number): IColumnSet {
  const toggle = {
    type: 'Input.Toggle',
    id: `${name}.${encode(value)}`,
    title: String(number),
    value: 'false',
  } as const
  return {
    type: 'ColumnSet',
    spacing: 'Small',
    columns: [
      { type: 'Column', width: 'auto', items: [toggle] },
      { type: 'Column', width: 'stretch', verticalContentAlignment: 'Center', items: [paragraph(runs(text))] },
    ],
  }
}
