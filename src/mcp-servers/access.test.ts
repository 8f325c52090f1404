// Who is let in, as clients meet it: real tokens of a real authorization server's keys, over HTTP.
import { createServer } from 'node:http'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OAuthProtectedResourceMetadataSchema } from '@modelcontextprotocol/core'
import express from 'express'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { CryptoKey } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { defineReadTool, defineServer, defineWriteTool } from './define.ts'
import { mcpRouter } from './host.ts'
import { createOAuth } from './oauth.ts'

const around = { clock: Date.now, log: SILENT, observe: UNOBSERVED }
const echo = { title: 'Echo', description: 'Says it.', input: z.object({}), output: z.object({}), text: () => '' }
const server = defineServer({
  name: 'kubernetes',
  title: 'Kubernetes',
  instructions: '',
  tools: [
    defineReadTool({ ...echo, name: 'get_echo', run: async () => ({}) }),
    defineWriteTool({
      ...echo,
      name: 'set_echo',
      hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
      dryRun: async () => ({}),
      write: async () => ({}),
    }),
  ],
})
const ledger = { claim: () => Promise.reject(new Error('none')), intend: async () => {} }

let issuing: HttpServer
let issuer: string
let ours: CryptoKey
let serving: HttpServer
let url: string

async function listen(handler: Parameters<typeof createServer>[1]): Promise<[HttpServer, string]> {
  const listening = createServer(handler).listen(0, '127.0.0.1')
  await new Promise(resolve => listening.once('listening', resolve))
  return [listening, `http://127.0.0.1:${(listening.address() as AddressInfo).port}`]
}

beforeAll(async () => {
  const pair = await generateKeyPair('ES256')
  ours = pair.privateKey
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: 'k1' }] }
  ;[issuing, issuer] = await listen((request, response) => {
    if (request.url === '/keys') return response.end(JSON.stringify(jwks))
    if (request.url !== '/.well-known/openid-configuration/') {
      const isOpenId = request.url === '/.well-known/openid-configuration'
      response.statusCode = isOpenId ? 200 : 404
      return response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }))
    }
    return response.end()
  })
  const { publicKey } = await import('node:crypto').then(({ generateKeyPairSync }) => generateKeyPairSync('ed25519'))
  const app = express()
  ;[serving, url] = await listen(app)
  const oauth = createOAuth({ issuer, url }, SILENT)
  const down = createOAuth({ issuer: 'http://127.0.0.1:9', url }, SILENT)
  app.use(mcpRouter([server], { ...around, gate: { publicKey, ledger }, oauth }))
  app.use('/unreachable', mcpRouter([server], { ...around, oauth: down }))
  app.use('/paced', mcpRouter([server], { ...around, oauth, requestsPerMinute: 3 }))
})
afterAll(() => {
  for (const each of [issuing, serving]) {
    each.close()
    each.closeAllConnections()
  }
})

type Claims = {
  iss?: string
  aud?: string | string[]
  scope?: string
  scp?: string[]
  exp?: string
  client_id?: string
}

function token(
  { iss = issuer, aud = `${url}/mcp/kubernetes`, exp = '5m', ...more }: Claims,
  key = ours,
  alg = 'ES256',
) {
  const scope = 'scp' in more ? {} : { scope: 'kubernetes:read' }
  const jwt = new SignJWT({ ...scope, client_id: 'agent', ...more }).setProtectedHeader({ alg, kid: 'k1' })
  return jwt.setIssuer(iss).setAudience(aud).setIssuedAt().setExpirationTime(exp).sign(key)
}

async function asked(bearer: string | undefined, path = '/mcp/kubernetes') {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  })
  const text = await response.text()
  const tools = [...text.matchAll(/"name":"(\w+_echo)"/g)].map(([, name]) => name)
  return { status: response.status, challenge: response.headers.get('www-authenticate') ?? '', text, tools, response }
}

describe('an access token', () => {
  it('for this server opens it, and its scopes say whether what changes things is listed', async () => {
    expect(await asked(await token({}))).toMatchObject({ status: 200, tools: ['get_echo'] })
    const both = await token({ scope: 'openid kubernetes:read kubernetes:write' })
    expect(await asked(both)).toMatchObject({ status: 200, tools: ['get_echo', 'set_echo'] })
    expect(await asked(await token({ scp: ['kubernetes:read'] }))).toMatchObject({ status: 200 })
  })

  it.each<[string, () => Promise<string>]>([
    ['another audience', () => token({ aud: `${url}/mcp/sentry` })],
    ['another issuer', () => token({ iss: 'https://evil.example' })],
    ['no time left', () => token({ exp: '-5m' })],
    ['a key that is not the issuer’s', async () => token({}, (await generateKeyPair('ES256')).privateKey)],
    [
      'a signature by a shared secret',
      async () => token({}, new TextEncoder().encode('x'.repeat(32)) as never, 'HS256'),
    ],
    ['no signature', async () => `${(await token({})).split('.').slice(0, 2).join('.')}.`],
    ['no form of a token', async () => 'nonsense'],
  ])('with %s is refused', async (_what, made) => {
    const { status, challenge } = await asked(await made())
    expect([status, challenge]).toEqual([401, expect.stringContaining('error="invalid_token"')])
  })

  it('without the scope is refused, and told which one it needs', async () => {
    const { status, challenge } = await asked(await token({ scope: 'grafana:read' }))
    expect(status).toBe(403)
    expect(challenge).toContain('error="insufficient_scope"')
    expect(challenge).toContain('scope="kubernetes:read"')
  })

  it('is not judged while the issuer’s keys cannot be had', async () => {
    expect(await asked(await token({}), '/unreachable/mcp/kubernetes')).toMatchObject({
      status: 500,
      text: expect.stringContaining('cannot be had now'),
    })
  })
})

it('whoever comes without a token is told where to get one', async () => {
  const { status, challenge } = await asked(undefined)
  expect(status).toBe(401)
  const place = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? ''
  expect(place).toBe(`${url}/.well-known/oauth-protected-resource/mcp/kubernetes`)
  const metadata = OAuthProtectedResourceMetadataSchema.parse(await (await fetch(place)).json())
  expect(metadata).toMatchObject({
    resource: `${url}/mcp/kubernetes`,
    authorization_servers: [issuer],
    scopes_supported: ['kubernetes:read', 'kubernetes:write'],
  })
})

it('a client that asks too often waits, and the others do not', async () => {
  const [eager, other] = [await token({ client_id: 'eager' }), await token({ client_id: 'other' })]
  const statuses = []
  for (let i = 0; i < 5; i++) statuses.push((await asked(eager, '/paced/mcp/kubernetes')).status)
  expect(statuses).toEqual([200, 200, 200, 429, 429])
  const { response, text } = await asked(eager, '/paced/mcp/kubernetes')
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(text).toContain('"code":"rate_limit"')
  expect((await asked(other, '/paced/mcp/kubernetes')).status).toBe(200)
})
