// The identity provider, for both directions: the token endpoint the bot asks, and the keys that sign what the bot is sent.
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Tenant } from './tenant.ts'

/** What a token of the Connector says; a test bends it to see it refused. `expiresIn`: seconds. */
export type Signing = {
  audience?: string
  issuer?: string
  /** As Entra's own tokens say which tenant issued them. */
  tenantId?: string
  serviceUrl?: string | null
  expiresIn?: number
  algorithm?: 'RS256' | 'none'
  /** Signed with a key that is not published. */
  forged?: boolean
}

export type Identity = {
  metadata(url: string): unknown
  keys(): unknown
  /** Client credentials, https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
  grant(tenant: string, form: URLSearchParams): { status: number; body: unknown }
  /** Whether this is a token of ours for that audience, not expired. */
  accepts(authorization: string | undefined, audience: 'bot' | 'graph'): boolean
  revoke(): void
  sign(serviceUrl: string, signing?: Signing): string
}

const ISSUER = 'https://api.botframework.com'
const LIFE_SECONDS = 3_600

/** Made once a process: it takes a while. */
let pairs: { keys: KeyPair; strange: KeyPair } | undefined
type KeyPair = ReturnType<typeof newKeys>

function newKeys() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

export function openIdentity(tenant: Tenant, clock: () => number): Identity {
  const { keys, strange } = (pairs ??= { keys: newKeys(), strange: newKeys() })
  const granted = new Map<string, { audience: 'bot' | 'graph'; expiresAt: number }>()
  const now = () => Math.floor(clock() / 1000)

  return {
    metadata: url => ({ issuer: ISSUER, jwks_uri: `${url}/v1/.well-known/keys` }),
    keys: () => ({
      keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'simulated', use: 'sig', alg: 'RS256' }],
    }),
    grant(asked, form) {
      const { clientId, clientSecret } = tenant.app
      if (asked !== tenant.id) return refused('invalid_request', `AADSTS90002: Tenant '${asked}' not found.`)
      if (form.get('client_id') !== clientId)
        return refused('unauthorized_client', 'AADSTS700016: Application not found.')
      if (form.get('client_secret') !== clientSecret)
        return refused('invalid_client', 'AADSTS7000215: Invalid client secret provided.')
      const scope = form.get('scope') ?? ''
      const audience = scope.startsWith(ISSUER) ? 'bot' : 'graph'
      const claims = {
        aud: scope.replace(/\/\.default$/, ''),
        appid: clientId,
        exp: now() + LIFE_SECONDS,
        jti: randomUUID(),
      }
      const token = jwt(claims, keys.privateKey)
      granted.set(token, { audience, expiresAt: now() + LIFE_SECONDS })
      return { status: 200, body: { token_type: 'Bearer', expires_in: LIFE_SECONDS, access_token: token } }
    },
    accepts(authorization, audience) {
      const grant = granted.get(authorization?.replace(/^Bearer /, '') ?? '')
      return grant !== undefined && grant.audience === audience && grant.expiresAt > now()
    },
    revoke: () => granted.clear(),
    sign(
      serviceUrl,
      { audience, issuer, tenantId, serviceUrl: told, expiresIn = LIFE_SECONDS, algorithm, forged } = {},
    ) {
      const claims = {
        iss: issuer ?? ISSUER,
        aud: audience ?? tenant.app.clientId,
        nbf: now() - 300,
        exp: now() + expiresIn,
        ...(tenantId && { tid: tenantId }),
        ...(told === null ? {} : { serviceurl: told ?? serviceUrl }),
      }
      return jwt(claims, forged ? strange.privateKey : keys.privateKey, algorithm)
    },
  }
}

function refused(error: string, description: string): { status: number; body: unknown } {
  return { status: error === 'invalid_client' ? 401 : 400, body: { error, error_description: description } }
}

function jwt(claims: object, key: KeyObject, algorithm: 'RS256' | 'none' = 'RS256'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ typ: 'JWT', alg: algorithm, kid: 'simulated' })}.${part(claims)}`
  return `${text}.${algorithm === 'none' ? '' : createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
}
