// Finds our own message in a channel by its key, through Microsoft Graph: https://learn.microsoft.com/graph/api/channel-list-messages
// Needs ChannelMessage.Read.Group, which the app's manifest asks of the one team it is installed in.
import { z } from 'zod'
import type { Thread } from '#incident/thread.ts'
import { Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import { refusal } from './fault.ts'
import { markOf } from './render.ts'
import type { Cloud, TeamsSettings } from './settings.ts'
import type { Tokens } from './token.ts'

export type Graph = {
  /** The newest of ours with that key, posted not before `since`. Throws a Fault: `forbidden` without the permission. */
  find(channel: string, key: string, since: Millis): Promise<Thread | undefined>
  /** Throws a Fault when messages of the channel cannot be read. */
  reach(channel: string): Promise<void>
}

const PATIENCE_MILLIS = 10_000
const MOST_PAGES = 10 // 500 threads: more than a channel sees in the minutes a crash takes
const PAGE_SIZE = 50 // the most Graph gives

export function createGraph(given: { settings: TeamsSettings; team: string; cloud: Cloud; tokens: Tokens }): Graph {
  const { settings, team, cloud, tokens } = given
  const origin = new URL(cloud.graphScope).origin

  async function page(url: URL): Promise<z.output<typeof pageSchema>> {
    const doing = 'read the messages of the channel'
    const token = await tokens.get(cloud.graphScope)
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    }).catch((error: unknown) => {
      throw new Fault('network', `Microsoft Graph did not answer when we tried to ${doing}.`, { cause: error })
    })
    if (!response.ok) throw refusal(response.status, { doing, retryAfter: response.headers.get('retry-after') })
    const body: unknown = await response.json().catch(() => undefined)
    const { data, error } = pageSchema.safeParse(body)
    if (!data) throw new Fault('network', 'Microsoft Graph answered in a shape we do not know.', { cause: error })
    return data
  }

  function first(channel: string, size: number): URL {
    const path = ['v1.0', 'teams', team, 'channels', channel, 'messages'].map(encodeURIComponent).join('/')
    return new URL(`${origin}/${path}?$top=${size}&$expand=replies`)
  }

  function isOurs({ from, createdDateTime, attachments }: GraphMessage, key: string, since: Millis): boolean {
    return (
      from?.application?.id === settings.clientId &&
      Date.parse(createdDateTime) >= since &&
      attachments.some(({ content }) => firstId(content) === markOf(key))
    )
  }

  return {
    async find(channel, key, since) {
      const found: GraphMessage[] = []
      let url: URL | undefined = first(channel, PAGE_SIZE)
      for (let n = 0; url && n < MOST_PAGES; n++) {
        const { value, '@odata.nextLink': next }: z.output<typeof pageSchema> = await page(url)
        found.push(...value.flatMap(root => [root, ...root.replies]).filter(message => isOurs(message, key, since)))
        const isPast = value.every(root => touchedAt(root) < since) // threads come with the latest activity first
        url = next === undefined || isPast ? undefined : within(origin, next)
      }
      const newest = found.sort((a, b) => Date.parse(b.createdDateTime) - Date.parse(a.createdDateTime))[0]
      if (!newest) return undefined
      const { id, replyToId } = newest
      return { chat: 'teams', channel, id, ...(replyToId && { parent: replyToId }) }
    },
    async reach(channel) {
      await page(first(channel, 1))
    },
  }
}

const messageSchema = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  replyToId: z.string().nullish(),
  createdDateTime: z.string(),
  lastModifiedDateTime: z.string().nullish(),
  from: z.object({ application: z.object({ id: z.string() }).nullish() }).nullish(),
  attachments: z.array(z.object({ content: z.string().nullish() })).catch([]),
})
const rootSchema = messageSchema.extend({ replies: z.array(messageSchema).default([]) })
const pageSchema = z.object({ value: z.array(rootSchema), '@odata.nextLink': z.url().optional() })

type GraphMessage = z.output<typeof messageSchema>

function touchedAt({ replies, ...root }: z.output<typeof rootSchema>): Millis {
  return Math.max(
    ...[root, ...replies].map(({ createdDateTime, lastModifiedDateTime }) =>
      Date.parse(lastModifiedDateTime ?? createdDateTime),
    ),
  )
}

/** A link to the next page, which our token is sent to. Throws where it leads elsewhere. */
function within(origin: string, link: string): URL {
  const url = new URL(link)
  if (url.origin === origin) return url
  throw new Fault('network', 'Microsoft Graph pointed to another place for the rest; it is not followed.')
}

/** The id of the first element of a card that comes as text. */
function firstId(content: string | null | undefined): string | undefined {
  try {
    return cardSchema.parse(JSON.parse(content ?? '')).body[0].id
  } catch {
    return undefined
  }
}

const cardSchema = z.object({ body: z.tuple([z.object({ id: z.string().optional() })]).rest(z.unknown()) })
