// The tool get_events: what the cluster said about its objects, newest first, with how often it said so.
import { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import type { RoomDeps } from '../resilience.ts'
import { safe } from '../safe.ts'
import { momentOf, whenSchema } from '../window.ts'
import { BRIEF } from '../wire.ts'
import { ageOf, stamp } from './age.ts'
import type { KubernetesClient } from './client.ts'
import { kindName, namespaceName, objectName, reasonName } from './grammar.ts'
import { cutPage, pageInput, pageOutput, pageText } from './rows.ts'
import { eventSchema } from './schema.ts'
import type { KubernetesEvent } from './schema.ts'
import { named } from './view.ts'

const eventInfo = z.object({
  namespace: z.string(),
  object: z.string(),
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.number(),
  first: z.string(),
  last: z.string(),
  ago: z.string(),
})

BRIEF.add(eventInfo, {
  description: 'namespace, object (Kind/name), type, reason, message, count, first, last, ago',
  fields: [],
})

export function getEvents(client: KubernetesClient, { resilience }: RoomDeps): ReadTool {
  return defineReadTool({
    name: 'get_events',
    title: 'Events, newest first',
    description:
      'What the cluster said about its objects, with counts; of one object by kind and name. Kept about an hour.',
    input: z.object({
      namespace: namespaceName.optional(),
      kind: kindName.optional().describe('of the object, e.g. Pod'),
      name: objectName.optional(),
      type: z.enum(['Warning', 'Normal']).optional(),
      reason: reasonName.optional(),
      since: whenSchema.default('1h').describe('seen last after this: 15m, now-1h, ISO 8601'),
      ...pageInput,
    }),
    output: z.object({ events: z.array(eventInfo), ...pageOutput }),
    async run({ namespace, kind, name, type, reason, since, ...asked }, { signal, now }) {
      const path = namespace ? `/api/v1/namespaces/${namespace}/events` : '/api/v1/events'
      const query = { fieldSelector: selectorOf({ type, reason, kind, name }) }
      const value = await resilience.run(
        'list events',
        abort => client.list({ path, item: eventSchema }, abort, query, SOON),
        { signal },
      )
      const from = momentOf(since, now())
      const events = value.items
        .filter(({ last }) => last > from)
        .sort((a, b) => b.last - a.last || compare(named(a.metadata), named(b.metadata)))
      const { rows, page } = cutPage(events, event => infoOf(event, now()), asked, {
        narrow: value.truncated ? UNREAD : 'Narrow by namespace, kind and name, type: Warning, or a later since.',
        none: 'No such events. Try an earlier since, or without type, reason and name; events are kept about an hour.',
        whole: !value.truncated,
      })
      return { events: rows, ...page }
    },
    text({ events, ...page }) {
      const lines = events.map(
        ({ ago, type, namespace, object, reason, count, message }) =>
          `${ago}  ${type}  ${namespace}  ${object}  ${reason} (x${count}): ${message.replaceAll('\n', ' ')}`,
      )
      return pageText(lines, page)
    },
  })
}

/** A hundred thousand events take an API server several seconds, and whoever asks for all of them is better told to narrow. */
const SOON = 1500

/** The API server lists by name, not by time. Asked for again, the list is read to its end. */
const UNREAD =
  'There are more than were read, newer ones too. Narrow by namespace, kind and name, or type: Warning; or ask again.'

/** The API server's own words for what was asked; undefined: everything. */
function selectorOf(wanted: {
  type?: string | undefined
  reason?: string | undefined
  kind?: string | undefined
  name?: string | undefined
}): string | undefined {
  const { kind, name, ...own } = wanted
  const terms = Object.entries({ ...own, 'involvedObject.kind': kind, 'involvedObject.name': name })
  return (
    terms
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => `${field}=${value}`)
      .join(',') || undefined
  )
}

function infoOf(event: KubernetesEvent, now: number): z.input<typeof eventInfo> {
  const { involvedObject, metadata, type = 'Normal', reason = '', message = '', count, first, last } = event
  return {
    namespace: safe(involvedObject.namespace ?? metadata.namespace ?? ''),
    object: safe(`${involvedObject.kind ?? '?'}/${involvedObject.name ?? '?'}`), // no name of an object need stand there
    type: safe(type),
    reason: safe(reason),
    message: safe(message).slice(0, MESSAGE_CHARACTERS),
    count,
    first: stamp(first),
    last: stamp(last),
    ago: ageOf(last, now),
  }
}

const MESSAGE_CHARACTERS = 500 // a scheduler's message over a hundred nodes; the cause stands first

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
