// A Teams with people in it and our adapter in front of a real store, for tests of what people meet there.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import type { Back } from '#bot/conversation.ts'
import { createTeamsChat } from '#bot/teams.ts'
import type { TeamsChat, TeamsGiven, TeamsLooks, TeamsSettings } from '#bot/teams.ts'
import { diagnosis, previewed } from '#cards/fixtures/checkout.ts'
import type { ChatEvent, Message } from '#incident/chat.ts'
import type { Thread } from '#incident/thread.ts'
import type { Incident } from '#incident/incident.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Log } from '#incident/observe.ts'
import type { Happening } from '#incident/record.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { cardOf } from '../simulator/teams/client.ts'
import type { Json, Message as Said } from '../simulator/teams/rooms.ts'
import { serveTeams } from '../simulator/teams/serve.ts'
import type { SimulatedTeams } from '../simulator/teams/serve.ts'
import { openSqliteStore } from '#store/sqlite.ts'

export type TeamsWorld = {
  teams: SimulatedTeams
  chat: TeamsChat
  store: IncidentStore
  /** What people wanted, in the order it came. */
  events: ChatEvent[]
  /** Where our adapter takes activities. */
  endpoint: string
  advance(millis: number): void
  now(): number
  /** What the log was told, in words. */
  told: string[]
  /** Puts INC-42 on record, open, with a rollback, which was looked at, and a restart proposed. */
  incident(): Promise<Incident>
  /** Posts INC-42 as the worker that delivers does. */
  post(): Promise<Thread>
  /** Our own messages of a conversation, oldest first; by default of the channel. */
  ours(room?: string): Said[]
  /** A second adapter over the same store, as after a restart. */
  restart(): Promise<TeamsChat>
  close(): Promise<void>
}

export type Answer = (event: ChatEvent, soon?: (message: Message) => void) => Back | Promise<Back>

export async function openTeamsWorld(
  options: {
    answer?: Answer
    settings?: Partial<TeamsSettings>
    looks?: Partial<TeamsLooks>
    picture?: TeamsGiven['picture']
    skewMillis?: number
  } = {},
): Promise<TeamsWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'teams-'))
  const store = openSqliteStore(folder)
  let now = Date.now() // signatures are checked against the machine's own clock
  const clock = () => now
  let endpoint = ''
  const teams = await serveTeams({ clock, endpoint: () => endpoint, clockSkewMillis: options.skewMillis })
  const { tenant } = teams
  const { clientId, clientSecret } = tenant.app
  const settings: TeamsSettings = {
    clientId,
    clientSecret,
    tenantId: tenant.id,
    channel: tenant.channel,
    team: tenant.team,
    serviceUrl: teams.serviceUrl,
    routes: [],
    ...options.settings,
  }
  const told: string[] = []
  const log: Log = {
    ...SILENT,
    info: (_fields, message) => void told.push(message),
    warn: (_fields, message) => void told.push(message),
    error: (_fields, message) => void told.push(message),
  }
  const events: ChatEvent[] = []
  const answer: Answer = options.answer ?? (() => said('Noted.'))
  const looks: TeamsLooks = {
    mayApprove: ({ user, standing }) => !standing && user === tenant.people.ana.aadObjectId,
    open: async () => [],
    ...options.looks,
  }
  const pause = async (millis: number) => void (now += millis)

  async function start(): Promise<TeamsChat> {
    const { picture } = options
    const chat = createTeamsChat({
      settings,
      store,
      clock,
      pause,
      log,
      observe: UNOBSERVED,
      cloud: teams.cloud,
      picture,
    })
    app = express().use(chat.router)
    await chat.begin(async (event, soon) => {
      events.push(event)
      return answer(event, soon)
    }, looks)
    return chat
  }

  async function incident(): Promise<Incident> {
    const proposed = diagnosis.remedies.map(
      (draft, i): Happening => ({ type: 'proposed', remedy: `INC-42-R${i + 1}`, draft }),
    )
    const opened: Happening = { type: 'opened', key: 't1', reason: 'first seen', diagnosis }
    await store.append('INC-42', 0, now, 'system', [opened, ...proposed, previewed[2]])
    return readIncident(store, 'INC-42')
  }

  let app = express()
  const server = createServer((request, response) => app(request, response))
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`
  const chat = await start()

  return {
    teams,
    chat,
    store,
    events,
    endpoint,
    advance: millis => void (now += millis),
    now: clock,
    told,
    incident,
    async post() {
      const known = await incident()
      const thread = await chat.open('INC-42', { kind: 'incident', incident: known })
      const delivery = { key: 'INC-42', incident: 'INC-42', version: known.version, sentAt: now, thread }
      await store.keepDelivery({ chat: 'teams', ...delivery })
      return thread
    },
    ours: room => teams.rooms.messages(room ?? tenant.channel).filter(({ by }) => by === 'bot'),
    restart: start,
    async close() {
      await chat.close()
      await teams.close()
      await new Promise(closed => server.close(closed))
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A short answer to the one who asked. */
export function said(text: string): Back {
  return { to: 'them', message: { kind: 'reply', reply: { result: 'done', text } } }
}

/** Everything a person can read on a card, in order. */
export function readable(card: Json | Said): string {
  return words('versions' in card ? cardOf(card as Said) : card).join('\n')
}

function words(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(words)
  if (typeof value !== 'object' || value === null) return []
  const { type, inlines } = value as Json
  if (type === 'RichTextBlock') return [(inlines as { text: string }[]).map(({ text }) => text).join('')]
  return Object.entries(value).flatMap(([key, below]) =>
    typeof below === 'string' && ['text', 'title', 'label', 'placeholder'].includes(key) ? [below] : words(below),
  )
}
