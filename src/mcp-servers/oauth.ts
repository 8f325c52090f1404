// This process as an OAuth 2.1 resource server: whether an access token of the configured authorization server is for one of
// our servers, and where a client learns of that authorization server (RFC 9728). We issue nothing and pass no token on.
import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server'
import type { AuthInfo } from '@modelcontextprotocol/server'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { asFault, Fault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { ServerName } from '#incident/tool-call.ts'
import { scopeOf } from './scope.ts'

export const oauthSettings = z.strictObject({
  issuer: secureUrl().describe('authorization server whose access tokens are accepted, as its tokens name it'),
  url: secureUrl().describe('where clients reach this process: <url>/mcp/<server> is the audience of their tokens'),
  audience: z.string().min(1).optional().describe('accepted beside that, for servers that give tokens a fixed one'),
  jwks: secureUrl().optional().describe("its keys; otherwise found through the issuer's metadata"),
})
export type OAuthSettings = z.output<typeof oauthSettings>

export type OAuth = {
  /** The address clients ask a token for. */
  resource(server: ServerName): URL
  /** RFC 9728, for `/.well-known/oauth-protected-resource/mcp/<server>`. */
  metadata(server: ServerName): Record<string, unknown>
  /** Throws an OAuthError: `invalid_token` says why, `server_error` when the issuer's keys cannot be had. */
  verify(token: string, server: ServerName): Promise<AuthInfo>
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] // asymmetric ones: a secret we share could also forge
const CLOCK_SKEW_SECONDS = 30
const ANSWER_MILLIS = 5_000

export function createOAuth(settings: OAuthSettings, log: Log): OAuth {
  const { issuer, url, audience } = settings
  let keys: Promise<JWTVerifyGetKey> | undefined
  const resource = (server: ServerName) => new URL(`${url.replace(/\/$/, '')}/mcp/${server}`)

  /** Asked for once it is needed, and again after it failed. */
  function keysOfIssuer(): Promise<JWTVerifyGetKey> {
    keys ??= (settings.jwks ? Promise.resolve(settings.jwks) : keysAddress(issuer)).then(address =>
      createRemoteJWKSet(new URL(address), { timeoutDuration: ANSWER_MILLIS }),
    )
    keys.catch(() => (keys = undefined))
    return keys
  }

  return {
    resource,
    metadata: server => ({
      resource: resource(server).href,
      authorization_servers: [issuer],
      scopes_supported: [scopeOf(server, 'read'), scopeOf(server, 'write')],
      bearer_methods_supported: ['header'],
    }),
    async verify(token, server) {
      try {
        const { payload } = await jwtVerify(token, await keysOfIssuer(), {
          issuer,
          audience: [resource(server).href, ...(audience === undefined ? [] : [audience])],
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_SKEW_SECONDS,
          requiredClaims: ['exp'],
        })
        return { token, clientId: clientOf(payload), scopes: scopesIn(payload), expiresAt: payload.exp ?? 0 }
      } catch (error) {
        const { code, message } = error as { code?: string; message?: string }
        if (error instanceof errors.JOSEError && !UNREACHABLE.includes(code ?? ''))
          throw new OAuthError(OAuthErrorCode.InvalidToken, `The access token is not accepted: ${message}.`)
        log.warn({ issuer, err: asFault(error) }, 'keys of the authorization server cannot be had')
        throw new OAuthError(OAuthErrorCode.ServerError, 'The keys of the authorization server cannot be had now.')
      }
    },
  }
}

const UNREACHABLE: readonly string[] = [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code]

/** RFC 8414 first, then OpenID Connect: which of the two a server offers differs. */
async function keysAddress(issuer: string): Promise<string> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  for (const place of places) {
    const signal = AbortSignal.timeout(ANSWER_MILLIS)
    const answer = await fetch(place, { signal, redirect: 'error', headers: { accept: 'application/json' } })
    if (!answer.ok) continue
    const found = serverMetadata.safeParse(await answer.json())
    if (found.success && found.data.issuer === issuer) return found.data.jwks_uri
  }
  throw new Fault(
    'network',
    `${issuer} says nowhere where its keys are. Check http.oauth.issuer, or set http.oauth.jwks.`,
  )
}

const serverMetadata = z.object({ issuer: z.string(), jwks_uri: secureUrl() })

/** A string of words (RFC 9068), or `scp`, a string or a list, as some servers have it. */
function scopesIn({ scope, scp }: JWTPayload): string[] {
  const given: unknown = scope ?? scp
  if (typeof given === 'string') return given.split(' ').filter(Boolean)
  return Array.isArray(given) ? given.filter(each => typeof each === 'string') : []
}

function clientOf({ client_id: client, azp, sub }: JWTPayload): string {
  return `oauth:${[client, azp, sub].find(name => typeof name === 'string') ?? 'unknown'}`
}

/** https, or http to this machine. */
function secureUrl() {
  return z.url({ protocol: /^https?$/ }).refine(url => {
    const { protocol, hostname } = new URL(url)
    return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  }, 'expected an https address')
}
