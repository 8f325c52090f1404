// What a Slack workspace remembers: people, channels, messages, files, views. Who may do what with it is web-api.ts.
import type { LiveText } from './live-text.ts'

/** Milliseconds since 1970-01-01 UTC. */
export type Millis = number

export type Block = { type: string; [field: string]: unknown }

/** Somebody the workspace knows, as users.info tells it. */
export type Member = {
  id: string
  name: string
  team: string
  zone: string // IANA
  isBot?: boolean
  /** A guest of several channels. */
  isRestricted?: boolean
  /** A guest of one channel. */
  isUltraRestricted?: boolean
}

export type Channel = { id: string; name: string; isDirect: boolean; isArchived: boolean; members: Set<string> }

export type Message = {
  channel: string
  /** Seconds with six decimals, unique in the workspace: Slack's name for a message. */
  ts: string
  by: string // user id
  text: string
  blocks: Block[]
  metadata?: { event_type: string; event_payload: Record<string, unknown> }
  threadTs?: string
  /** Times it was changed. */
  edits: number
  /** Only this person sees it. */
  to?: string
  /** Begun by chat.startStream and not stopped yet. */
  isStreaming: boolean
  /** What in it would be a mention, a link, an image or formatting on somebody's screen. */
  live: LiveText[]
}

export type File = { id: string; name: string; bytes: number; altText?: string; uploaded: boolean; complete: boolean }

export type View = { id: string; type: 'modal' | 'home'; user: string; view: Block; isOpen: boolean }

export type Workspace = {
  readonly team: string
  readonly app: string
  readonly bot: { user: string; id: string }
  readonly clock: () => Millis
  members: Map<string, Member>
  channels: Map<string, Channel>
  /** Everything that was ever said, whispers too, in order. */
  messages: Message[]
  files: Map<string, File>
  views: View[]
  newTs(): string
  newId(prefix: string): string
  /** By id, by name with or without `#`, or by the id of the person the bot is alone with there. */
  channel(nameOrId: string): Channel | undefined
  /** The conversation between the bot and one person. */
  directChannel(user: string): Channel
  message(channel: string, ts: string): Message | undefined
}

export const TEAM = 'T00000001'
export const FOREIGN_TEAM = 'T00000009'

export function openWorkspace(given: { clock: () => Millis }): Workspace {
  const bot = { user: 'U00000BOT', id: 'B00000BOT' }
  const members = new Map(
    [...PEOPLE, { id: bot.user, name: 'Incidents', team: TEAM, zone: 'Etc/UTC', isBot: true }].map(member => [
      member.id,
      member,
    ]),
  )
  const everybody = [...members.keys()]
  const channels = new Map<string, Channel>()
  const addChannel = (id: string, name: string, users: string[], isDirect = false): Channel => {
    const channel = { id, name, isDirect, isArchived: false, members: new Set(users) }
    channels.set(id, channel)
    return channel
  }
  addChannel('C00000001', 'incidents', everybody)
  addChannel('C00000002', 'payments', everybody)
  addChannel(
    'C00000003',
    'random',
    everybody.filter(id => id !== bot.user),
  )
  let minted = 0

  return {
    team: TEAM,
    app: 'A00000001',
    bot,
    clock: given.clock,
    members,
    channels,
    messages: [],
    files: new Map(),
    views: [],
    newTs: () => `${Math.floor(given.clock() / 1000)}.${String(++minted).padStart(6, '0')}`,
    newId: prefix => prefix + String(++minted).padStart(8, '0'),
    channel(nameOrId) {
      if (members.has(nameOrId)) return this.directChannel(nameOrId)
      const name = nameOrId.replace(/^#/, '')
      return channels.get(nameOrId) ?? [...channels.values()].find(channel => channel.name === name)
    },
    directChannel(user) {
      const id = `D${user.slice(1)}`
      return channels.get(id) ?? addChannel(id, user, [user, bot.user], true)
    },
    message(channel, ts) {
      return this.messages.find(message => message.channel === channel && message.ts === ts)
    },
  }
}

/** One of each standing a person can have. */
export const PEOPLE: Member[] = [
  { id: 'U00000ANA', name: 'Ana', team: TEAM, zone: 'Europe/Berlin' },
  { id: 'U00000BEN', name: 'Ben', team: TEAM, zone: 'America/New_York' },
  { id: 'U00000GUS', name: 'Gus', team: TEAM, zone: 'Etc/UTC', isRestricted: true },
  { id: 'U00000UMA', name: 'Uma', team: TEAM, zone: 'Etc/UTC', isUltraRestricted: true },
  { id: 'U00000ROB', name: 'Robot', team: TEAM, zone: 'Etc/UTC', isBot: true },
  { id: 'U00000SID', name: 'Sid', team: FOREIGN_TEAM, zone: 'Etc/UTC' },
]
