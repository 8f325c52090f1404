import { createHash, generateKeyPairSync } from 'node:crypto'
import { request } from 'node:http'
import type { Server as HttpServer } from 'node:http'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Observe } from '#incident/observe.ts'
import type { ServerName } from '#incident/tool-call.ts'
import { definePrompt, defineReadTool, defineServer, defineWriteTool } from './define.ts'
import type { Resource } from './define.ts'
import { mcpRouter } from './host.ts'
import { createToolbox } from './toolbox.ts'

let allowed = Promise.withResolvers<void>()
const echo = defineReadTool({
  name: 'get_echo',
  title: 'Echo',
  description: 'Says it again.',
  input: z.object({ words: z.string().max(20), times: z.int().min(1).max(5).default(1) }),
  output: z.object({ said: z.array(z.string()) }),
  text: ({ said }) => said.join(' '),
  async run({ words, times }) {
    if (words === 'later') await allowed.promise
    if (words === 'limit') throw new Fault('rate_limit', 'The vendor asks to slow down.', { retryAfter: 7 })
    if (words === 'defect') throw new Error('password=hunter2')
    return { said: Array.from({ length: times }, () => words) }
  },
})
const wrong = defineReadTool({
  ...echo,
  name: 'get_wrong',
  async run() {
    return { said: [5 as never] }
  },
})
let gaveUp: Promise<void>
const slow = defineReadTool({
  ...echo,
  name: 'get_slow',
  async run(_input, { signal }) {
    gaveUp = new Promise(resolve => signal.addEventListener('abort', () => resolve()))
    await gaveUp
    return { said: [] }
  },
})
const listeners = new Set<(uri: string) => void>()
const note: Resource = {
  name: 'note',
  title: 'Note',
  description: 'What somebody wrote.',
  mimeType: 'text/plain',
  uri: 'note://{name}',
  list: async () => [{ uri: 'note://a%2Fb', title: 'A note' }],
  async read({ name = '' }) {
    if (name === 'gone') throw new Fault('not_found', 'There is no such note.')
    if (name === 'defect') throw new Error('password=hunter2')
    return name
  },
}
const greet = definePrompt({
  name: 'greet',
  title: 'Greet',
  description: 'Says hello.',
  input: z.object({ who: z.string().max(5).describe('whom'), how: z.string().optional() }),
  messages: async ({ who }) => [{ role: 'user', content: { type: 'text', text: `Hello ${who}` } }],
})
const server = defineServer({
  name: 'sentry',
  title: 'Sentry',
  instructions: 'Say it.',
  tools: [echo, wrong, slow],
  resources: [note],
  prompts: [greet],
  listen: listener => void listeners.add(listener),
})
const changing = defineServer({
  name: 'kubernetes',
  title: 'Kubernetes',
  instructions: 'Change it.',
  tools: [
    echo,
    defineWriteTool({
      name: 'set_echo',
      title: 'Set',
      description: 'Changes it.',
      input: z.object({}),
      output: z.object({}),
      hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
      text: () => '',
      dryRun: async () => ({}),
      write: async () => ({}),
    }),
  ],
})
const options = { clock: Date.now, log: SILENT, observe: UNOBSERVED }

let http: HttpServer
let url: string

beforeAll(async () => {
  const app = express()
  app.use(mcpRouter([server], options))
  app.use('/secret', mcpRouter([server], { ...options, token: 'right' }))
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')
  const keys = [
    { name: 'dashboards', sha256: sha256('reader'), servers: { kubernetes: 'read' } },
    { name: 'agent', sha256: sha256('writer'), servers: { kubernetes: 'write', sentry: 'read' } },
  ] as const
  const { publicKey } = generateKeyPairSync('ed25519')
  const gate = { publicKey, ledger: { claim: () => Promise.reject(new Error('none')), intend: async () => {} } }
  app.use('/keyed', mcpRouter([server, changing], { ...options, gate, token: 'right', keys: () => keys }))
  http = app.listen(0, '127.0.0.1')
  await new Promise(resolve => http.once('listening', resolve))
  const address = http.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})
afterAll(() => {
  http.close()
  http.closeAllConnections()
})

function call(tool: string, given: Record<string, string | number>, name: ServerName = 'sentry') {
  return [{ server: name, tool, arguments: given }, { deadlineMillis: 5000 }] as const
}

describe.each(['in process', 'over HTTP'])('a toolbox %s', where => {
  const counted: string[] = []
  const observe: Observe = {
    ...UNOBSERVED,
    count: (_name, labels) => void counted.push(`${labels?.['tool']} ${labels?.['outcome']}`),
  }
  const toolbox = () =>
    createToolbox({
      ...options,
      observe,
      ...(where === 'in process' ? { servers: [server] } : { remotes: [{ name: 'sentry', url: `${url}/mcp/sentry` }] }),
    })

  it('lists and calls tools, answers in structure and in text, and counts', async () => {
    const tools = await toolbox()
    expect(await tools.tools()).toContainEqual({
      server: 'sentry',
      tool: 'get_echo',
      description: 'Says it again.',
      readOnly: true,
    })
    const answer = await tools.call(...call('get_echo', { words: 'hm', times: 2 }))
    expect(answer).toEqual({ structured: { said: ['hm', 'hm'] }, text: 'hm hm' })
    expect(counted).toEqual(['get_echo ok'])
    await tools.close()
  })

  it('throws the Fault the tool threw, and hides what a defect said', async () => {
    const tools = await toolbox()
    const limited = tools.call(...call('get_echo', { words: 'limit' }))
    await expect(limited).rejects.toMatchObject({
      code: 'rate_limit',
      message: 'The vendor asks to slow down.',
      retryAfter: 7,
      retryable: true,
    })
    const defect = await tools.call(...call('get_echo', { words: 'defect' })).catch((error: unknown) => error)
    expect(defect).toMatchObject({
      code: 'processing',
      details: { correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    })
    expect(JSON.stringify(defect)).not.toContain('hunter2')
    await expect(tools.call(...call('get_wrong', { words: 'x' }))).rejects.toMatchObject({ code: 'processing' })
    await tools.close()
  })

  it('refuses what it does not know, and names what was probably meant', async () => {
    const tools = await toolbox()
    await expect(tools.call(...call('get_echo', { words: 'x', tims: 2 }))).rejects.toMatchObject({
      code: 'validation',
      message: 'Unknown argument "tims"; did you mean times?',
    })
    await expect(tools.call(...call('get_echo', { words: 'x', times: 9 }))).rejects.toMatchObject({
      code: 'validation',
      message: expect.stringContaining('times: '),
    })
    await expect(tools.call(...call('get_eco', { words: 'x' }))).rejects.toMatchObject({ code: 'validation' })
    await expect(tools.call(...call('get_echo', { words: 'x' }, 'grafana'))).rejects.toMatchObject({
      code: 'not_found',
    })
    await tools.close()
  })

  it('gives up at the deadline, and tells the tool', async () => {
    const tools = await toolbox()
    const late = tools.call(call('get_slow', { words: 'x' })[0], { deadlineMillis: 50 })
    await expect(late).rejects.toMatchObject({ code: 'network', message: 'sentry did not answer get_slow in time.' })
    await gaveUp
    const leaving = new AbortController()
    allowed = Promise.withResolvers()
    const staying = tools.call(...call('get_echo', { words: 'later' }))
    const left = tools.call(call('get_slow', { words: 'x' })[0], { deadlineMillis: 5000, signal: leaving.signal })
    leaving.abort()
    await expect(left).rejects.toMatchObject({ code: 'network', whose: 'caller' })
    await gaveUp
    allowed.resolve()
    await expect(staying).resolves.toMatchObject({ text: 'later' })
    await tools.close()
  })
})

describe('a remote server', () => {
  it('that is down costs only its own calls, and is found again when it is up', async () => {
    const late = express()
    late.use(mcpRouter([server], options))
    const port = await freePort()
    const remotes = [{ name: 'sentry', url: `http://127.0.0.1:${port}/mcp/sentry` }] as const
    const tools = await createToolbox({ ...options, remotes })
    expect(await tools.tools()).toEqual([])
    await expect(tools.call(...call('get_echo', { words: 'x' }))).rejects.toMatchObject({
      code: 'network',
      retryable: true,
    })
    const listening = late.listen(port, '127.0.0.1')
    await new Promise(resolve => listening.once('listening', resolve))
    await expect(tools.call(...call('get_echo', { words: 'x' }))).resolves.toMatchObject({ text: 'x' })
    await tools.close()
    listening.close()
    listening.closeAllConnections()
  })

  it('answers only who has its token, where one is set', async () => {
    const remote = (token?: string) => ({
      name: 'sentry' as const,
      url: `${url}/secret/mcp/sentry`,
      ...(token && { token }),
    })
    const [right, wrongly, none] = await Promise.all(
      ['right', 'wrong', undefined].map(token => createToolbox({ ...options, remotes: [remote(token)] })),
    )
    await expect(right?.call(...call('get_echo', { words: 'x' }))).resolves.toMatchObject({ text: 'x' })
    await expect(wrongly?.call(...call('get_echo', { words: 'x' }))).rejects.toMatchObject({ code: 'authentication' })
    await expect(none?.call(...call('get_echo', { words: 'x' }))).rejects.toMatchObject({ code: 'authentication' })
    await Promise.all([right, wrongly, none].map(tools => tools?.close()))
  })
})

describe('a key', () => {
  const listed = async (path: string, key?: string) => {
    const client = new Client({ name: 'test', version: '1' })
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}${path}`), { requestInit: { headers } }))
    const { tools } = await client.listTools()
    await client.close()
    return tools.map(({ name }) => name)
  }

  it('opens the servers it names, and lists what changes things only to those who may write', async () => {
    expect(await listed('/keyed/mcp/kubernetes', 'reader')).toEqual(['get_echo'])
    expect(await listed('/keyed/mcp/kubernetes', 'writer')).toEqual(['get_echo', 'set_echo'])
    expect(await listed('/keyed/mcp/kubernetes', 'right')).toEqual(['get_echo', 'set_echo'])
  })

  it('refuses a call of what it does not list', async () => {
    const calling = async (key: string): Promise<unknown> => {
      const requestInit = { headers: { authorization: `Bearer ${key}` } }
      const client = new Client({ name: 'test', version: '1' })
      await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/keyed/mcp/kubernetes`), { requestInit }))
      return client.callTool({ name: 'set_echo', arguments: { dry_run: true } }).finally(() => client.close())
    }
    await expect(calling('reader')).rejects.toThrow('There is no tool "set_echo"')
    await expect(calling('writer')).resolves.toMatchObject({ structuredContent: {} })
  })

  it('opens no other server, and nothing when it is unknown or missing', async () => {
    await expect(listed('/keyed/mcp/sentry', 'reader')).rejects.toThrow(/403|scope/i)
    await expect(listed('/keyed/mcp/kubernetes', 'unknown')).rejects.toThrow(/401|no token or key/i)
    await expect(listed('/keyed/mcp/kubernetes')).rejects.toThrow(/401|authori/i)
  })
})

describe('the endpoint', () => {
  it.each(['legacy', 'auto'] as const)(
    'tells a client of the %s protocol all four hints and both schemas',
    async mode => {
      const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
      await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp/sentry`)))
      const { tools } = await client.listTools()
      expect(tools[0]).toMatchObject({
        name: 'get_echo',
        annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
        inputSchema: { type: 'object', additionalProperties: false, required: ['words'] },
        outputSchema: { type: 'object', required: ['said'] },
      })
      const refused = await client.callTool({ name: 'get_echo', arguments: { word: 'x' } })
      expect(refused).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('"code":"validation"') }],
      })
      expect(client.getServerVersion()?.name).toBe('incident-orchestrator/sentry')
      await client.close()
    },
  )

  it.each(['legacy', 'auto'] as const)('gives a client of the %s protocol resources and prompts', async mode => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp/sentry`)))
    expect((await client.listResources()).resources).toMatchObject([{ uri: 'note://a%2Fb', title: 'A note' }])
    expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([{ uriTemplate: 'note://{name}' }])
    const { contents } = await client.readResource({ uri: 'note://a%2Fb' })
    expect(contents).toEqual([{ uri: 'note://a%2Fb', mimeType: 'text/plain', text: 'a/b' }])
    await expect(client.readResource({ uri: 'note://gone' })).rejects.toThrow('There is no such note.')
    await expect(client.readResource({ uri: 'other://a' })).rejects.toThrow('not found')
    await expect(client.readResource({ uri: 'note://defect' })).rejects.not.toThrow('hunter2')
    expect((await client.listPrompts()).prompts).toMatchObject([
      {
        name: 'greet',
        arguments: [
          { name: 'who', required: true, description: 'whom' },
          { name: 'how', required: false },
        ],
      },
    ])
    const { messages } = await client.getPrompt({ name: 'greet', arguments: { who: 'Ana' } })
    expect(messages).toEqual([{ role: 'user', content: { type: 'text', text: 'Hello Ana' } }])
    await expect(client.getPrompt({ name: 'greet', arguments: { whom: 'Ana' } })).rejects.toThrow('did you mean who?')
    await expect(client.getPrompt({ name: 'great' })).rejects.toThrow('did you mean greet?')
    expect(client.getServerCapabilities()?.resources?.subscribe).toBe(mode === 'auto')
    await client.close()
  })

  it('tells who listens that a resource has changed', async () => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp/sentry`)))
    const told = Promise.withResolvers<string>()
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => told.resolve(params.uri))
    const listening = await client.listen({ resourceSubscriptions: ['note://a'] })
    for (const changed of listeners) for (const uri of ['note://b', 'note://a']) changed(uri)
    expect(await told.promise).toBe('note://a')
    await listening.close()
    await client.close()
  })

  it.each([
    ['a foreign page', { origin: 'https://attacker.example' }, 403],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['a rebound name', { host: 'attacker.example' }, 403],
    ['its own page', { origin: 'own' }, 200],
    ['no page', {}, 200],
  ])('knows %s', async (_who, headers: { origin?: string; host?: string }, status) => {
    const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    expect(await post(list, headers.origin === 'own' ? { origin: url } : headers)).toBe(status)
  })

  it('refuses a body that is too large, nested too deep, or no JSON', async () => {
    expect(await post(`"${'a'.repeat(4 * 1024 * 1024)}"`)).toBe(413)
    expect(await post('['.repeat(65) + ']'.repeat(65))).toBe(400)
    expect(await post('{"jsonrpc":')).toBe(400)
  })
})

/** Not fetch, which lets nobody choose the Host. */
function post(body: string, headers: Record<string, string> = {}): Promise<number> {
  const given = { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers }
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/mcp/sentry`, { method: 'POST', headers: given }, response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function freePort(): Promise<number> {
  const probe = express().listen(0, '127.0.0.1')
  await new Promise(resolve => probe.once('listening', resolve))
  const address = probe.address()
  await new Promise(resolve => probe.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
