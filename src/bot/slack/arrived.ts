// What Slack sends, read once: what matters of it goes into the inbox, the rest stays outside. Unknown things are none of ours.
import { z } from 'zod'
import { pressOf } from '#cards/press-value.ts'
import type { Press } from '#cards/card.ts'
import { PRESS_ID } from '#cards/slack-actions.ts'
import { FORM_ID } from '#cards/slack-modal.ts'
import type { Action } from '#incident/chat.ts'
import { formNoteSchema } from './form-note.ts'
import type { FormNote } from './form-note.ts'

/**
 * Where something was pressed or said. `message`: the one it was pressed on or said below, and its thread's first;
 * neither on a home tab. `respond`: where Slack takes an answer for half an hour, whoever may post in the channel.
 */
export type Place = {
  channel?: string
  message?: string
  parent?: string
  /** A message that only this person sees. */
  isWhisper?: boolean
  respond?: string
}

export type Arrived = { user: string; place: Place } & (
  | { kind: 'press'; press?: Press; trigger: string }
  | { kind: 'command'; text: string; trigger: string }
  /** To the bot: below its name, or alone with it. */
  | { kind: 'said'; text: string }
  /** The shortcut "Investigate this". */
  | { kind: 'investigate'; text: string }
  | { kind: 'wanted'; action: Action }
  | { kind: 'home' }
  | { kind: 'joined' }
)

/** A form that was filled in: what it asks for is worked out before it is acknowledged. */
export type Submitted = { kind: 'submitted'; user: string; note: FormNote; values: unknown }

/** `id`: the platform's own, the same however often it is delivered. Undefined: nothing we deal with. */
export function readArrived(body: unknown): { id: string; arrived: Arrived | Submitted } | undefined {
  const { data } = bodySchema.safeParse(body)
  return data
}

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
    const parent = message?.thread_ts ?? container.thread_ts
    const place: Place = {
      channel: in_?.id,
      message: container.message_ts,
      isWhisper: container.is_ephemeral,
      respond: response_url,
      ...(parent !== container.message_ts && { parent }),
    }
    const meant = pressOf(action.selected_option?.value ?? action.value ?? '')
    return arrive(trigger_id, { kind: 'press', user: by.id, place, press: meant, trigger: trigger_id })
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
  .transform(({ trigger_id, user: by, view }) => {
    const arrived = { kind: 'submitted', user: by.id, note: view.private_metadata, values: view.state.values } as const
    return { id: trigger_id, arrived }
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
    return arrive(trigger_id, { kind: 'investigate', user: by.id, place, text })
  })

/** Over HTTP these three come in a form's field. */
const interactive = z
  .object({
    payload: z.string().transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue('not JSON')
        return z.NEVER
      }
    }),
  })
  .transform(({ payload }) => payload)
  .pipe(z.union([press, submitted, shortcut]))

const command = z
  .object({
    command: z.string().startsWith('/'),
    text: z.string().default(''),
    trigger_id: z.string(),
    user_id: z.string(),
    channel_id: z.string(),
    response_url: z.string().optional(),
  })
  .transform(({ text, trigger_id, user_id, channel_id, response_url }) => {
    const place: Place = { channel: channel_id, respond: response_url }
    return arrive(trigger_id, { kind: 'command', user: user_id, place, text, trigger: trigger_id })
  })

/** Of people, as they wrote it first: what bots say and what is changed later starts nothing. */
const written = {
  user: z.string(),
  text: z.string(),
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  bot_id: z.undefined().optional(),
  subtype: z.undefined().optional(),
  edited: z.undefined().optional(),
}
const inner = z.union([
  z.object({ type: z.literal('app_mention'), ...written }).transform(said),
  z.object({ type: z.literal('message'), channel_type: z.literal('im'), ...written }).transform(said),
  z
    .object({ type: z.literal('app_home_opened'), user: z.string(), tab: z.literal('home') })
    .transform(({ user: by }): Arrived => ({ kind: 'home', user: by, place: {} })),
  z
    .object({ type: z.literal('member_joined_channel'), user: z.string(), channel: z.string() })
    .transform(({ user: by, channel: to }): Arrived => ({ kind: 'joined', user: by, place: { channel: to } })),
])

const event = z
  .object({ type: z.literal('event_callback'), event_id: z.string(), event: inner })
  .transform(({ event_id, event: arrived }) => arrive(event_id, arrived))

const bodySchema = z.union([event, interactive, press, submitted, shortcut, command])

function said({ user: by, text, channel: to, ts, thread_ts }: z.output<z.ZodObject<typeof written>>): Arrived {
  return { kind: 'said', user: by, place: { channel: to, message: ts, ...parentOf(ts, thread_ts) }, text: spoken(text) }
}

function parentOf(ts: string, thread: string | undefined): { parent?: string } {
  return thread === undefined || thread === ts ? {} : { parent: thread }
}

function arrive(id: string, arrived: Arrived): { id: string; arrived: Arrived } {
  return { id, arrived }
}

/**
 * As it was said: without the bot's name in front, links and mentions as their labels, entities as their characters.
 * spoken('<@U1> why is <http://a.example|checkout> &lt; 1?') -> 'why is checkout < 1?'
 */
function spoken(text: string): string {
  return text
    .slice(0, LONGEST)
    .replace(/^\s*<@[A-Z0-9]{1,30}>/, '')
    .replace(/<[^<>|]{1,2000}\|([^<>]{1,2000})>/g, '$1')
    .replace(/<([^<>]{1,2000})>/g, '$1')
    .replace(/&(lt|gt|amp);/g, (_, name: 'lt' | 'gt' | 'amp') => ENTITIES[name])
    .trim()
}

const LONGEST = 8_000 // of a message of Slack's; questions are cut shorter later
const ENTITIES = { lt: '<', gt: '>', amp: '&' }
