// POST /api/messages: what comes in is small, well formed, signed by the Connector for us, of our tenant, from Teams.
// The SDK checks signature, audience, expiry and serviceUrl; the rest is checked here. Refused: 400, 401 or 403, nothing done.
import express from 'express'
import type { Request, Response, Router } from 'express'
import type { HttpRouteHandler, IHttpServerAdapter } from '@microsoft/teams.apps'
import { MOST_BYTES, unreadable } from '../body.ts'
import { activitySchema } from './activity.ts'
import type { Activity } from './activity.ts'
import type { TeamsSettings } from './settings.ts'

/** The SDK's seam for HTTP servers: it hands us its handler, we put it behind our own checks on our own router. */
export function createDoor(given: {
  /** Of the tokens the Connector signs with. */
  issuer: string
  /** Seconds between the request and its answer. */
  answered(seconds: number): void
}): { router: Router; adapter: IHttpServerAdapter } {
  const router = express.Router()
  const json = express.json({ limit: MOST_BYTES })
  const adapter: IHttpServerAdapter = {
    registerRoute(_method, path, handler) {
      router.post(path, json, (request: Request, response: Response) => pass(request, response, handler))
      router.use(path, unreadable)
    },
  }

  async function pass(request: Request, response: Response, handler: HttpRouteHandler): Promise<void> {
    const began = performance.now()
    const body: unknown = request.body
    const { authorization } = request.headers
    if (!activitySchema.safeParse(body).success) return refuse(response, 400, 'This is no activity of Teams.')
    // The SDK would also take tokens that Entra issues to any application of any tenant: nobody we talk to has such a one.
    if (issuerOf(authorization) !== given.issuer) return refuse(response, 401, 'Not signed by the Bot Connector.')
    const { status, body: answer } = await handler({ body, headers: { authorization: authorization ?? '' } })
    given.answered((performance.now() - began) / 1_000)
    response.status(status)
    if (answer === undefined) response.end()
    else response.json(answer)
  }

  return { router, adapter }
}

/** For a verified activity: why it is not for us; undefined when it is. */
export function foreign(
  activity: Activity,
  settings: Pick<TeamsSettings, 'tenantId' | 'serviceUrl'>,
): string | undefined {
  const tenants = [activity.channelData?.tenant?.id, activity.conversation.tenantId].filter(id => id !== undefined)
  if (tenants.length === 0 || tenants.some(id => id !== settings.tenantId)) return 'Of another tenant than ours.'
  if (!isTeams(activity.serviceUrl, settings.serviceUrl)) return 'Its serviceUrl is none of Teams.'
  return undefined
}

/** The public cloud's and the national clouds', https://learn.microsoft.com/microsoftteams/platform/concepts/app-fundamentals-overview */
const TEAMS_HOSTS = [
  'smba.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
]

function isTeams(serviceUrl: string, configured: string): boolean {
  const { protocol, hostname, origin } = new URL(serviceUrl)
  return origin === new URL(configured).origin || (protocol === 'https:' && TEAMS_HOSTS.includes(hostname))
}

/** As it claims; whether it is true is what the SDK checks. */
function issuerOf(authorization: string | undefined): unknown {
  const [, claims = ''] = (authorization ?? '').split('.')
  try {
    return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iss?: unknown }).iss
  } catch {
    return undefined
  }
}

function refuse(response: Response, status: number, error: string): void {
  response.status(status).json({ error })
}
