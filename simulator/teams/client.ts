// What people do in their Teams client, as the activities the bot is sent for it, signed as the Connector signs them.
import { randomUUID } from 'node:crypto'
import { CARD, troubleInCard } from './card-check.ts'
import type { Identity, Signing } from './identity.ts'
import type { Json, Message, Rooms } from './rooms.ts'
import type { Person, Tenant } from './tenant.ts'

/** `millis`: how long the bot took to answer. */
export type Heard = { status: number; body: unknown; millis: number }

/** What a test bends. `activity` is laid over what would be sent; `token` null: none at all. */
export type Bent = { signing?: Signing; token?: null; activity?: Json; endpoint?: string }

export type TeamsClient = {
  /** In a channel, below `root` where given; `mention` false: said, but not to the bot. */
  write(
    person: Person,
    text: string,
    where?: { room?: string; root?: string; mention?: boolean } & Bent,
  ): Promise<Heard>
  /** In the personal chat. */
  chat(person: Person, text: string, bent?: Bent): Promise<Heard>
  /** The card as this person sees it: the client asks for their own view where the card says so. */
  look(person: Person, message: Message): Promise<Json>
  /** Presses the button with this title on the card this person sees, or on `card`, which another of their devices still shows. Throws where there is none. */
  press(
    person: Person,
    message: Message,
    title: string,
    options?: { inputs?: Json; card?: Json } & Bent,
  ): Promise<Heard>
  /** The card's own menu: asks for this person's view of it. */
  refresh(person: Person, message: Message, bent?: Bent): Promise<Heard>
  /** The message extension's action on somebody's message. */
  investigate(person: Person, message: Message, bent?: Bent): Promise<Heard>
  joins(person: Person, bent?: Bent): Promise<Heard>
  installed(by: Person, bent?: Bent): Promise<Heard>
  /** The same activity once more, as after an answer that got lost. */
  again(): Promise<Heard>
}

type Given = {
  tenant: Tenant
  rooms: Rooms
  identity: Identity
  clock: () => number
  serviceUrl: string
  endpoint: () => string
}

export function openClient(given: Given): TeamsClient {
  const { tenant, rooms, identity, clock, serviceUrl } = given
  const bot = { id: `28:${tenant.app.clientId}`, name: tenant.app.name }
  const views = new Map<string, Json>() // person and message -> the card they were shown instead
  let last: (() => Promise<Heard>) | undefined

  async function send(activity: Json, { signing, token, activity: over, endpoint }: Bent): Promise<Heard> {
    const whole = { ...activity, ...over }
    last = async () => {
      const began = performance.now()
      const response = await fetch(endpoint ?? given.endpoint(), {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          ...(token === null ? {} : { authorization: `Bearer ${identity.sign(serviceUrl, signing)}` }),
        },
        body: JSON.stringify(whole),
      })
      const text = await response.text()
      return { status: response.status, body: parsed(text), millis: performance.now() - began }
    }
    return last()
  }

  function envelope(person: Person, room: string, root?: string): Json {
    const kind = rooms.room(room)?.kind ?? 'channel'
    const { id, aadObjectId, name } = person
    return {
      channelId: 'msteams',
      serviceUrl,
      timestamp: new Date(clock()).toISOString(),
      from: { id, name, ...(aadObjectId && { aadObjectId }) },
      recipient: bot,
      conversation: {
        id: root === undefined ? room : `${room};messageid=${root}`,
        conversationType: kind,
        tenantId: tenant.id,
        ...(kind !== 'personal' && { isGroup: true }),
      },
      channelData: {
        tenant: { id: tenant.id },
        ...(kind === 'channel' && { channel: { id: room }, team: { id: tenant.channel, aadGroupId: tenant.team } }),
      },
    }
  }

  async function invoke(person: Person, message: Message, name: string, value: Json, bent: Bent = {}): Promise<Heard> {
    const root = rooms.room(message.room)?.kind === 'channel' ? (message.root ?? message.id) : undefined
    const activity = { ...envelope(person, message.room, root), type: 'invoke', name, id: `f:${randomUUID()}`, value }
    return send({ ...activity, replyToId: message.id }, bent)
  }

  async function execute(person: Person, message: Message, action: Json, trigger: string, bent?: Bent): Promise<Heard> {
    const heard = await invoke(person, message, 'adaptiveCard/action', { action, trigger }, bent)
    const { type, value } = (heard.body ?? {}) as Json
    if (type === CARD) {
      const trouble = troubleInCard(value as Json)
      if (trouble !== undefined) throw new Error(`the bot answered with a card Teams refuses: ${trouble}`)
      views.set(`${person.id} ${message.id} ${message.versions.length}`, value as Json)
    }
    return heard
  }

  async function look(person: Person, message: Message): Promise<Json> {
    const key = `${person.id} ${message.id} ${message.versions.length}`
    const seen = views.get(key)
    if (seen) return seen
    const card = cardOf(message)
    const { action, userIds = [] } = (card['refresh'] ?? {}) as { action?: Json; userIds?: string[] }
    if (action && userIds.includes(person.id)) await execute(person, message, action, 'automatic')
    return views.get(key) ?? card
  }

  return {
    async write(person, text, { room = tenant.channel, root, mention = true, ...bent } = {}) {
      const mark = `<at>${bot.name}</at>`
      const said = mention ? `${mark} ${text}` : text
      const message = rooms.add({ room, by: person, activity: { type: 'message', text: said }, ...(root && { root }) })
      const entities = mention ? [{ type: 'mention', text: mark, mentioned: bot }] : []
      const activity = { ...envelope(person, room, root ?? message.id), type: 'message', id: message.id, text: said }
      return send({ ...activity, textFormat: 'plain', entities }, bent)
    },
    async chat(person, text, bent = {}) {
      const room = rooms.personal(person)
      const message = rooms.add({ room: room.id, by: person, activity: { type: 'message', text } })
      return send({ ...envelope(person, room.id), type: 'message', id: message.id, text, textFormat: 'plain' }, bent)
    },
    look,
    async press(person, message, title, { inputs = {}, card, ...bent } = {}) {
      const { data, ...action } = actionCalled(card ?? (await look(person, message)), title)
      return execute(person, message, { ...action, data: { ...(data as Json), ...inputs } }, 'manual', bent)
    },
    async refresh(person, message, bent) {
      const { action } = cardOf(message)['refresh'] as { action: Json }
      return execute(person, message, action, 'manual', bent)
    },
    async investigate(person, message, bent) {
      const text = String(message.versions.at(-1)?.['text'] ?? '')
      const value = {
        commandId: 'investigate',
        commandContext: 'message',
        messagePayload: {
          id: message.id,
          ...(message.root && { replyToId: message.root }),
          messageType: 'message',
          body: { contentType: 'html', content: `<p>${text}</p>` },
        },
      }
      return invoke(person, message, 'composeExtension/fetchTask', value, bent)
    },
    async joins(person, bent = {}) {
      const added = [{ id: person.id, aadObjectId: person.aadObjectId }]
      return send({ ...envelope(person, tenant.channel), ...update(added) }, bent)
    },
    async installed(by, bent = {}) {
      return send({ ...envelope(by, tenant.channel), ...update([{ id: bot.id }]) }, bent)
    },
    again() {
      if (!last) throw new Error('nothing was sent yet')
      return last()
    },
  }
}

function update(membersAdded: Json[]): Json {
  return { type: 'conversationUpdate', id: `f:${randomUUID()}`, membersAdded }
}

/** The card of the newest version of a message. Throws where it has none. */
export function cardOf(message: Message): Json {
  const attachments = (message.versions.at(-1)?.['attachments'] ?? []) as { contentType: string; content: Json }[]
  const card = attachments.find(({ contentType }) => contentType === CARD)?.content
  if (!card) throw new Error(`message ${message.id} has no card`)
  return card
}

/** Every action that can be executed, wherever it is on the card. */
export function actionsOf(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(actionsOf)
  if (typeof value !== 'object' || value === null) return []
  const here = value as Json
  const own = here['type'] === 'Action.Execute' ? [here] : []
  return [...own, ...Object.entries(here).flatMap(([key, below]) => (key === 'refresh' ? [] : actionsOf(below)))]
}

function actionCalled(card: Json, title: string): Json {
  const actions = actionsOf(card)
  const found = actions.find(action => action['title'] === title)
  if (found) return found
  const titles = actions.map(action => String(action['title']))
  throw new Error(`there is no button “${title}” on the card; there are: ${titles.join(', ') || 'none'}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
