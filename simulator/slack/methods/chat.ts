// chat.*: messages, edits and whispers; streams are in stream.ts.
import { z } from 'zod'
import { blockProblems } from '../block-limits.ts'
import { liveTextOf } from '../live-text.ts'
import { blocksField, metadataField, method, Refusal } from '../method.ts'
import type { Answer, Method } from '../method.ts'
import type { Block, Channel, Message, Workspace } from '../workspace.ts'

const content = { text: z.string().default(''), blocks: blocksField }
const where = { channel: z.string() }

const MOST_TEXT = 40_000 // https://docs.slack.dev/changelog/2018-truncating-really-long-messages

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': method({
    scope: 'chat:write',
    rate: 'message',
    input: z.object({ ...where, ...content, thread_ts: z.string().optional(), metadata: metadataField }),
    run({ channel: nameOrId, text, blocks = [], thread_ts, metadata }, workspace) {
      const channel = postable(workspace, nameOrId)
      if (channel instanceof Refusal) return channel
      const problem = contentProblem(text, blocks, workspace)
      if (problem) return problem
      if (thread_ts !== undefined && !workspace.message(channel.id, thread_ts)) return new Refusal('thread_not_found')
      const message = add(workspace, { channel: channel.id, text, blocks, threadTs: thread_ts, metadata })
      return { channel: channel.id, ts: message.ts, message: shown(message, true) }
    },
  }),
  'chat.update': method({
    scope: 'chat:write',
    rate: 3,
    input: z.object({ ...where, ...content, ts: z.string(), metadata: metadataField }),
    run({ channel, ts, text, blocks = [], metadata }, workspace) {
      const message = workspace.message(channel, ts)
      if (!workspace.channels.has(channel)) return new Refusal('channel_not_found')
      if (!message || message.to !== undefined) return new Refusal('message_not_found')
      if (message.by !== workspace.bot.user) return new Refusal('cant_update_message')
      const problem = contentProblem(text, blocks, workspace)
      if (problem) return problem
      // Absent metadata leaves what was there: https://docs.slack.dev/reference/methods/chat.update
      Object.assign(message, { text, blocks, edits: message.edits + 1 }, metadata && { metadata })
      message.live = liveTextOf(message)
      return { channel, ts, text, message: shown(message, true) }
    },
  }),
  'chat.delete': method({
    scope: 'chat:write',
    rate: 3,
    input: z.object({ ...where, ts: z.string() }),
    run({ channel, ts }, workspace) {
      const message = workspace.message(channel, ts)
      if (!message) return new Refusal('message_not_found')
      if (message.by !== workspace.bot.user) return new Refusal('cant_delete_message')
      workspace.messages.splice(workspace.messages.indexOf(message), 1)
      return { channel, ts }
    },
  }),
  'chat.postEphemeral': method({
    scope: 'chat:write',
    rate: 4,
    input: z.object({ ...where, ...content, user: z.string(), thread_ts: z.string().optional() }),
    run({ channel: nameOrId, text, blocks = [], user, thread_ts }, workspace) {
      const channel = postable(workspace, nameOrId)
      if (channel instanceof Refusal) return channel
      if (!channel.members.has(user)) return new Refusal('user_not_in_channel')
      const problem = contentProblem(text, blocks, workspace)
      if (problem) return problem
      const message = add(workspace, { channel: channel.id, text, blocks, threadTs: thread_ts, to: user })
      return { message_ts: message.ts }
    },
  }),
  'chat.getPermalink': method({
    rate: 4,
    input: z.object({ channel: z.string(), message_ts: z.string() }),
    run({ channel, message_ts }, workspace) {
      if (!workspace.message(channel, message_ts)) return new Refusal('message_not_found')
      return { channel, permalink: `https://example.slack.com/archives/${channel}/p${message_ts.replace('.', '')}` }
    },
  }),
}

/** The channel, if the bot may write there. */
export function postable(workspace: Workspace, nameOrId: string): Channel | Refusal {
  const channel = workspace.channel(nameOrId)
  if (!channel) return new Refusal('channel_not_found')
  if (channel.isArchived) return new Refusal('is_archived')
  return channel.members.has(workspace.bot.user) ? channel : new Refusal('not_in_channel')
}

export function contentProblem(text: string, blocks: Block[], workspace: Workspace): Refusal | undefined {
  if (text === '' && blocks.length === 0) return new Refusal('no_text')
  if (text.length > MOST_TEXT) return new Refusal('msg_too_long')
  const problems = [...blockProblems(blocks), ...fileProblems(blocks, workspace)]
  return problems.length > 0
    ? new Refusal(
        'invalid_blocks',
        problems.map(problem => `[ERROR] ${problem}`),
      )
    : undefined
}

function fileProblems(blocks: Block[], workspace: Workspace): string[] {
  return blocks.flatMap(block => {
    const file = block['slack_file'] as { id?: string } | undefined
    if (block.type !== 'image' || file === undefined) return []
    return workspace.files.get(file.id ?? '')?.complete ? [] : ['invalid slack file']
  })
}

export function add(
  workspace: Workspace,
  given: Pick<Message, 'channel' | 'text' | 'blocks'> & Partial<Pick<Message, 'threadTs' | 'metadata' | 'to' | 'by'>>,
): Message {
  const { threadTs, metadata, to, by = workspace.bot.user, ...rest } = given
  const message: Message = {
    ...rest,
    ts: workspace.newTs(),
    by,
    edits: 0,
    isStreaming: false,
    live: liveTextOf(given),
    ...(threadTs !== undefined && { threadTs }),
    ...(metadata && { metadata }),
    ...(to !== undefined && { to }),
  }
  workspace.messages.push(message)
  return message
}

/** As Slack shows a message to an app. */
export function shown(message: Message, withMetadata: boolean): Answer {
  const { ts, by, text, blocks, threadTs, metadata } = message
  return {
    type: 'message',
    ts,
    user: by,
    text,
    blocks,
    ...(threadTs !== undefined && { thread_ts: threadTs }),
    ...(withMetadata && metadata && { metadata }),
  }
}
