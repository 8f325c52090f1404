// The five servers as a client sees them that nobody here wrote: JSON-RPC by hand, in the words of the 2025 revisions.
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { SILENT } from '#incident/observe.ts'
import { SERVERS } from '#incident/tool-call.ts'
import type { Json, ServerName } from '#incident/tool-call.ts'
import { readConfig } from '../src/config.ts'
import { createMetrics } from '../src/metrics.ts'
import { serve } from '../src/serve.ts'
import type { Served } from '../src/serve.ts'
import { endPrograms, startProgram } from './program.ts'
import { changesOf, openWorld, story } from './world.ts'
import type { World } from './world.ts'

type Message = { id?: number; method?: string; result?: Result; error?: { code: number; message: string } }
type Result = {
  protocolVersion: string
  serverInfo: { name: string }
  tools: Listed[]
  content: { type: string; text: string }[]
  structuredContent?: Record<string, Json>
  isError?: boolean
}
type Listed = {
  name: string
  description: string
  inputSchema: { type: string; additionalProperties?: boolean; properties: Record<string, unknown> }
  outputSchema: { type: string }
  annotations: Record<string, unknown>
}
type Ask = (method: string, params?: Record<string, unknown>) => Promise<Result>

const REVISION = '2025-06-18'
const HELLO = { protocolVersion: REVISION, capabilities: {}, clientInfo: { name: 'by-hand', version: '1' } }
const SCALE = { namespace: 'shop', kind: 'Deployment', name: 'orders', replicas: 4 }

let world: World
let served: Served

beforeAll(async () => {
  world = await openWorld(story('bad-rollout'))
  const config = readConfig({ environment: { HOME: world.folder }, overrides: { http: { port: 0 } } })
  const given = { clock: () => world.clock.now, log: SILENT, metrics: createMetrics() }
  served = await serve({
    ...given,
    config,
    house: world.house,
    page: world.folder,
    routers: [],
    demo: true,
    nextFree: true,
  })
  world.clock.now += 6 * 60_000 // the bad rollout is felt everywhere
})
afterEach(endPrograms)
afterAll(async () => {
  await served.close()
  await world.close()
})

/** One request, one answer, no session; the answer comes as JSON or as an event. */
function overHttp(server: ServerName): Ask {
  let id = 0
  return async (method, params) => {
    const response = await fetch(`${served.url}/mcp/${server}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(method !== 'initialize' && { 'mcp-protocol-version': REVISION }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
    })
    const text = await response.text()
    const messages = text.startsWith('{')
      ? [text]
      : Array.from(text.matchAll(/^data: (.+)$/gm), ([, data]) => data ?? '')
    const answers = messages.map(message => JSON.parse(message) as Message)
    return resultOf(answers.find(answer => answer.id === id))
  }
}

function overStdio(server: ServerName): { ask: Ask; others: Message[]; end(): Promise<number | string> } {
  const environment = { ...world.simulator.env, DATA_DIR: `${world.folder}/${server}` }
  const { child, ended } = startProgram(['mcp', server], { environment, cwd: world.folder })
  const waiting = new Map<number, (message: Message) => void>()
  const others: Message[] = []
  createInterface(child.stdout).on('line', line => {
    const message = JSON.parse(line) as Message // anything else on stdout breaks a client
    const asker = message.id === undefined ? undefined : waiting.get(message.id)
    if (asker) asker(message)
    else others.push(message)
  })
  let id = 0
  return {
    others,
    async ask(method, params) {
      const answer = new Promise<Message>(resolve => waiting.set(++id, resolve))
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
      return resultOf(await answer)
    },
    end() {
      child.stdin.end()
      return ended
    },
  }
}

function resultOf(answer: Message | undefined): Result {
  if (!answer?.result) throw new Error(`expected a result, got ${JSON.stringify(answer)}`)
  return answer.result
}

function textOf({ content }: Result): string {
  return content.map(({ text }) => text).join('\n')
}

/** A read of each server that needs no knowledge of what is there. */
const READS: Record<ServerName, [string, Record<string, Json>]> = {
  kubernetes: ['get_pods', { namespace: 'shop' }],
  sentry: ['get_signals', { from: 'now-5m', to: 'now' }],
  cloudwatch: ['get_alarms', {}],
  grafana: ['get_signals', { from: 'now-5m', to: 'now' }],
  orchestrator: ['detect_incidents', {}],
}

describe.each(SERVERS)('%s over HTTP', server => {
  test('introduces itself, lists tools with hints and schemas, answers a read', async () => {
    const ask = overHttp(server)
    const hello = await ask('initialize', HELLO)
    expect(hello).toMatchObject({ protocolVersion: REVISION, serverInfo: { name: `incident-orchestrator/${server}` } })
    const { tools } = await ask('tools/list')
    for (const { name, description, inputSchema, outputSchema, annotations } of tools) {
      expect(inputSchema, name).toMatchObject({ type: 'object', additionalProperties: false })
      expect(outputSchema, name).toMatchObject({ type: 'object' })
      expect(description.length, name).toBeGreaterThan(20)
      expect(JSON.stringify([inputSchema, outputSchema]), name).not.toMatch(
        /"(items|id|source|entity)":(true|false|\{\})/,
      )
      const changes = /^(restart|scale|rollback)_workload$/.test(name)
      expect(annotations, name).toMatchObject({
        readOnlyHint: !changes,
        destructiveHint: changes,
        idempotentHint: expect.any(Boolean),
        openWorldHint: expect.any(Boolean),
      })
    }
    const [name, given] = READS[server]
    expect(tools.map(tool => tool.name)).toContain(name)
    const answer = await ask('tools/call', { name, arguments: given })
    expect(answer.isError, textOf(answer)).toBeFalsy()
    expect(answer.structuredContent).toBeTypeOf('object')
    expect(textOf(answer)).not.toBe('')
  })

  test('refuses an argument it does not know, naming the nearest it does', async () => {
    const ask = overHttp(server)
    const { tools } = await ask('tools/list')
    const tool = tools.find(({ inputSchema }) => Object.keys(inputSchema.properties).some(key => key.length > 4))
    const known = Object.keys(tool?.inputSchema.properties ?? {}).find(key => key.length > 4) ?? ''
    const answer = await ask('tools/call', { name: tool?.name, arguments: { [`${known}x`]: 1 } })
    expect(answer.isError).toBe(true)
    expect(JSON.parse(textOf(answer))).toMatchObject({ code: 'validation', retryable: false })
    expect(textOf(answer)).toContain(`did you mean ${known}?`)
  })
})

test('a write needs an approval; a dry run of it needs none and changes nothing', async () => {
  const ask = overHttp('kubernetes')
  const refused = await ask('tools/call', { name: 'scale_workload', arguments: SCALE })
  expect(JSON.parse(textOf(refused))).toMatchObject({ code: 'forbidden' })
  const forged = { 'incident-orchestrator/approval': 'e30.c2lnbmVk' }
  const still = await ask('tools/call', { name: 'scale_workload', arguments: SCALE, _meta: forged })
  expect(JSON.parse(textOf(still))).toMatchObject({ code: 'forbidden' })
  const tried = await ask('tools/call', { name: 'scale_workload', arguments: { ...SCALE, dry_run: true } })
  expect(tried.structuredContent).toMatchObject({ refusals: [], diff: [expect.stringContaining('4')] })
  expect(changesOf(world.simulator)).toEqual([])
})

test('a page of another origin and a foreign host name reach no server', async () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`${served.url}/mcp/kubernetes`, { method: 'POST', headers, body: '{}' })
  expect((await ask({ origin: 'https://attacker.example' })).status).toBe(403)
  expect((await ask({ origin: 'null' })).status).toBe(403)
})

test('kubernetes over stdio: the same tools, nothing else on stdout, ends when its input ends', async () => {
  const { ask, others, end } = overStdio('kubernetes')
  expect(await ask('initialize', HELLO)).toMatchObject({ protocolVersion: REVISION })
  const { tools } = await ask('tools/list')
  const listed = await overHttp('kubernetes')('tools/list')
  expect(tools.map(({ name }) => name)).toEqual(listed.tools.map(({ name }) => name))
  const pods = await ask('tools/call', { name: 'get_pods', arguments: { namespace: 'shop' } })
  expect(textOf(pods)).toContain('checkout')
  const refused = await ask('tools/call', { name: 'scale_workload', arguments: SCALE })
  expect(JSON.parse(textOf(refused))).toMatchObject({ code: 'forbidden' })
  const tried = await ask('tools/call', { name: 'scale_workload', arguments: { ...SCALE, dry_run: true } })
  expect(tried.structuredContent).toMatchObject({ refusals: [] })
  expect(await end()).toBe(0)
  expect(others).toEqual([])
  expect(changesOf(world.simulator)).toEqual([])
})
