// The simulated Teams as a running thing: the Connector, Graph and the identity provider on one port of 127.0.0.1,
// people who write and press, and a journal of what the bot said. Shares nothing with the product.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { listen } from '../listen.ts'
import { openClient } from './client.ts'
import type { TeamsClient } from './client.ts'
import { connector, refused } from './connector.ts'
import type { Answered, Switches } from './connector.ts'
import { openFaults } from './faults.ts'
import type { Faults } from './faults.ts'
import { graph } from './graph.ts'
import { openIdentity } from './identity.ts'
import type { Identity } from './identity.ts'
import { openRooms } from './rooms.ts'
import type { Json, Rooms } from './rooms.ts'
import { openTenant } from './tenant.ts'
import type { Tenant } from './tenant.ts'
import { openThrottle } from './throttle.ts'

export type Request = { method: string; path: string; status: number; body?: Json }

export type SimulatedTeams = {
  /** Where the bot reaches the Connector. */
  serviceUrl: string
  /** Where the bot finds the identity provider and Graph: what differs from Microsoft's public cloud. */
  cloud: { loginEndpoint: string; openIdMetadataUrl: string; graphScope: string }
  tenant: Tenant
  rooms: Rooms
  people: TeamsClient
  identity: Identity
  faults: Faults
  switches: Switches
  /** Every request of the bot, in order; `status` 0: the connection was dropped. */
  requests: Request[]
  close(): Promise<void>
}

/** `endpoint`: where the bot takes activities. `clockSkewMillis`: how far this clock is ahead, as the Date header shows. */
export async function serveTeams(given: {
  clock: () => number
  endpoint: () => string
  clockSkewMillis?: number
}): Promise<SimulatedTeams> {
  const { clock, clockSkewMillis = 0 } = given
  const tenant = openTenant()
  const rooms = openRooms(tenant, clock)
  const identity = openIdentity(tenant, clock)
  const faults = openFaults()
  const throttle = openThrottle(clock)
  const switches: Switches = { targeted: true, mayReadMessages: true }
  const requests: Request[] = []

  function answer(request: IncomingMessage, url: URL, body: string): Answered {
    const [first, ...path] = url.pathname.split('/').slice(1).map(decodeURIComponent)
    const { authorization } = request.headers
    if (first === 'v1' && path[1] === 'openidconfiguration') return { status: 200, body: identity.metadata(url.origin) }
    const isKeys = (first === 'v1' && path[1] === 'keys') || path.join('/') === 'discovery/v2.0/keys'
    if (isKeys) return { status: 200, body: identity.keys() }
    if (first !== undefined && path.join('/') === 'oauth2/v2.0/token')
      return identity.grant(first, new URLSearchParams(body))
    if (first === 'v1.0') {
      if (!identity.accepts(authorization, 'graph'))
        return refused(401, 'InvalidAuthenticationToken', 'Access token is invalid')
      return graph({ tenant, rooms, switches }, path, url)
    }
    if (first !== 'v3' || path[0] !== 'conversations')
      return refused(404, 'NotFound', `${url.pathname} is not simulated`)
    if (!identity.accepts(authorization, 'bot')) return refused(401, 'Unauthorized', 'Authorization has been denied.')
    const asked = { method: request.method ?? 'GET', path: path.slice(1), query: url.searchParams, body: parsed(body) }
    return connector({ tenant, rooms, throttle, switches }, asked)
  }

  async function handle(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const { method = 'GET', url: path = '/' } = request
    const fault = faults.meet(method, path)
    const noted: Request = { method, path, status: 0, ...(method !== 'GET' && { body: parsed(body) }) }
    requests.push(noted)
    if (fault?.kind === 'drop before') return void response.destroy()
    if (fault?.kind === 'slow') await pause(fault.millis)
    const answered =
      fault?.kind === 'status'
        ? struck(fault.status, fault.retryAfterSeconds)
        : answer(request, new URL(path, listener.url), body)
    if (fault?.kind === 'drop after') return void response.destroy()
    noted.status = answered.status
    response.writeHead(answered.status, {
      'content-type': 'application/json',
      date: new Date(clock() + clockSkewMillis).toUTCString(),
      ...answered.headers,
    })
    response.end(answered.body === undefined ? '' : JSON.stringify(answered.body))
  }

  const listener = await listen(handle)
  const { url } = listener
  return {
    serviceUrl: url,
    cloud: {
      loginEndpoint: url,
      openIdMetadataUrl: `${url}/v1/.well-known/openidconfiguration`,
      graphScope: `${url}/.default`,
    },
    tenant,
    rooms,
    people: openClient({ tenant, rooms, identity, clock, serviceUrl: url, endpoint: given.endpoint }),
    identity,
    faults,
    switches,
    requests,
    close: () => listener.close(),
  }
}

function struck(status = 503, retryAfterSeconds?: number): Answered {
  const wait = retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }
  return { ...refused(status, 'ServiceError', 'Something went wrong'), ...wait }
}

function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json
  } catch {
    return {}
  }
}
