// The Web API as somebody else understood it: what we say must work there as it does in front of our own simulator.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebClient } from '@slack/web-api'
import { createEmulator } from 'emulate'
import { expect, test } from 'vitest'
import { incidentAfter } from '#cards/fixtures/checkout.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { openSqliteStore } from '../../store/sqlite.ts'
import { createSlackChat } from '../slack.ts'

test('open, edit, reply, whisper and find, with a picture', async () => {
  const slack = await createEmulator({
    service: 'slack',
    port: await freePort(),
    seed: {
      slack: {
        channels: [{ name: 'incidents' }],
        strict_scopes: true,
        tokens: [{ token: 'xoxb-emulated', scopes: SCOPES }],
      },
    },
  })
  const folder = await mkdtemp(join(tmpdir(), 'slack-'))
  const store = openSqliteStore(folder)
  try {
    const apiUrl = `${slack.url}/api/`
    const web = new WebClient('xoxb-emulated', { slackApiUrl: apiUrl })
    const { channels } = await web.conversations.list({})
    const channel = channels?.find(({ name }) => name === 'incidents')?.id ?? ''
    const chat = createSlackChat({
      settings: { botToken: 'xoxb-emulated', channel, apiUrl, routes: [] },
      store,
      picture: async () => ({ png: new Uint8Array([137, 80, 78, 71]), alt: 'checkout errors, 31 %' }),
      clock: Date.now,
      pause: async () => {},
      log: SILENT,
      observe: UNOBSERVED,
    })
    const incident = incidentAfter()
    const started = Date.now()

    const thread = await chat.open('INC-42', { kind: 'incident', incident })
    await store.keepDelivery({ chat: 'slack', key: 'INC-42', incident: 'INC-42', version: 1, sentAt: started, thread })
    await chat.edit(thread, { kind: 'incident', incident: { ...incident, title: 'Checkout is well again.' } })
    const reply = await chat.reply(thread, 'INC-42/9', { kind: 'news', incident, text: 'Changed my mind.' })
    const { members } = await web.users.list({})
    const someone = { chat: 'slack', user: members?.[0]?.id ?? '', name: 'Ana' } as const
    await chat.whisper(thread, someone, { kind: 'details', incident })

    expect(await chat.find('INC-42', started - 1_000)).toEqual(thread)
    expect(await chat.find('INC-42/9', started - 1_000)).toEqual(reply)
    expect(await chat.find('INC-42', Date.now() + 60_000)).toBeUndefined()
    const { messages = [] } = await web.conversations.history({ channel, include_all_metadata: true })
    expect(messages).toHaveLength(1)
    expect(JSON.stringify(messages[0]?.blocks)).toMatch(/Checkout is well again.*slack_file/)
    const checks = await chat.check()
    expect(checks.find(({ what }) => what === 'Slack: token')).toMatchObject({ state: 'ok' })
  } finally {
    await slack.close()
    await store.close()
    await rm(folder, { recursive: true })
  }
})

const SCOPES = ['channels:history', 'channels:read', 'chat:write', 'files:write', 'users:read']

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
