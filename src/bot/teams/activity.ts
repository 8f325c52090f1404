// What Teams sends, checked at the door, and what of it concerns us: a press, words, somebody who came. Pure.
// https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
import { z } from 'zod'
import type { Press } from '#cards/card.ts'
import type { Filled } from '#cards/form.ts'
import { pressOf } from '#cards/press-value.ts'
import { filledOf, SUBMIT_VERB } from '#cards/teams/form.ts'
import { REFRESH_VERB } from '#cards/teams.ts'
import type { Thread } from '#incident/thread.ts'
import type { Sender } from './people.ts'
import { isChannel, isPersonal, placeOf } from './place.ts'

// They become parts of addresses: nothing that could lead elsewhere.
const identifier = z.string().regex(/^[\w:@.;=+|~-]{1,400}$/)
const account = z.object({
  id: identifier,
  aadObjectId: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  name: z.string().max(256).catch(''),
  role: z.string().optional().catch(undefined),
})
const withTenant = z.object({ tenant: z.object({ id: z.string() }).optional() })

export const activitySchema = z.object({
  type: z.string().max(64),
  id: identifier,
  channelId: z.literal('msteams'),
  serviceUrl: z.url().max(500),
  from: account,
  recipient: account,
  conversation: z.object({ id: identifier, tenantId: z.string().optional() }),
  channelData: withTenant.optional(),
  replyToId: identifier.optional(),
  text: z.string().max(100_000).optional(),
  entities: z
    .array(
      z.object({ type: z.string(), text: z.string().optional(), mentioned: z.object({ id: z.string() }).optional() }),
    )
    .optional()
    .catch(undefined),
  membersAdded: z.array(account).max(1_000).optional(),
  name: z.string().max(100).optional(),
  value: z.unknown().optional(),
})
export type Activity = z.output<typeof activitySchema>

/** `thread`: the message it was said below or pressed on. */
export type Heard = { by: Sender; thread: Thread } & (
  | { kind: 'press'; press: Press; filled?: Filled }
  | { kind: 'look'; key: string }
  | { kind: 'words'; text: string; isPersonal: boolean }
  | { kind: 'investigate'; text: string }
  | { kind: 'installed' }
  | { kind: 'joined'; who: Sender[] }
)

/** Undefined: nothing that concerns us, such as what people say to each other. */
export function heardIn(activity: Activity): Heard | undefined {
  const head = { by: activity.from, thread: threadOf(activity) }
  switch (activity.type) {
    case 'message': {
      const isPersonalChat = isPersonal(activity.conversation.id)
      // Where the app may read the channel's messages, Teams sends all of them: only those to us are for us.
      if (!isPersonalChat && !isToUs(activity)) return undefined
      return { ...head, kind: 'words', text: spoken(activity), isPersonal: isPersonalChat }
    }
    case 'invoke':
      return heardInvoke(activity, head)
    case 'conversationUpdate': {
      const added = activity.membersAdded ?? []
      if (added.some(({ id }) => id === activity.recipient.id)) return { ...head, kind: 'installed' }
      return added.length > 0 ? { ...head, kind: 'joined', who: added } : undefined
    }
    default:
      return undefined
  }
}

function heardInvoke(activity: Activity, head: { by: Sender; thread: Thread }): Heard | undefined {
  if (activity.name === 'adaptiveCard/action') {
    const { data } = executed.safeParse(activity.value)
    if (!data) return undefined
    const { verb, data: carried } = data.action
    if (verb === REFRESH_VERB) return { ...head, kind: 'look', key: carried.key ?? '' }
    const press = carried.press === undefined ? undefined : pressOf(carried.press)
    return press && { ...head, kind: 'press', press, ...(verb === SUBMIT_VERB && { filled: filledOf(carried) }) }
  }
  if (activity.name === 'composeExtension/fetchTask') {
    const { data } = extended.safeParse(activity.value)
    if (!data) return undefined
    const { id, replyToId, body } = data.messagePayload
    const root = replyToId ?? head.thread.parent
    const thread: Thread = {
      chat: 'teams',
      channel: head.thread.channel,
      id,
      ...(root && root !== id && { parent: root }),
    }
    return { by: head.by, thread, kind: 'investigate', text: plainText(body.content) }
  }
  return undefined
}

const executed = z.object({
  action: z.object({
    verb: z.string().optional(),
    data: z.looseObject({ press: z.string().optional(), key: z.string().max(200).optional() }).catch({}),
  }),
})
const messageId = z.string().regex(/^\d{1,20}$/)
const extended = z.object({
  commandId: z.literal('investigate'),
  messagePayload: z.object({
    id: messageId,
    replyToId: messageId.optional(),
    body: z.object({ content: z.string().max(100_000) }),
  }),
})

function threadOf({ conversation, id, replyToId, type }: Activity): Thread {
  const { channel, root } = placeOf(conversation.id)
  const at = { chat: 'teams', channel } as const
  if (!isChannel(channel)) return { ...at, id: replyToId ?? id }
  if (type === 'conversationUpdate') return { ...at, id: '' }
  // What is said in a thread is below its first message; what is pressed is pressed on one of its messages.
  const message = type === 'invoke' ? (replyToId ?? root ?? id) : (root ?? id)
  return { ...at, id: message, ...(root !== undefined && root !== message && { parent: root }) }
}

function isToUs({ entities = [], recipient }: Activity): boolean {
  return entities.some(({ type, mentioned }) => type === 'mention' && mentioned?.id === recipient.id)
}

/** What was said, without our own name. */
function spoken({ text = '', entities = [], recipient }: Activity): string {
  const ours = entities.filter(({ mentioned }) => mentioned?.id === recipient.id)
  const rest = ours.reduce((left, { text: mark }) => (mark ? left.replaceAll(mark, ' ') : left), text)
  return plainText(rest)
}

const LONGEST_READ = 8_000 // characters: more is cut before any pattern looks at it
const ENTITIES: Record<string, string> = { nbsp: ' ', lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }

/** What a person reads of Teams' HTML; only ever used as text. */
function plainText(html: string): string {
  return html
    .slice(0, LONGEST_READ)
    .replaceAll(/<[^<>]{0,2000}>/g, ' ')
    .replaceAll(/&(nbsp|lt|gt|quot|#39|amp);/g, (_all, entity: string) => ENTITIES[entity] ?? ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
