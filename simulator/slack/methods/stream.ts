// chat.startStream, appendStream, stopStream: a message that grows in front of everybody.
import { z } from 'zod'
import { liveTextOf } from '../live-text.ts'
import { blocksField, json, metadataField, method, Refusal } from '../method.ts'
import type { Method } from '../method.ts'
import type { Block, Message, Workspace } from '../workspace.ts'
import { add, contentProblem, postable, shown } from './chat.ts'

export const streamMethods: Record<string, Method> = {
  'chat.startStream': method({
    scope: 'chat:write',
    rate: 2,
    input: z.object({
      channel: z.string(),
      thread_ts: z.string(),
      recipient_user_id: z.string().optional(),
      recipient_team_id: z.string().optional(),
      markdown_text: z.string().optional(),
      chunks: json(z.array(z.looseObject({ type: z.string() }))).optional(),
    }),
    run(input, workspace) {
      const channel = postable(workspace, input.channel)
      if (channel instanceof Refusal) return channel
      if (!workspace.message(channel.id, input.thread_ts)) return new Refusal('thread_not_found')
      const recipients = input.recipient_user_id !== undefined && input.recipient_team_id !== undefined
      if (!channel.isDirect && !recipients) return new Refusal('missing_recipient_user_id')
      const message = add(workspace, { channel: channel.id, text: '', blocks: [], threadTs: input.thread_ts })
      message.isStreaming = true
      return grown(workspace, message, input) ?? { channel: channel.id, ts: message.ts }
    },
  }),
  'chat.appendStream': method({
    scope: 'chat:write',
    rate: 4,
    input: streamInput(),
    run: (input, workspace) => {
      const message = streaming(workspace, input.channel, input.ts)
      if (message instanceof Refusal) return message
      return grown(workspace, message, input) ?? { channel: input.channel, ts: input.ts }
    },
  }),
  'chat.stopStream': method({
    scope: 'chat:write',
    rate: 2,
    input: streamInput(),
    run: (input, workspace) => {
      const message = streaming(workspace, input.channel, input.ts)
      if (message instanceof Refusal) return message
      const refusal = grown(workspace, message, input)
      if (refusal) return refusal
      message.isStreaming = false
      if (input.metadata) message.metadata = input.metadata
      return { channel: input.channel, ts: input.ts, message: shown(message, true) }
    },
  }),
}

function streamInput() {
  return z.object({
    channel: z.string(),
    ts: z.string(),
    markdown_text: z.string().optional(),
    chunks: json(z.array(z.looseObject({ type: z.string() }))).optional(),
    blocks: blocksField,
    metadata: metadataField,
  })
}

function streaming(workspace: Workspace, channel: string, ts: string): Message | Refusal {
  const message = workspace.message(channel, ts)
  if (!message) return new Refusal('message_not_found')
  return message.isStreaming ? message : new Refusal('message_not_in_streaming_state')
}

/** What a stream shows so far: its blocks in order, markdown as markdown blocks; tasks and plans are not kept. Undefined: all is well. */
function grown(
  workspace: Workspace,
  message: Message,
  { markdown_text, chunks = [], blocks = [] }: { markdown_text?: string; chunks?: Block[]; blocks?: Block[] },
): Refusal | undefined {
  if (chunks.some(({ type }) => !CHUNKS.includes(type))) return new Refusal('invalid_chunks')
  const added = [
    ...(markdown_text === undefined ? [] : [{ type: 'markdown', text: markdown_text }]),
    ...chunks.flatMap(chunkBlocks),
    ...blocks,
  ]
  const problem = contentProblem('streamed', [...message.blocks, ...added], workspace)
  if (problem || added.length === 0) return problem
  message.blocks = [...message.blocks, ...added]
  message.edits++
  message.live = liveTextOf(message)
  return undefined
}

const CHUNKS = ['blocks', 'markdown_text', 'task_update', 'plan_update']

function chunkBlocks(chunk: Block): Block[] {
  if (chunk.type === 'blocks') return chunk['blocks'] as Block[]
  return chunk.type === 'markdown_text' ? [{ type: 'markdown', text: chunk['text'] }] : []
}
