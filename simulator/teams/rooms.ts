// What was said, and where: conversations, their members and every message with all its versions. Knows nothing of HTTP.
import type { Person, Tenant } from './tenant.ts'

export type Json = Record<string, unknown>

export type Room = { id: string; kind: 'channel' | 'groupChat' | 'personal'; members: Person[]; hasBot: boolean }

/** `id`: milliseconds, as Teams has it. `root`: the message it is a reply to. `to`: the only one who sees it. */
export type Message = {
  id: string
  room: string
  root?: string
  by: Person | 'bot'
  to?: string
  at: number
  editedAt?: number
  versions: Json[] // the activity as it was sent, oldest first
  deleted: boolean
}

export type Rooms = {
  room(id: string): Room | undefined
  /** The one between the bot and this person; made when there is none yet. */
  personal(person: Person): Room
  add(message: Omit<Message, 'id' | 'at' | 'versions' | 'deleted'> & { activity: Json }): Message
  edit(message: Message, activity: Json): void
  message(room: string, id: string): Message | undefined
  /** Oldest first. */
  messages(room?: string): Message[]
}

export function openRooms(tenant: Tenant, clock: () => number): Rooms {
  const { ana, ben, cleo, guest, stranger } = tenant.people
  const inTeam = [ana, ben, cleo, guest, stranger]
  const rooms = new Map<string, Room>()
  for (const id of [tenant.channel, tenant.otherChannel]) {
    rooms.set(id, { id, kind: 'channel', members: [...inTeam], hasBot: id === tenant.channel })
  }
  const said: Message[] = []
  let last = 0

  return {
    room: id => rooms.get(id),
    personal(person) {
      const id = `a:1-${person.id.slice(3)}`
      const room = rooms.get(id) ?? { id, kind: 'personal' as const, members: [person], hasBot: true }
      rooms.set(id, room)
      return room
    },
    add({ activity, ...message }) {
      const at = Math.max(clock(), last + 1)
      last = at
      const added: Message = { ...message, id: String(at), at, versions: [activity], deleted: false }
      said.push(added)
      return added
    },
    edit(message, activity) {
      message.versions.push(activity)
      message.editedAt = clock()
    },
    message: (room, id) => said.find(message => message.room === room && message.id === id && !message.deleted),
    messages: room => said.filter(message => !message.deleted && (room === undefined || message.room === room)),
  }
}

/** '19:a@thread.tacv2;messageid=12' -> { room: '19:a@thread.tacv2', root: '12' } */
export function splitRoom(id: string): { room: string; root?: string } {
  const [room = '', root] = id.split(';messageid=')
  return root === undefined ? { room } : { room, root }
}
