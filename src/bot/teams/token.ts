// Tokens for the Connector and for Graph by client credentials, kept until shortly before they end. Asked for here and not
// by the SDK, so that the wait has an end, a refusal says what to do, and the answer's clock can be compared with ours.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import type { Cloud, TeamsSettings } from './settings.ts'

export type Tokens = {
  /** Throws a Fault: `authentication` when the credentials are refused. */
  get(scope: string): Promise<string>
  /** For tokens that were refused: the next ones are asked for anew. */
  forget(): void
  /** How far the provider's clock is ahead of ours, as its last answer told; undefined before. */
  skewMillis(): Millis | undefined
}

const PATIENCE_MILLIS = 10_000
const EARLIER_MILLIS = 5 * 60_000 // a token is renewed before a request could meet its end

export function createTokens(given: {
  settings: Pick<TeamsSettings, 'clientId' | 'clientSecret' | 'tenantId'>
  cloud: Pick<Cloud, 'loginEndpoint'>
  clock: () => Millis
}): Tokens {
  const { settings, cloud, clock } = given
  const kept = new Map<string, { token: Promise<string>; until: Millis }>()
  let skew: Millis | undefined

  async function request(scope: string): Promise<string> {
    const response = await asked(scope)
    const serverDate = Date.parse(response.headers.get('date') ?? '')
    if (Number.isFinite(serverDate)) skew = serverDate - clock()
    const body: unknown = await response.json().catch(() => undefined)
    const granted = grantSchema.safeParse(body)
    if (response.ok && granted.success) {
      kept.set(scope, {
        token: Promise.resolve(granted.data.access_token),
        until: clock() + granted.data.expires_in * 1_000 - EARLIER_MILLIS,
      })
      return granted.data.access_token
    }
    if (response.status === 429 || response.status >= 500 || response.ok) {
      throw new Fault('network', `Microsoft's sign-in answered ${response.status} and gave no token.`)
    }
    const why = aadCode(body)
    throw new Fault(
      'authentication',
      `Microsoft's sign-in refused us${why ? ` (${why})` : ''}: check CLIENT_ID, CLIENT_SECRET and TENANT_ID.`,
      { details: { status: response.status } },
    )
  }

  async function asked(scope: string): Promise<Response> {
    const form = {
      grant_type: 'client_credentials',
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      scope,
    }
    try {
      return await fetch(`${cloud.loginEndpoint}/${encodeURIComponent(settings.tenantId)}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MILLIS),
      })
    } catch (error) {
      throw new Fault('network', "Microsoft's sign-in cannot be reached.", { cause: error })
    }
  }

  return {
    get(scope) {
      const known = kept.get(scope)
      if (known && clock() < known.until) return known.token
      const token = request(scope)
      kept.set(scope, { token, until: clock() + PATIENCE_MILLIS }) // who asks meanwhile waits for the same answer
      token.catch(() => kept.delete(scope))
      return token
    },
    forget: () => kept.clear(),
    skewMillis: () => skew,
  }
}

const grantSchema = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() })

/** AADSTS7000215: what to search the vendor's documentation for. */
function aadCode(body: unknown): string | undefined {
  const description = (body as { error_description?: unknown } | undefined)?.error_description
  return typeof description === 'string' ? /^AADSTS\d{1,9}/.exec(description)?.[0] : undefined
}
