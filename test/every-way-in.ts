// One call of a tool by each way that leads to a server of ours: in process, over HTTP as each kind of client that is let
// in, in the words of either protocol, and over stdio. What comes back is told in one word.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { APPROVAL_META } from '#incident/approval.ts'
import { Fault } from '#incident/fault.ts'
import { SILENT } from '#incident/observe.ts'
import { SERVERS } from '#incident/tool-call.ts'
import type { Json, ServerName, ToolCall } from '#incident/tool-call.ts'
import { readConfig } from '../src/config.ts'
import { createMetrics } from '../src/metrics.ts'
import { serve } from '../src/serve.ts'
import { startProgram } from './program.ts'
import type { World } from './world.ts'

/** `answered`, the code of the Fault, or `unlisted` where the server has no such tool for this client. */
export type Outcome = string
export type WayIn = (call: ToolCall, approval: Json | undefined) => Promise<Outcome>

type Answer = { id?: number; error?: { code: number }; result?: CallResult }
type CallResult = { isError?: boolean; content: { type: string; text?: string }[] }

const REVISION = '2025-06-18'
const HELLO = { protocolVersion: REVISION, capabilities: {}, clientInfo: { name: 'anybody', version: '1' } }
const PUBLIC = 'https://ops.example.com' // what access tokens are for; nobody asks there
const TOKEN = 'a-token-for-everything'
const KEYS = { 'read key': 'only-reads', 'write key': 'reads-and-writes' }

/** All of them, for a house that serves; `folder`: a data folder for servers over stdio. */
export async function openEveryWay(
  { house, clock, simulator, folder }: World,
  data: string,
): Promise<{ ways: ReadonlyMap<string, WayIn>; close(): Promise<void> }> {
  const { issuer, jwks, tokenFor, close: closeIssuer } = await openIssuer()
  const http = {
    port: 0,
    token: TOKEN,
    requestsPerMinute: 100_000,
    keys: [
      { name: 'reader', sha256: sha256(KEYS['read key']), servers: everywhere('read') },
      { name: 'writer', sha256: sha256(KEYS['write key']), servers: everywhere('write') },
    ],
    oauth: { issuer, url: PUBLIC, jwks },
  }
  const config = readConfig({ environment: { HOME: folder }, overrides: { http } })
  const around = { clock: () => clock.now, log: SILENT, metrics: createMetrics() }
  const served = await serve({ ...around, config, house, page: folder, routers: [], demo: false, nextFree: true })
  const lines = new Map(
    SERVERS.map(server => [server, overStdio(server, { ...simulator.env, DATA_DIR: data }, folder)]),
  )

  const bearers = new Map<string, (server: ServerName) => Promise<string>>([
    ['token', async () => TOKEN],
    ...Object.entries(KEYS).map(([name, key]) => [name, async () => key] as const),
    ['OAuth, to read', server => tokenFor(server, [`${server}:read`])],
    ['OAuth, to write', server => tokenFor(server, [`${server}:read`, `${server}:write`])],
  ])
  const ways = new Map<string, WayIn>([
    ['in process', inProcess(house.toolbox)],
    ...[...bearers].map(([name, bearer]) => [`HTTP, ${name}`, byHand(served.url, bearer)] as const),
    ['HTTP, token, 2026-07-28', byClient(served.url, TOKEN)],
    ['stdio', (call, approval) => lines.get(call.server)?.(call, approval) ?? Promise.reject(new Error(call.server))],
  ])
  return {
    ways,
    async close() {
      await served.close()
      closeIssuer()
    },
  }
}

function inProcess(toolbox: World['house']['toolbox']): WayIn {
  return async (call, approval) => {
    try {
      await toolbox.call(call, { deadlineMillis: 8000, ...(typeof approval === 'string' && { approval }) })
      return 'answered'
    } catch (error) {
      if (error instanceof Fault) return error.message.includes('does not take this call') ? 'unlisted' : error.code
      throw error
    }
  }
}

/** JSON-RPC in the words of the 2025 revisions, without a session. */
function byHand(url: string, bearer: (server: ServerName) => Promise<string>): WayIn {
  return async (call, approval) => {
    const response = await fetch(`${url}/mcp/${call.server}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await bearer(call.server)}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': REVISION,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: paramsOf(call, approval) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`HTTP ${response.status}: ${text}`)
    const messages = text.startsWith('{')
      ? [text]
      : Array.from(text.matchAll(/^data: (.+)$/gm), ([, data]) => data ?? '')
    return outcomeOf(messages.map(message => JSON.parse(message) as Answer).find(({ id }) => id === 1))
  }
}

/** The SDK's own client, which settles on the newest revision. */
function byClient(url: string, bearer: string): WayIn {
  const clients = new Map<ServerName, Promise<Client>>()
  const connected = async (server: ServerName): Promise<Client> => {
    const requestInit = { headers: { authorization: `Bearer ${bearer}` } }
    const client = new Client({ name: 'anybody', version: '1' }, { versionNegotiation: { mode: 'auto' } })
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp/${server}`), { requestInit }))
    return client
  }
  return async (call, approval) => {
    const client = clients.get(call.server) ?? connected(call.server)
    clients.set(call.server, client)
    const result = await (await client).callTool(paramsOf(call, approval))
    return outcomeOf({ result: result as CallResult })
  }
}

function overStdio(server: ServerName, environment: Record<string, string>, cwd: string): WayIn {
  const { child } = startProgram(['mcp', server], { environment, cwd })
  const waiting = new Map<number, (answer: Answer) => void>()
  createInterface(child.stdout).on('line', line => {
    const answer = JSON.parse(line) as Answer
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
  })
  let id = 0
  const ask = (method: string, params: object): Promise<Answer> => {
    const answered = new Promise<Answer>(resolve => waiting.set(++id, resolve))
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    return answered
  }
  const hello = ask('initialize', HELLO)
  return async (call, approval) => {
    await hello
    return outcomeOf(await ask('tools/call', paramsOf(call, approval)))
  }
}

function paramsOf({ tool, arguments: given }: ToolCall, approval: Json | undefined) {
  return { name: tool, arguments: given, ...(approval !== undefined && { _meta: { [APPROVAL_META]: approval } }) }
}

function outcomeOf(answer: Answer | undefined): Outcome {
  if (answer?.error) return 'unlisted'
  if (!answer?.result) throw new Error('no answer came')
  if (!answer.result.isError) return 'answered'
  const { code } = JSON.parse(answer.result.content[0]?.text ?? '') as { code: string }
  return code
}

/** An authorization server as far as a resource server sees one: its keys. */
async function openIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'k1' }] })
  const listening = createServer((_request, response) => response.end(keys)).listen(0, '127.0.0.1')
  await new Promise(resolve => listening.once('listening', resolve))
  const issuer = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  return {
    issuer,
    jwks: `${issuer}/keys`,
    tokenFor: (server: ServerName, scopes: string[]) =>
      new SignJWT({ scope: scopes.join(' '), client_id: 'agent' })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuer(issuer)
        .setAudience(`${PUBLIC}/mcp/${server}`)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
    close() {
      listening.close()
      listening.closeAllConnections()
    },
  }
}

function everywhere(may: 'read' | 'write'): Record<ServerName, 'read' | 'write'> {
  return Object.fromEntries(SERVERS.map(server => [server, may])) as Record<ServerName, 'read' | 'write'>
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
