// One life of a process that tells Slack and Teams of an incident, and dies where it is told to. Forked by chat-kill.test.ts.
import { createSlackChat } from '#bot/slack.ts'
import { createTeamsChat } from '#bot/teams.ts'
import type { Cloud } from '../src/bot/teams/settings.ts'
import type { TeamsSettings } from '#bot/teams.ts'
import type { Chat } from '#incident/chat.ts'
import { createDeliver } from '#incident/deliver.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { SURROUNDINGS } from '../src/main.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import { diagnosis } from './contracts/openings.ts'

/** `post sent` is done from outside: only there it is seen that the platform has taken it. */
export type Death = 'record written' | 'post sent' | 'answer received'
export type Life = {
  folder: string
  slack: Parameters<typeof createSlackChat>[0]['settings']
  teams: TeamsSettings
  cloud: Cloud
  /** The incident it opens, and how it dies then; neither: it says what is unsaid and ends by itself. */
  incident?: string
  death?: Death
  /** It does not look for what it may have sent: what the test must find out. */
  isNaive?: boolean
}

process.once('message', message => void live(message as Life))

async function live({ folder, slack, teams, cloud, incident, death, isNaive }: Life): Promise<void> {
  const store = mortal(openSqliteStore(folder), incident, death)
  const given = { ...SURROUNDINGS, store, log: SILENT, observe: UNOBSERVED }
  const chats: Chat[] = [
    createSlackChat({ ...given, settings: slack }),
    createTeamsChat({ ...given, settings: teams, cloud }),
  ]
  const policy = () => ({ version: 1 as const, stopped: false, roles: {}, rules: [] })
  const deliver = createDeliver({ ...given, chats: isNaive ? chats.map(forgetful) : chats, policy })
  await deliver.begin()
  if (incident !== undefined) {
    const opened = { type: 'opened', key: incident, reason: 'first seen' } as const
    await store.append(incident, 0, Date.now(), 'system', [
      { ...opened, diagnosis: diagnosis(incident, { severity: 'critical' }) },
    ])
    if (death === 'record written') process.kill(process.pid, 'SIGKILL')
    return
  }
  await allSaid(store)
  process.disconnect()
  process.exit()
}

function forgetful(chat: Chat): Chat {
  return { ...chat, find: async () => undefined }
}

/** As soon as the platform has said what it calls the message, before that is remembered. */
function mortal(store: IncidentStore, incident: string | undefined, death: Death | undefined): IncidentStore {
  return {
    ...store,
    async keepDelivery(delivery) {
      const isAnswered = delivery.thread !== undefined && delivery.incident === incident
      if (death === 'answer received' && isAnswered) process.kill(process.pid, 'SIGKILL')
      await store.keepDelivery(delivery)
    },
  }
}

/** Until the record says of every incident where it stands in both chats. */
async function allSaid(store: IncidentStore): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = async () => {
    const ids = await store.list({ limit: 1_000 })
    const threads = await Promise.all(ids.map(async id => (await readIncident(store, id)).threads.length))
    if (threads.every(length => length === 2)) resolve()
  }
  const stop = store.listen(() => void look())
  await look()
  await promise
  stop()
}
