// What people press, choose, fill in and type, as Slack sends it.
import { z } from 'zod'
import { pressOf } from '#cards/press-value.ts'
import { PRESS_ID } from '#cards/slack/actions.ts'
import { FORM_ID } from '#cards/slack/modal.ts'
import { parentOf } from './arrived.ts'
import type { Arrived, Envelope, Place, Submitted } from './arrived.ts'
import { formNoteSchema } from './form-note.ts'

/** The shortcut's callback_id in the app manifest. */
const INVESTIGATE = 'investigate'

const user = z.object({ id: z.string() })
const channel = z.object({ id: z.string() }).optional()
const value = z.string()

const press = z
  .object({
    type: z.literal('block_actions'),
    trigger_id: z.string(),
    user,
    channel,
    container: z.object({
      message_ts: z.string().optional(),
      thread_ts: z.string().optional(),
      is_ephemeral: z.boolean().optional(),
    }),
    message: z.object({ thread_ts: z.string().optional() }).optional(),
    response_url: z.string().optional(),
    actions: z.tuple(
      [
        z.object({
          action_id: z.string().regex(PRESS_ID),
          value: value.optional(),
          selected_option: z.object({ value }).nullish(),
        }),
      ],
      z.unknown(),
    ),
  })
  .transform(({ trigger_id, user: by, channel: in_, container, message, response_url, actions: [action] }) => {
    const { message_ts: ts, is_ephemeral: isWhisper } = container
    const parent = parentOf(ts, message?.thread_ts ?? container.thread_ts)
    const place: Place = { channel: in_?.id, message: ts, isWhisper, respond: response_url, ...parent }
    const meant = pressOf(action.selected_option?.value ?? action.value ?? '')
    return taken(trigger_id, { kind: 'press', user: by.id, place, press: meant, trigger: trigger_id })
  })

const submitted = z
  .object({
    type: z.literal('view_submission'),
    trigger_id: z.string(),
    user,
    view: z.object({
      callback_id: z.literal(FORM_ID),
      private_metadata: z.string().transform((text, context) => {
        try {
          return formNoteSchema.parse(JSON.parse(text))
        } catch {
          context.addIssue('not a note of ours')
          return z.NEVER
        }
      }),
      state: z.object({ values: z.unknown() }),
    }),
  })
  .transform(({ trigger_id, user: by, view }): Envelope<Submitted> => {
    const { private_metadata: note, state } = view
    return { id: trigger_id, arrived: { kind: 'submitted', user: by.id, note, values: state.values } }
  })

const shortcut = z
  .object({
    type: z.literal('message_action'),
    callback_id: z.literal(INVESTIGATE),
    trigger_id: z.string(),
    user,
    channel: z.object({ id: z.string() }),
    message: z.object({ ts: z.string(), thread_ts: z.string().optional(), text: z.string().default('') }),
    response_url: z.string().optional(),
  })
  .transform(({ trigger_id, user: by, channel: in_, message, response_url }) => {
    const { ts, thread_ts, text } = message
    const place: Place = { channel: in_.id, message: ts, respond: response_url, ...parentOf(ts, thread_ts) }
    return taken(trigger_id, { kind: 'investigate', user: by.id, place, text })
  })

/** A press, a form that was filled in, a shortcut: https://docs.slack.dev/interactivity/handling-user-interaction */
export const interactionSchema = z.union([press, submitted, shortcut])

/** A command: https://docs.slack.dev/interactivity/implementing-slash-commands */
export const commandSchema = z
  .object({
    command: z.string().startsWith('/'),
    text: z.string().default(''),
    trigger_id: z.string(),
    user_id: z.string(),
    channel_id: z.string(),
    response_url: z.string().optional(),
  })
  .transform(({ text, trigger_id, user_id, channel_id, response_url }): Envelope => {
    const place: Place = { channel: channel_id, respond: response_url }
    return taken(trigger_id, { kind: 'command', user: user_id, place, text, trigger: trigger_id })
  })

function taken(id: string, arrived: Arrived): Envelope {
  return { id, arrived }
}
