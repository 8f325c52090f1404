// The Bot Connector as Teams serves it, https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference:
// conversations, activities, members; messages for one person only; a stream in a personal chat.
import { CARD, troubleIn } from './card-check.ts'
import { splitRoom } from './rooms.ts'
import type { Json, Message, Room, Rooms } from './rooms.ts'
import type { Person, Tenant } from './tenant.ts'

export type Asked = { method: string; path: string[]; query: URLSearchParams; body: Json }
export type Answered = { status: number; body?: unknown; headers?: Record<string, string> }

export type Switches = {
  /** Whether messages to one person in a channel are to be had. */
  targeted: boolean
  /** Whether the app was granted ChannelMessage.Read.Group in the team. */
  mayReadMessages: boolean
}

type Given = { tenant: Tenant; rooms: Rooms; throttle: (room: string) => number | undefined; switches: Switches }

/** `path`: what follows /v3/conversations, split and decoded. */
export function connector(given: Given, { method, path, query, body }: Asked): Answered {
  const [conversation, what, id] = path
  if (conversation === undefined) return method === 'POST' ? create(given, body) : notFound('Resource')
  const { room: roomId, root } = splitRoom(conversation)
  const room = given.rooms.room(roomId)
  if (!room) return notFound('Conversation')
  if (!room.hasBot) return refused(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.')
  if (root !== undefined && !given.rooms.message(roomId, root)) return notFound('Conversation')

  if (what === 'members' || what === 'pagedMembers') return members(room, what, id, query)
  if (what !== 'activities') return notFound('Resource')
  const isTargeted = query.get('isTargetedActivity') === 'true'
  if (method === 'POST') return post(given, room, root, body, isTargeted)
  const message = id === undefined ? undefined : given.rooms.message(roomId, id)
  if (!message || message.by !== 'bot') return refused(404, 'ActivityNotFoundInConversation', 'Activity not found.')
  if (method === 'PUT') return put(given, message, body)
  if (method !== 'DELETE') return notFound('Resource')
  message.deleted = true
  return { status: 200 }
}

function create({ tenant, rooms }: Given, body: Json): Answered {
  const asked = (body['members'] as { id: string }[] | undefined)?.[0]?.id
  const person = Object.values(tenant.people).find(({ id, aadObjectId }) => id === asked || aadObjectId === asked)
  if (!person || body['tenantId'] !== tenant.id) return refused(400, 'BadSyntax', 'Bad format of conversation')
  if (!person.hasApp) return refused(403, 'Forbidden', 'Bot is not installed in user personal scope')
  return { status: 201, body: { id: rooms.personal(person).id } }
}

function post(given: Given, room: Room, root: string | undefined, activity: Json, isTargeted: boolean): Answered {
  const trouble = troubleIn(activity)
  if (trouble) return refused(trouble.status, trouble.code, trouble.message)
  const wait = given.throttle(room.id)
  if (wait !== undefined) return tooMany(wait)
  const stream = streamOf(activity)
  if (stream) return streamed(given, room, activity, stream)
  if (activity['type'] === 'typing') return { status: 202, body: {} }
  const to = isTargeted ? (activity['recipient'] as { id?: string } | undefined)?.id : undefined
  if (isTargeted && !given.switches.targeted) return refused(400, 'BadRequest', 'Targeted messages are not supported.')
  if (isTargeted && !room.members.some(({ id }) => id === to)) return refused(400, 'BadSyntax', 'Unknown recipient')
  const said = given.rooms.add({ room: room.id, by: 'bot', activity, ...(root && { root }), ...(to && { to }) })
  return { status: 201, body: { id: said.id } }
}

function put({ rooms, throttle }: Given, message: Message, activity: Json): Answered {
  const trouble = troubleIn(activity)
  if (trouble) return refused(trouble.status, trouble.code, trouble.message)
  const wait = throttle(message.room)
  if (wait !== undefined) return tooMany(wait)
  rooms.edit(message, activity)
  return { status: 200, body: { id: message.id } }
}

type Stream = { streamId?: string; streamType?: string; streamSequence?: number }

function streamOf(activity: Json): Stream | undefined {
  const entities = (activity['entities'] ?? []) as (Stream & { type: string })[]
  return entities.find(({ type }) => type === 'streaminfo')
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux: personal chats only, cards only at the end. */
function streamed({ rooms }: Given, room: Room, activity: Json, stream: Stream): Answered {
  if (room.kind !== 'personal') return refused(403, 'ContentStreamNotAllowed', 'Content stream is not allowed')
  const begun = stream.streamId === undefined ? undefined : rooms.message(room.id, stream.streamId)
  if (stream.streamId !== undefined && !begun) return refused(400, 'BadRequest', 'Unknown stream')
  if (stream.streamType !== 'final' && (stream.streamSequence ?? 0) < 1)
    return refused(400, 'BadRequest', 'No sequence')
  if (stream.streamType !== 'final' && activity['type'] !== 'typing') return refused(400, 'BadRequest', 'Not typing')
  const isCard = ((activity['attachments'] ?? []) as Json[]).some(({ contentType }) => contentType === CARD)
  if (stream.streamType !== 'final' && isCard)
    return refused(400, 'BadRequest', 'Attachments only in the final message')
  if (!begun) return { status: 201, body: { id: rooms.add({ room: room.id, by: 'bot', activity }).id } }
  rooms.edit(begun, activity)
  return { status: 202, body: {} }
}

function members(room: Room, what: string, id: string | undefined, query: URLSearchParams): Answered {
  if (id !== undefined) {
    const found = room.members.find(member => member.id === id || member.aadObjectId === id)
    return found
      ? { status: 200, body: memberOf(found) }
      : refused(404, 'MemberNotFoundInConversation', 'Unknown member')
  }
  if (what === 'members') return { status: 200, body: room.members.map(memberOf) }
  const size = Number(query.get('pageSize') ?? 200)
  const from = Number(query.get('continuationToken') ?? 0)
  const page = room.members.slice(from, from + size)
  const next = from + size < room.members.length ? { continuationToken: String(from + size) } : {}
  return { status: 200, body: { members: page.map(memberOf), ...next } }
}

function memberOf({ id, aadObjectId, name, tenantId, userRole }: Person): Json {
  return { id, aadObjectId, name, tenantId, userRole, userPrincipalName: `${name.toLowerCase()}@example.com` }
}

function notFound(what: string): Answered {
  return refused(404, `${what}NotFound`, `${what} not found.`)
}

function tooMany(seconds: number): Answered {
  return { ...refused(429, 'Throttled', 'Too many requests'), headers: { 'retry-after': String(seconds) } }
}

export function refused(status: number, code: string, message: string): Answered {
  return { status, body: { error: { code, message } } }
}
