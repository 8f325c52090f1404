// For tests: the Slack chat between a simulated workspace and a conversation that answers what a test tells it to.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import express from 'express'
import { diagnosis, rollback } from '#cards/fixtures/checkout.ts'
import type { ChatEvent } from '#incident/chat.ts'
import { open } from '#incident/follow.ts'
import type { Incident } from '#incident/incident.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { openSlack } from '../simulator/slack/serve.ts'
import type { Slack } from '../simulator/slack/serve.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import type { Back, Conversation } from '#bot/conversation.ts'
import { createSlackChat } from '#bot/slack.ts'
import type { SlackChat } from '#bot/slack.ts'
import type { SlackGiven, SlackSettings } from '#bot/slack/settings.ts'

export const [ANA, BEN, GUEST, LESSER_GUEST, BOT, STRANGER] = [
  'U00000ANA',
  'U00000BEN',
  'U00000GUS',
  'U00000UMA',
  'U00000ROB',
  'U00000SID',
] as const
export const INCIDENTS = 'C00000001'
export const PAYMENTS = 'C00000002'

export type Workplace = {
  slack: Slack
  chat: SlackChat
  store: IncidentStore
  incident: Incident
  /** What the conversation was asked, in order. */
  asked: ChatEvent[]
  /** What it answers from now on. */
  answer(conversation: Conversation): void
  /** Where Slack sends its requests, when it comes by HTTP. */
  requestUrl: string
  /** Moves the clock of both sides. */
  pass(millis: Millis): void
  now(): Millis
  close(): Promise<void>
}

export const noted: Back = { to: 'them', message: { kind: 'reply', reply: { result: 'done', text: 'Noted.' } } }

export async function openWorkplace(
  door: 'http' | 'socket',
  more: { settings?: Partial<SlackSettings>; store?: (store: IncidentStore) => IncidentStore } & Pick<
    Partial<SlackGiven>,
    'picture' | 'observe' | 'pause'
  > & { patienceMillis?: Millis } = {},
): Promise<Workplace> {
  let now = Date.UTC(2026, 10, 20, 13, 8)
  const clock = () => now
  const slack = await openSlack({
    clock,
    ...(more.patienceMillis && { patienceMillis: more.patienceMillis }),
  })
  const folder = await mkdtemp(join(tmpdir(), 'slack-'))
  const real = openSqliteStore(folder)
  const store = more.store?.(real) ?? real
  const incident = await incidentIn(store, clock())

  const { tokens, signingSecret } = slack
  const entrance = door === 'http' ? { signingSecret } : { appToken: tokens.app }
  const settings = { botToken: tokens.bot, channel: INCIDENTS, apiUrl: slack.apiUrl, routes: [], ...entrance }
  const chat = createSlackChat({
    settings: { ...settings, ...more.settings },
    store,
    clock,
    pause: more.pause ?? wait,
    log: SILENT,
    observe: more.observe ?? UNOBSERVED,
    ...(more.picture && { picture: more.picture }),
  })

  const app = express()
  if (chat.router) app.use(chat.router)
  const server = createServer(app)
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`
  if (door === 'http') slack.pointTo(requestUrl)

  const asked: ChatEvent[] = []
  let conversation: Conversation = async () => noted
  await chat.begin(
    (event, soon) => {
      asked.push(event)
      return conversation(event, soon)
    },
    {
      open: async () => Promise.all((await store.list({ open: true })).map(id => readIncident(store, id))),
      status: async () => ({ kind: 'status', open: 1, sources: [], everyMillis: 60_000, since: now }),
    },
  )
  if (door === 'socket') await slack.socket.connected()

  return {
    slack,
    chat,
    store,
    incident,
    asked,
    answer: next => void (conversation = next),
    requestUrl,
    pass: millis => void (now += millis),
    now: clock,
    async close() {
      await chat.close()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await slack.close()
      await real.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function wait(millis: Millis, signal: AbortSignal): Promise<void> {
  await setTimeout(millis, undefined, { signal }).catch(() => undefined)
}

async function incidentIn(store: IncidentStore, at: Millis): Promise<Incident> {
  await store.append('INC-42', 0, at, 'system', open('INC-42', { ...diagnosis, remedies: [rollback] }, []))
  return readIncident(store, 'INC-42')
}

/** Posts the incident and remembers it, as delivery does. */
export async function post({ chat, store, incident, now }: Workplace) {
  const thread = await chat.open(incident.id, { kind: 'incident', incident })
  const { id, version } = incident
  await store.keepDelivery({ chat: 'slack', key: id, incident: id, version, sentAt: now(), thread })
  return thread
}
