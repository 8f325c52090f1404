// Microsoft Graph, as far as messages of a channel: https://learn.microsoft.com/graph/api/channel-list-messages
import { refused } from './connector.ts'
import type { Answered, Switches } from './connector.ts'
import type { Json, Message, Rooms } from './rooms.ts'
import type { Tenant } from './tenant.ts'

type Given = { tenant: Tenant; rooms: Rooms; switches: Switches }

/** `path`: what follows /v1.0. Messages with the latest activity first, at most 50 a page. */
export function graph(given: Given, path: string[], url: URL): Answered {
  const { tenant, rooms, switches } = given
  const [teams, team, channels, channel = '', messages, id, replies] = path
  if (teams !== 'teams' || channels !== 'channels' || messages !== 'messages')
    return refused(404, 'NotFound', 'No such path')
  if (team !== tenant.team || !rooms.room(channel)) return refused(404, 'NotFound', 'Team or channel not found')
  if (!switches.mayReadMessages) {
    const needed = "API requires one of 'ChannelMessage.Read.Group, ChannelMessage.Read.All'."
    return refused(403, 'Forbidden', `Missing role permissions on the request. ${needed}`)
  }
  const all = rooms.messages(channel).filter(({ to }) => to === undefined)
  const repliesTo = (root: string) => all.filter(message => message.root === root)
  const withReplies = url.searchParams.get('$expand') === 'replies'
  const shown =
    id === undefined
      ? all
          .filter(({ root }) => root === undefined)
          .map(root => ({ root, latest: Math.max(lastTouched(root), ...repliesTo(root.id).map(lastTouched)) }))
          .toSorted((a, b) => b.latest - a.latest)
          .map(({ root }) => root)
      : replies === 'replies'
        ? repliesTo(id).toReversed()
        : undefined
  if (!shown) return refused(404, 'NotFound', 'No such path')

  const size = Math.min(50, Number(url.searchParams.get('$top') ?? 20))
  const from = Number(url.searchParams.get('$skiptoken') ?? 0)
  const page = shown.slice(from, from + size).map(message => ({
    ...told(given, message),
    ...(withReplies && { replies: repliesTo(message.id).map(reply => told(given, reply)) }),
  }))
  const next = new URL(url)
  next.searchParams.set('$skiptoken', String(from + size))
  return {
    status: 200,
    body: { value: page, ...(from + size < shown.length && { '@odata.nextLink': next.href }) },
  }
}

function lastTouched({ at, editedAt }: Message): number {
  return editedAt ?? at
}

/** A card comes back as text, and without what only the client that draws it needs. */
function told({ tenant }: Given, { id, root, by, at, editedAt, versions }: Message): Json {
  const activity = versions.at(-1) ?? {}
  const attachments = ((activity['attachments'] ?? []) as Json[]).map(({ contentType, content }, i) => {
    const { refresh: _refresh, msteams: _msteams, ...kept } = content as Json
    return { id: `${id}-${i}`, contentType, content: JSON.stringify(kept, null, 2) }
  })
  return {
    id,
    replyToId: root ?? null,
    messageType: 'message',
    createdDateTime: new Date(at).toISOString(),
    lastModifiedDateTime: new Date(editedAt ?? at).toISOString(),
    deletedDateTime: null,
    from:
      by === 'bot'
        ? { application: { id: tenant.app.clientId, displayName: tenant.app.name }, user: null }
        : { application: null, user: { id: by.aadObjectId, displayName: by.name } },
    body: {
      contentType: 'html',
      content: attachments.map(each => `<attachment id="${each.id}"></attachment>`).join(''),
    },
    attachments,
  }
}
