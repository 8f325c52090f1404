// Events of Slack: a mention, a word to the bot alone, a look at the home tab, somebody who joins.
import { z } from 'zod'
import { parentOf } from './arrived.ts'
import type { Arrived, Envelope } from './arrived.ts'

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

/** What the Events API tells: https://docs.slack.dev/apis/events-api */
export const eventSchema = z
  .object({ type: z.literal('event_callback'), event_id: z.string(), event: inner })
  .transform(({ event_id, event: arrived }): Envelope => ({ id: event_id, arrived }))

function said({ user: by, text, channel: to, ts, thread_ts }: z.output<z.ZodObject<typeof written>>): Arrived {
  return { kind: 'said', user: by, place: { channel: to, message: ts, ...parentOf(ts, thread_ts) }, text: spoken(text) }
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
