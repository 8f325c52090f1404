// Who may speak to us at all: signed by the Connector, for us, of our tenant, from Teams. Everything else changes nothing.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTeamsWorld } from '../../../test/teams-world.ts'
import type { TeamsWorld } from '../../../test/teams-world.ts'
import type { Bent } from '../../../simulator/teams/client.ts'

let world: TeamsWorld
beforeAll(async () => {
  world = await openTeamsWorld()
})
afterAll(() => world.close())

const HOUR = 3_600

describe('refused, and nothing is done', () => {
  const cases: [what: string, bent: (world: TeamsWorld) => Bent, status: number][] = [
    ['without a token', () => ({ token: null }), 401],
    ['for another bot', () => ({ signing: { audience: 'another-app' } }), 401],
    ['of another issuer', () => ({ signing: { issuer: 'https://evil.example' } }), 401],
    [
      'signed by Entra, as any application of any tenant can have it',
      ({ teams: { cloud, tenant } }) => ({
        signing: { issuer: `${cloud.loginEndpoint}/${tenant.id}/v2.0`, tenantId: tenant.id, serviceUrl: null },
      }),
      401,
    ],
    ['signed with a key nobody published', () => ({ signing: { forged: true } }), 401],
    ['not signed', () => ({ signing: { algorithm: 'none' } }), 401],
    ['expired', () => ({ signing: { expiresIn: -HOUR } }), 401],
    ['signed for another serviceUrl', () => ({ signing: { serviceUrl: 'https://evil.example/' } }), 401],
    ['signed for no serviceUrl', () => ({ signing: { serviceUrl: null } }), 401],
    [
      'from a serviceUrl that is none of Teams',
      () => ({ activity: { serviceUrl: 'https://evil.example/' }, signing: { serviceUrl: 'https://evil.example/' } }),
      403,
    ],
    [
      'from Teams, but not over TLS',
      () => {
        const serviceUrl = 'http://smba.trafficmanager.net/emea/'
        return { activity: { serviceUrl }, signing: { serviceUrl } }
      },
      403,
    ],
    ['of another tenant', () => ({ activity: { channelData: { tenant: { id: 'another' } } } }), 403],
    [
      'of a conversation of another tenant',
      ({ teams }) => ({ activity: { conversation: { id: teams.tenant.channel, tenantId: 'another' } } }),
      403,
    ],
    [
      'of no tenant',
      ({ teams }) => ({ activity: { channelData: {}, conversation: { id: teams.tenant.channel } } }),
      403,
    ],
    ['of another channel of the Bot Framework', () => ({ activity: { channelId: 'directline' } }), 400],
    ['with an id that leads elsewhere', () => ({ activity: { id: '../../v3' } }), 400],
    ['that is no activity', () => ({ activity: { from: null } }), 400],
    ['larger than any activity', () => ({ activity: { text: 'x'.repeat(1_100_000) } }), 413],
  ]
  test.each(cases)('an activity %s', async (_what, bent, status) => {
    const heard = await world.teams.people.write(world.teams.tenant.people.ana, 'status', bent(world))
    expect(heard.status).toBe(status)
    await world.chat.close() // until everything taken is dealt with
    expect(world.events).toEqual([])
    expect(world.ours()).toEqual([])
  })
})

test.each([
  ['larger than any activity', JSON.stringify({ text: 'x'.repeat(1_100_000) }), 413, 'Too large'],
  ['cut off on its way', '{"type":', 400, 'could not be read'],
])('a body %s: refused in a sentence, without a word about our inside', async (_what, body, status, says) => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(world.endpoint, { method: 'POST', headers, body })
  expect(response.status).toBe(status)
  expect(await response.json()).toEqual({ error: expect.stringContaining(says) })
  expect(world.events).toEqual([])
})

test('whatever the environment says for the SDK', async () => {
  vi.stubEnv('DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS', 'true')
  vi.stubEnv('CLIENT_SECRET', 'another')
  vi.stubEnv('SERVICE_URL', 'http://127.0.0.1:9')
  const other = await openTeamsWorld()
  vi.unstubAllEnvs()
  const { people, tenant } = other.teams
  expect((await people.write(tenant.people.ana, 'status', { token: null })).status).toBe(401)
  expect((await people.write(tenant.people.ana, 'status', { signing: { forged: true } })).status).toBe(401)
  expect((await people.write(tenant.people.ana, 'status')).status).toBe(200)
  await other.chat.close()
  expect(other.ours()).toHaveLength(1)
  await other.close()
})

test('taken: signed for us, of our tenant, from Teams in any of its regions', async () => {
  const { people, tenant } = world.teams
  expect((await people.write(tenant.people.ana, 'status')).status).toBe(200)
  const serviceUrl = 'https://smba.trafficmanager.net/emea/'
  const heard = await people.write(tenant.people.ana, 'list', { activity: { serviceUrl }, signing: { serviceUrl } })
  expect(heard.status).toBe(200)
  await world.chat.close()
  expect(world.events.map(({ action }) => action.kind)).toEqual(['status', 'list'])
})
