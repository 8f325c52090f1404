// A form as Slack's modal, and what was filled in read back.
import { createHash } from 'node:crypto'
import type { InputBlock, InputBlockElement, KnownBlock, ModalView, PlainTextOption } from '@slack/types'
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Choice, Field, Filled, Form } from '../form.ts'
import { SLACK_LIMITS } from './limits.ts'
import { plainText } from './text.ts'

/** The callback_id of our modals. */
export const FORM_ID = 'incident-form'

/**
 * `keep`: comes back with what is filled in, at most 3,000 characters; throws a Fault `validation` beyond.
 * Where a field has nothing to choose from there is nothing to submit.
 */
export function slackModal(form: Form, keep: string): ModalView {
  if (keep.length > SLACK_LIMITS.viewKept.most) {
    throw new Fault(
      'validation',
      `Expected at most ${SLACK_LIMITS.viewKept.most} characters to keep in a modal, got ${keep.length}.`,
    )
  }
  const canSubmit = form.fields.every(field => !('choices' in field) || field.choices.length > 0)
  return {
    type: 'modal',
    callback_id: FORM_ID,
    private_metadata: keep,
    title: plainText(form.title, SLACK_LIMITS.viewTitle),
    close: plainText('Cancel', SLACK_LIMITS.viewTitle),
    ...(canSubmit && { submit: plainText(form.submit, SLACK_LIMITS.viewTitle) }),
    blocks: form.fields.flatMap(fieldBlocks),
  }
}

function fieldBlocks(field: Field): KnownBlock[] {
  if ('choices' in field && field.choices.length === 0) {
    return [note(`${field.label}: there is nothing to choose from.`)]
  }
  const input: InputBlock = {
    type: 'input',
    block_id: field.name,
    label: plainText(field.label, SLACK_LIMITS.inputLabel),
    optional: field.optional,
    element: element(field),
    ...(field.kind === 'text' && field.hint && { hint: plainText(field.hint, SLACK_LIMITS.inputLabel) }),
  }
  const shown = 'choices' in field ? Math.min(field.choices.length, SLACK_LIMITS.options.most) : 0
  const more = 'choices' in field ? field.choices.length - shown : 0
  return more > 0 ? [input, note(`+${more} more that do not fit in this menu`)] : [input]
}

function note(text: string): KnownBlock {
  return { type: 'context', elements: [plainText(text, SLACK_LIMITS.text)] }
}

const ANSWER = 'answer' // the action_id of every field; the block's id is its name

function element(field: Field): InputBlockElement {
  switch (field.kind) {
    case 'line':
    case 'text': {
      const longest = Math.min(field.longest, SLACK_LIMITS.inputText.most)
      return {
        type: 'plain_text_input',
        action_id: ANSWER,
        multiline: field.kind === 'text',
        max_length: longest,
        ...(field.kind === 'line' && field.hint && { placeholder: plainText(field.hint, SLACK_LIMITS.placeholder) }),
      }
    }
    case 'one of':
      return { type: 'static_select', action_id: ANSWER, options: options(field.choices) }
    case 'some of':
      return { type: 'multi_static_select', action_id: ANSWER, options: options(field.choices) }
  }
}

function options(choices: readonly Choice[]): PlainTextOption[] {
  return choices.slice(0, SLACK_LIMITS.options.most).map(({ value, label }) => ({
    text: plainText(label, SLACK_LIMITS.optionText),
    value: shortValue(value),
  }))
}

/** An id of a source may be longer than an option's value: then its hash stands for it. */
function shortValue(value: string): string {
  if (value.length <= SLACK_LIMITS.optionValue.most) return value
  return `sha256:${createHash('sha256').update(value).digest('hex')}`
}

const option = z.object({ value: z.string() })
const answer = z.object({
  value: z.string().nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).nullish(),
})
const stateSchema = z.record(z.string(), z.record(z.string(), answer))

/**
 * `values`: view.state.values as Slack sent it; `form`: the one that was asked, which knows the ids of long choices.
 * A field that was left empty is left out. Throws a Fault `validation` for another shape.
 */
export function filledOf(values: unknown, form: Form): Filled {
  const { data, error } = stateSchema.safeParse(values)
  if (!data)
    throw new Fault('validation', 'Expected the values of a modal of ours, got something else.', { cause: error })
  const filled = form.fields.flatMap((field): [string, string | string[]][] => {
    const given = data[field.name]?.[ANSWER]
    switch (field.kind) {
      case 'line':
      case 'text':
        return given?.value ? [[field.name, given.value]] : []
      case 'one of':
        return chosen(field.choices, given?.selected_option ? [given.selected_option] : []).map(value => [
          field.name,
          value,
        ])
      case 'some of':
        return [[field.name, chosen(field.choices, given?.selected_options ?? [])]]
    }
  })
  return Object.fromEntries(filled)
}

function chosen(choices: readonly Choice[], picked: readonly { value: string }[]): string[] {
  const values = new Set(picked.map(({ value }) => value))
  return choices.map(({ value }) => value).filter(value => values.has(shortValue(value)))
}
