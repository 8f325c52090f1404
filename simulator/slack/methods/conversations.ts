// conversations.*: reading back what was said, and who is where.
import { z } from 'zod'
import { flag, method, Refusal } from '../method.ts'
import type { Method } from '../method.ts'
import type { Channel, Message, Workspace } from '../workspace.ts'
import { shown } from './chat.ts'

const paging = { cursor: z.string().default('0'), limit: z.coerce.number().int().min(1).max(999).default(100) }
const range = {
  oldest: z.coerce.number().default(0),
  latest: z.coerce.number().default(Number.POSITIVE_INFINITY),
  inclusive: flag.default(false),
  include_all_metadata: flag.default(false),
}

export const conversationMethods: Record<string, Method> = {
  'conversations.history': method({
    scope: 'channels:history',
    rate: 3,
    input: z.object({ channel: z.string(), ...paging, ...range }),
    run(input, workspace) {
      const channel = readable(workspace, input.channel)
      if (channel instanceof Refusal) return channel
      const messages = workspace.messages.filter(
        ({ channel: id, threadTs, to }) => id === channel.id && threadTs === undefined && to === undefined,
      )
      return page(messages.toReversed(), input, workspace)
    },
  }),
  'conversations.replies': method({
    scope: 'channels:history',
    rate: 3,
    input: z.object({ channel: z.string(), ts: z.string(), ...paging, ...range }),
    run(input, workspace) {
      const channel = readable(workspace, input.channel)
      if (channel instanceof Refusal) return channel
      const parent = workspace.message(channel.id, input.ts)
      if (!parent) return new Refusal('thread_not_found')
      const replies = workspace.messages.filter(
        ({ channel: id, threadTs, to }) => id === channel.id && threadTs === parent.ts && to === undefined,
      )
      const answer = page(replies, input, workspace)
      return answer instanceof Refusal
        ? answer
        : { ...answer, messages: [shown(parent, input.include_all_metadata), ...(answer['messages'] as unknown[])] }
    },
  }),
  'conversations.info': method({
    scope: 'channels:read',
    rate: 3,
    input: z.object({ channel: z.string() }),
    run({ channel: id }, workspace) {
      const channel = workspace.channels.get(id)
      return channel ? { channel: told(channel, workspace) } : new Refusal('channel_not_found')
    },
  }),
  'conversations.members': method({
    scope: 'channels:read',
    rate: 4,
    input: z.object({ channel: z.string() }),
    run({ channel: id }, workspace) {
      const channel = workspace.channels.get(id)
      return channel ? { members: [...channel.members] } : new Refusal('channel_not_found')
    },
  }),
}

function readable(workspace: Workspace, id: string): Channel | Refusal {
  const channel = workspace.channels.get(id) // history takes ids only, never names
  if (!channel) return new Refusal('channel_not_found')
  return channel.members.has(workspace.bot.user) ? channel : new Refusal('not_in_channel')
}

function page(
  messages: Message[],
  input: {
    cursor: string
    limit: number
    oldest: number
    latest: number
    inclusive: boolean
    include_all_metadata: boolean
  },
  workspace: Workspace,
) {
  const { oldest, latest, inclusive } = input
  const inRange = messages.filter(({ ts }) => {
    const at = Number(ts)
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest
  })
  const from = Number(input.cursor)
  const more = from + input.limit < inRange.length
  return {
    messages: inRange.slice(from, from + input.limit).map(message => ({
      ...shown(message, input.include_all_metadata),
      ...threadOf(message, workspace),
    })),
    has_more: more,
    response_metadata: { next_cursor: more ? String(from + input.limit) : '' },
  }
}

function threadOf({ channel, ts }: Message, workspace: Workspace) {
  const replies = workspace.messages.filter(reply => reply.channel === channel && reply.threadTs === ts)
  return replies.length === 0 ? {} : { thread_ts: ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }
}

function told({ id, name, isArchived, members }: Channel, workspace: Workspace) {
  return { id, name, is_channel: true, is_archived: isArchived, is_member: members.has(workspace.bot.user) }
}
