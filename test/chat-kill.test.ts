// The process is killed while it tells Slack and Teams of an incident, again and again: each incident is told of once in
// each chat, and none is missing. ROUNDS=200 for the whole proof; here a few of each death.
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openSlack } from '../simulator/slack/serve.ts'
import { cardOf } from '../simulator/teams/client.ts'
import { serveTeams } from '../simulator/teams/serve.ts'
import type { Death, Life } from './chat-kill-child.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 9)
const DEATHS: Death[] = ['record written', 'post sent', 'answer received']
const CHATS = ['slack', 'teams'] as const // whose post is waited for: by then the other may have been sent, or not
const CHANNEL = 'C00000001'
const lives = new Set<ChildProcess>()
afterAll(() => {
  for (const life of lives) life.kill('SIGKILL')
})

const told = (rounds: number) => Array.from({ length: rounds }, (_, i) => `INC-${i + 1}`).sort()
const patience = (rounds: number) => 30_000 + rounds * 15_000

test(
  `${ROUNDS} deaths between record, platform and memory: one message an incident and chat, none missing`,
  async () => {
    const posts = await livesAndDeaths(ROUNDS)
    expect(posts.slack).toEqual(told(ROUNDS))
    expect(posts.teams).toEqual(told(ROUNDS))
  },
  patience(ROUNDS),
)

test(
  'a worker that does not look for what it may have sent is found out',
  async () => {
    const posts = await livesAndDeaths(3, { isNaive: true })
    expect(posts.slack).not.toEqual(told(3))
    expect(posts.teams).not.toEqual(told(3))
  },
  patience(3),
)

/** Keys of what each chat was told in the end, sorted. */
async function livesAndDeaths(
  rounds: number,
  more: { isNaive?: boolean } = {},
): Promise<Record<'slack' | 'teams', unknown[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'chat-kill-'))
  const clock = Date.now
  const slack = await openSlack({ clock })
  const teams = await serveTeams({ clock, endpoint: () => 'http://127.0.0.1:9' })
  const { tenant, serviceUrl, cloud } = teams
  const { clientId, clientSecret } = tenant.app
  const account = { clientId, clientSecret, tenantId: tenant.id, channel: tenant.channel, team: tenant.team }
  const settings: Life = {
    folder,
    slack: { botToken: slack.tokens.bot, channel: CHANNEL, apiUrl: slack.apiUrl, routes: [] },
    teams: { ...account, serviceUrl, routes: [] },
    cloud,
    ...more,
  }
  const slackPosts = () => slack.said(CHANNEL).filter(({ by }) => by === slack.workspace.bot.user)
  const teamsPosts = () => teams.rooms.messages(tenant.channel).filter(({ by }) => by === 'bot')

  for (let round = 1; round <= rounds; round++) {
    const incident = `INC-${round}`
    const death = DEATHS[round % DEATHS.length]
    const chat = CHATS[round % CHATS.length]
    const isSent = () =>
      chat === 'slack'
        ? JSON.stringify(slackPosts().at(-1)?.metadata ?? '').includes(`"${incident}"`)
        : JSON.stringify(teamsPosts().at(-1)?.versions[0] ?? '').includes(`"io:${incident}"`)
    if (death === 'post sent') {
      slack.faults.add({ kind: 'drop', accepted: true, method: 'chat.postMessage', times: 1 })
      teams.faults.add({ kind: 'drop after', method: 'POST', path: /activities$/, times: 1 })
    }
    const { child, ended } = born({ ...settings, incident, ...(death && { death }) })
    if (death === 'post sent') {
      await until(() => isSent() || child.exitCode !== null)
      child.kill('SIGKILL')
    }
    expect(await ended, `${incident}, ${death}`).toBe('SIGKILL')
    slack.faults.clear()
    teams.faults.clear()
  }
  expect(await born(settings).ended).toBe(0)

  const marks = teamsPosts().map(said => (cardOf(said)['body'] as { id?: string }[])[0]?.id?.slice('io:'.length))
  const keys = slackPosts().map(({ metadata }) => metadata?.event_payload['key'])
  await slack.close()
  await teams.close()
  rmSync(folder, { recursive: true, force: true })
  return { slack: keys.sort(), teams: marks.sort() }
}

function born(life: Life): { child: ChildProcess; ended: Promise<number | string> } {
  const child = fork(join(import.meta.dirname, 'chat-kill-child.ts'), {
    execArgv: ['--conditions=orchestrator-source'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled'),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  lives.add(child)
  const ended = new Promise<number | string>(resolve => {
    child.once('close', (code, signal) => {
      lives.delete(child)
      resolve(code ?? signal ?? 'unknown')
    })
  })
  child.send(life)
  return { child, ended }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setImmediate(resolve))
}
