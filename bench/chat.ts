// A flood: findings by the hundred each second, one of them critical, while people go on asking. How many messages, how
// soon the critical one, how fast Slack gets its acknowledgements; all in one process, against a Slack at the wire.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import express from 'express'
import { createConversation } from '#bot/conversation.ts'
import { createSlackChat } from '#bot/slack.ts'
import type { Analyst } from '#incident/analyst.ts'
import type { Toolbox } from '#incident/approval.ts'
import { DIGEST } from '#incident/backlog.ts'
import { createDeliver } from '#incident/deliver.ts'
import { NOTHING_SEEN } from '#incident/incident.ts'
import type { Diagnosis } from '#incident/incident.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Policy } from '#incident/policy.ts'
import { createRespond } from '#incident/respond.ts'
import type { Severity } from '#incident/signal.ts'
import { createWatch } from '#incident/watch.ts'
import { openSlack } from '../simulator/slack/serve.ts'
import { SURROUNDINGS } from '../src/main.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import { openKey } from '../src/keys.ts'
import type { Benchmark, Measured } from './benchmark.ts'

type ChatFigures = {
  findings: number
  floodSeconds: number
  /** New messages in the channel: for the critical one, and for all the others together. */
  postsForCritical: number
  postsForFlood: number
  edits: number
  criticalSeconds: number
  acks: number
  ackMillisP50: number
  ackMillisP99: number
}

const FINDINGS = 1_000
const SECONDS = 10
const CRITICAL = 617 // somewhere in the middle
const COMMANDS_A_SECOND = 20 // more than a team at 3 a.m. types
const AFTER_SECONDS = 20 // for what is still to be said

export const benchChat: Benchmark = async say => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-chat-'))
  const slack = await openSlack({ clock: Date.now })
  const store = openSqliteStore(folder)
  const given = { ...SURROUNDINGS, log: SILENT, observe: UNOBSERVED }
  const { apiUrl, tokens, signingSecret } = slack
  const settings = { botToken: tokens.bot, signingSecret, channel: CHANNEL, apiUrl, routes: [] }
  const chat = createSlackChat({ settings, store, ...given })
  const app = express()
  if (chat.router) app.use(chat.router)
  const server = createServer(app).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  slack.pointTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)

  const flood = createFlood()
  const policy = (): Policy => ({ version: 1, stopped: false, roles: {}, rules: [] })
  const deliver = createDeliver({ ...given, store, chats: [chat], policy })
  const sources = { sources: ['grafana'] as const, deadlineMillis: 5_000, sourceDeadlineMillis: 5_000 }
  const watch = createWatch({
    ...given,
    store,
    toolbox: NOTHING_TO_READ,
    analyst: flood.analyst,
    settings: { ...sources, overlapMillis: 0 },
  })
  const respond = createRespond({
    ...given,
    store,
    toolbox: NOTHING_TO_READ,
    advisor: { answer: async () => ({ answer: 'Nothing is known.', claims: [], unknown: [], model: null }) },
    execute: { run: async () => undefined, resume: async () => undefined, stop: async () => undefined },
    policy,
    privateKey: openKey(folder),
    newActionId: () => 'none',
    health: () => watch.health(),
    maintenance: () => [],
  })
  const about = { store, health: () => watch.health(), everyMillis: 1_000, maintenance: () => [], since: Date.now() }
  try {
    await deliver.begin()
    await watch.begin(Date.now())
    await chat.begin(createConversation({ ...given, ...about, respond }), {
      open: async () => [],
      status: async () => ({ kind: 'status', open: 0, sources: [], everyMillis: 1_000, since: 0 }),
    })
    say(`${FINDINGS} findings in ${SECONDS} s, ${COMMANDS_A_SECOND} commands a second`)
    const acks: number[] = []
    const typing = type(slack, acks, SECONDS)
    for (let second = 1; second <= SECONDS; second++) {
      const next = wait(1_000)
      flood.rise((FINDINGS / SECONDS) * second)
      await watch.tick()
      await next
    }
    await typing
    say('the flood is over; waiting for what is still to be said')
    await wait(AFTER_SECONDS * 1_000)
    return measured(figuresOf(slack, flood, acks))
  } finally {
    await deliver.stop()
    await chat.close()
    server.closeAllConnections()
    server.close()
    await slack.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function measured(figures: ChatFigures): Measured {
  const { findings, floodSeconds, postsForFlood, postsForCritical, edits, criticalSeconds } = figures
  const { acks, ackMillisP50, ackMillisP99 } = figures
  const page = `${findings} findings within ${floodSeconds} s, one of them critical, while people type 20 commands a second; the simulated
Slack runs in the same process and its work counts too.

| | measured | promised |
|---|---|---|
| new messages for the flood | ${postsForFlood} | at most 1 |
| new messages for the critical one | ${postsForCritical} | 1 |
| edits | ${edits} | |
| from the critical finding to its message | ${criticalSeconds.toFixed(1)} s | at most 60 s |
| acknowledgements, p50 | ${ackMillisP50.toFixed(0)} ms of ${acks} | |
| acknowledgements, p99 | ${ackMillisP99.toFixed(0)} ms | under 500 ms |
`
  const isKept = postsForFlood <= 1 && postsForCritical === 1 && criticalSeconds <= 60 && ackMillisP99 < 500
  return { figures, page, isKept }
}

const CHANNEL = 'C00000001'

type Flood = { analyst: Analyst; rise(findings: number): void; criticalAt(): number }

/** An analyst that sees as many troubles as it is told to, each of a service of its own. */
function createFlood(): Flood {
  let height = 0
  let criticalAt = 0
  const diagnosis = (i: number, at: number): Diagnosis => {
    const severity: Severity = i === CRITICAL ? 'critical' : 'medium'
    const service = `service-${i}`
    return {
      ...NOTHING_SEEN,
      confidence: 0.6,
      key: `trouble-${i}`,
      onset: at,
      severity,
      title: `${service} fails`,
      services: [service],
    }
  }
  return {
    rise(findings) {
      height = findings
      if (height > CRITICAL && criticalAt === 0) criticalAt = Date.now()
    },
    criticalAt: () => criticalAt,
    analyst: {
      async learn() {},
      async analyse(_readings, at) {
        const diagnoses = Array.from({ length: height }, (_, i) => diagnosis(i, at))
        return { at, diagnoses, watching: [], signals: height, millis: 0 }
      },
      correlate: async () => [],
      cluster: async () => [],
      alike: async () => [],
      snapshot: async () => new Uint8Array(),
      restore: async () => false,
      losses: () => 0,
      async close() {},
    },
  }
}

const NOTHING_TO_READ: Toolbox = {
  call: async () => ({ structured: { signals: [], relations: [], healthy: [], missing: [] }, text: '' }),
  tools: async () => [],
  async close() {},
}

type Slack = Awaited<ReturnType<typeof openSlack>>

async function type(slack: Slack, acks: number[], seconds: number): Promise<void> {
  const sent: Promise<void>[] = []
  for (let i = 0; i < seconds * COMMANDS_A_SECOND; i++) {
    const text = COMMANDS[i % COMMANDS.length] ?? 'list'
    sent.push(
      slack.people.command('U00000ANA', CHANNEL, text).then(({ accepted, millis }) => {
        acks.push(accepted ? millis : Number.POSITIVE_INFINITY)
      }),
    )
    await wait(1_000 / COMMANDS_A_SECOND)
  }
  await Promise.all(sent)
}

const COMMANDS = ['list', 'status', 'ack INC-1', 'show INC-2', 'mute 30m INC-3']

function figuresOf(slack: Slack, flood: Flood, acks: number[]): ChatFigures {
  const posts = slack.journal
    .calls('chat.postMessage')
    .filter(({ outcome, input }) => outcome === 'ok' && !input['thread_ts'])
  const isCritical = ({ input }: { input: Record<string, unknown> }) =>
    !JSON.stringify(input['metadata']).includes(DIGEST)
  const critical = posts.filter(isCritical)
  const sorted = acks.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return {
    findings: FINDINGS,
    floodSeconds: SECONDS,
    postsForCritical: critical.length,
    postsForFlood: posts.length - critical.length,
    edits: slack.journal.calls('chat.update').filter(({ outcome }) => outcome === 'ok').length,
    criticalSeconds: critical[0] ? (critical[0].at - flood.criticalAt()) / 1_000 : Number.POSITIVE_INFINITY,
    acks: acks.length,
    ackMillisP50: at(0.5),
    ackMillisP99: at(0.99),
  }
}
