// An answer that begins at once and grows: first that we are looking, then the sentence, then what it rests on. What is said is
// blocks from the first: text from outside is never streamed as markdown.
import type { KnownBlock } from '@slack/types'
import { cardOf } from '#cards/message-card.ts'
import { slackMessage } from '#cards/slack.ts'
import type { Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Person } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import type { Call } from './client.ts'
import { markOf } from './find.ts'

export type Stream = {
  /** False: Slack did not take it all, and what was begun is to be dropped. Never throws. */
  end(key: string, message: Message): Promise<boolean>
  /** Takes back what was begun. Never throws. */
  drop(): Promise<void>
}

/** Undefined where Slack streams nothing: older plans, channels shared with others. Never throws. */
export async function beginStream(
  given: { call: Call; clock: () => Millis; log: Log },
  thread: Thread,
  to: Person,
): Promise<Stream | undefined> {
  const { call, clock, log } = given
  const { channel } = thread
  const look = (status: 'in_progress' | 'complete') =>
    ({ type: 'task_update', id: 'look', title: 'Reading the record', status }) as const
  const recipient = { recipient_user_id: to.user, ...(to.team !== undefined && { recipient_team_id: to.team }) }
  let ts: string | undefined
  try {
    const began = await call(web =>
      web.chat.startStream({
        channel,
        thread_ts: thread.parent ?? thread.id,
        chunks: [look('in_progress')],
        ...recipient,
      }),
    )
    ts = began.ts
  } catch (error) {
    log.info({ chat: 'slack', cause: asFault(error).cause }, 'not streamed: answered in one message')
  }
  if (ts === undefined) return undefined
  const stream = { channel, ts }

  const attempt = async (what: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (error) {
      log.warn({ chat: 'slack', cause: asFault(error).cause }, `a stream was not ${what}: ${asFault(error).message}`)
      return false
    }
  }

  return {
    end: (key, message) =>
      attempt('ended', async () => {
        const { blocks } = slackMessage(cardOf(message, { now: clock(), zone: 'UTC' }))
        const [first = [], ...rest] = grown(blocks)
        await call(web => web.chat.appendStream({ ...stream, chunks: [look('complete'), chunk(first)] }))
        for (const more of rest.slice(0, -1)) {
          await call(web => web.chat.appendStream({ ...stream, chunks: [chunk(more)] }))
        }
        const last = rest.at(-1)
        await call(web => web.chat.stopStream({ ...stream, ...(last && { blocks: last }), metadata: markOf(key) }))
      }),
    async drop() {
      await attempt('stopped', async () => void (await call(web => web.chat.stopStream(stream))))
      await attempt('taken back', async () => void (await call(web => web.chat.delete(stream))))
    },
  }
}

const STEPS = 3 // the question and its answer, what it rests on, the rest: chat.appendStream is 100 a minute

/** In the order of the card: never more than three steps, the last with all that is left. */
function grown(blocks: readonly KnownBlock[]): KnownBlock[][] {
  const steps = blocks.slice(0, STEPS - 1).map(block => [block])
  const rest = blocks.slice(STEPS - 1)
  return rest.length > 0 ? [...steps, rest] : steps
}

function chunk(blocks: KnownBlock[]) {
  return { type: 'blocks', blocks } as const
}
