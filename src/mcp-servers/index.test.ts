import { mkdtempSync, rmSync } from 'node:fs'
import type { Server as HttpServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Analyst } from '#incident/analyst.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { SERVERS } from '#incident/tool-call.ts'
import { SOURCES } from '#incident/signal.ts'
import { openSqliteStore } from '#store/sqlite.ts'
import { scenarioNamed } from '../../simulator/scenarios/index.ts'
import { startSimulator } from '../../simulator/serve.ts'
import type { Simulator } from '../../simulator/serve.ts'
import type { Server } from './define.ts'
import { mcpRouter } from './host.ts'
import { openServers } from './index.ts'
import { readingSchema } from './signal-schema.ts'

const START = Date.parse('2026-11-03T14:00:00Z')
const now = START + 6 * 60_000 // the bad rollout is under way and felt everywhere
const given = { clock: () => now, log: SILENT, observe: UNOBSERVED }
const folder = mkdtempSync(join(tmpdir(), 'servers-'))
const store = openSqliteStore(folder)
const analyst: Pick<Analyst, 'correlate' | 'cluster' | 'alike'> = {
  correlate: async () => [],
  cluster: async () => [],
  alike: async () => [],
}
const nothing = { at: now, diagnoses: [], watching: [], signals: 0, millis: 0 }
const look = async () => ({ analysis: nothing, missing: [] })

let simulator: Simulator
let servers: readonly Server[]
let http: HttpServer
let url: string

beforeAll(async () => {
  simulator = await startSimulator({ story: scenarioNamed('bad-rollout').tell(START, 42), clock: () => now })
  const { endpoints, env } = simulator
  const credentials = {
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
  }
  const watched = { namespaces: [], mostMetrics: 500, logGroups: [] }
  servers = openServers(
    {
      kubernetes: { kubeconfig: endpoints.kubeconfig },
      sentry: { url: endpoints.sentryUrl, organization: 'demo', token: env['SENTRY_AUTH_TOKEN'] ?? '', projects: [] },
      cloudwatch: { endpoint: endpoints.awsEndpointUrl, region: env['AWS_REGION'], credentials, ...watched },
      grafana: { url: endpoints.grafanaUrl, token: env['GRAFANA_SERVICE_ACCOUNT_TOKEN'] ?? '', mostSeries: 1000 },
    },
    { look, health: () => [], analyst, store, toolbox: { call: () => Promise.reject(new Error('not asked here')) } },
    given,
  )
  const app = express()
  app.use(mcpRouter(servers, given))
  http = app.listen(0, '127.0.0.1')
  await new Promise(resolve => http.once('listening', resolve))
  const address = http.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})
afterAll(async () => {
  http.close()
  http.closeAllConnections()
  for (const server of servers) server.close?.()
  await simulator.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

async function connect(name: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }) // one that checks answers against the schemas it was told
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp/${name}`)))
  return client
}

describe.each(SERVERS)('%s over HTTP', name => {
  it('says of each tool what it does, what it may break and what it answers', async () => {
    const client = await connect(name)
    const { tools } = await client.listTools()
    for (const { annotations, description, inputSchema, outputSchema, title } of tools) {
      expect([title, description].every(Boolean)).toBe(true)
      expect(Object.values(annotations ?? {}).filter(hint => typeof hint === 'boolean')).toHaveLength(4)
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
      expect([inputSchema, outputSchema]).toMatchObject([
        { type: 'object', additionalProperties: false },
        { type: 'object' },
      ])
    }
    expect(tools.length).toBeGreaterThan(2)
    await client.close()
  })
})

describe.each(SOURCES)('%s over HTTP', name => {
  it('reads the simulated cloud, all of it, in a page that holds what its schema says', async () => {
    const client = await connect(name)
    await client.listTools()
    const { structuredContent } = await client.callTool({ name: 'get_signals', arguments: { from: '5m', to: 'now' } })
    const page = readingSchema.parse(structuredContent)
    expect(page.missing).toEqual([])
    expect(page.signals.length).toBeGreaterThan(5)
    expect(page.signals.every(({ source }) => source === name)).toBe(true)
    expect(new Set(page.signals.map(({ id }) => id)).size).toBe(page.signals.length)
    await client.close()
  })
})
