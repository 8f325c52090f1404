// Our messages carry their key where nobody sees it, and are found by it: in the channels incidents are posted in, and in
// the threads of the incident a reply is about; or in the one thread that is named.
import { z } from 'zod'
import type { Thread } from '#incident/thread.ts'
import { asFault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import { incidentIn } from '../about.ts'
import { channelsOf } from '../route.ts'
import type { Call } from './client.ts'
import type { SlackSettings } from './settings.ts'

/** The newest, not older than `since`; read a page of 200 at a time, newest first. */
export async function findMessage(
  given: { settings: SlackSettings; store: IncidentStore; call: Call },
  key: string,
  since: Millis,
  below?: Thread,
): Promise<Thread | undefined> {
  const { settings, store, call } = given
  const oldest = (since / 1000).toFixed(6)
  const range = { oldest, inclusive: true, include_all_metadata: true, limit: PAGE }
  const replyTo = async ({ channel, id }: Thread): Promise<Thread | undefined> => {
    const ts = await unlessGone(
      newest(key, oldest, cursor => call(web => web.conversations.replies({ channel, ts: id, ...range, cursor }))),
    )
    return ts === undefined || ts === id ? undefined : { chat: 'slack', channel, id: ts, parent: id }
  }
  if (below) return await replyTo({ ...below, id: below.parent ?? below.id })
  for (const channel of channelsOf(settings)) {
    const ts = await unlessGone(
      newest(key, oldest, cursor => call(web => web.conversations.history({ channel, ...range, cursor }))),
    )
    if (ts !== undefined) return { chat: 'slack', channel, id: ts }
  }
  const incident = incidentIn(key)
  const deliveries = incident === undefined ? [] : await store.deliveries('slack', incident)
  for (const { thread } of deliveries) {
    const found = thread && thread.parent === undefined ? await replyTo(thread) : undefined
    if (found) return found
  }
  return undefined
}

/** Where we may not read any more, nothing of ours is to be found. */
async function unlessGone<T>(search: Promise<T>): Promise<T | undefined> {
  try {
    return await search
  } catch (error) {
    if (asFault(error).code === 'not_found') return undefined
    throw error
  }
}

const MARK = 'incident_orchestrator'

/** The metadata of a message: https://docs.slack.dev/messaging/message-metadata */
export function markOf(key: string): { event_type: string; event_payload: { key: string } } {
  return { event_type: MARK, event_payload: { key } }
}

const PAGE = 200 // what Slack recommends as the most

const pageSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.looseObject({ key: z.unknown() }) })
        .optional()
        .catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

async function newest(
  key: string,
  oldest: string,
  read: (cursor?: string) => Promise<unknown>,
): Promise<string | undefined> {
  let found: string | undefined
  for (let cursor: string | undefined; ; ) {
    const { messages, response_metadata } = pageSchema.parse(await read(cursor))
    for (const { ts, metadata } of messages) {
      const isOurs = metadata?.event_type === MARK && metadata.event_payload.key === key && ts >= oldest
      if (isOurs && (found === undefined || ts > found)) found = ts
    }
    cursor = response_metadata?.next_cursor || undefined
    if (found !== undefined || cursor === undefined) return found
  }
}
