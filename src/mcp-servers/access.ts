// Who is let in over HTTP, and to what: the one token, a client with a key of its own, a person whom an OAuth server vouches
// for. Each has scopes, `<server>:read` and `<server>:write`. Express middleware.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { getOAuthProtectedResourceMetadataUrl, requireBearerAuth } from '@modelcontextprotocol/express'
import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server'
import type { AuthInfo } from '@modelcontextprotocol/server'
import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import { Fault } from '#incident/fault.ts'
import { SERVERS } from '#incident/tool-call.ts'
import type { ServerName } from '#incident/tool-call.ts'
import type { OAuth } from './oauth.ts'
import { presentFault } from './present.ts'
import { scopeOf } from './scope.ts'

/** A client with a key of its own. The key is never kept, only its hash: whoever reads the configuration learns no key. */
export type ApiKey = {
  name: string
  /** SHA-256 of the key, hexadecimal. Keys are random and long, so that no salt is needed. */
  sha256: string
  /** What it may do where. `write` lists the tools that change things; each call of one still takes a person's approval. */
  servers: Partial<Record<ServerName, 'read' | 'write'>>
}

export type Accepted = {
  token?: string | undefined
  /** Those that hold now. */
  keys?: (() => readonly ApiKey[]) | undefined
  oauth?: OAuth | undefined
}

export function isClosed({ token, keys, oauth }: Accepted): boolean {
  return token !== undefined || keys !== undefined || oauth !== undefined
}

/**
 * To `server`, or, where none is named, to all this process offers: 401 without `Authorization: Bearer` and something that
 * is accepted, 403 for who lacks the server's read scope. A 401 says where a client can get a token, if it can.
 */
export function bearer(accepted: Accepted, server?: ServerName): RequestHandler {
  const { token, keys = () => [], oauth } = accepted
  const own = token === undefined ? [] : [{ name: 'token', sha256: hash(token), servers: EVERYTHING }]
  return requireBearerAuth({
    requiredScopes: server ? [scopeOf(server, 'read')] : [],
    ...(oauth && server && { resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(oauth.resource(server)) }),
    verifier: {
      async verifyAccessToken(given): Promise<AuthInfo> {
        const digest = Buffer.from(hash(given), 'hex')
        const key = [...own, ...keys()].find(({ sha256 }) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')))
        if (key) return { token: given, clientId: key.name, scopes: scopesOf(key), expiresAt: anHourFromNow() }
        if (oauth && server) return oauth.verify(given, server)
        throw new OAuthError(OAuthErrorCode.InvalidToken, 'This is no token or key that is known here.')
      },
    },
  })
}

/** 429 for a client that asks more often than this in a minute; after `bearer`, which tells clients apart. */
export function limited(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: request => request.auth?.clientId ?? '',
    handler(_request, response) {
      const retryAfter = Number(response.getHeader('retry-after'))
      const message = `At most ${perMinute} requests a minute. Ask again in ${retryAfter} s.`
      response.status(429).json(presentFault(new Fault('rate_limit', message, { retryAfter }), randomUUID()))
    },
  })
}

const EVERYTHING = Object.fromEntries(SERVERS.map(server => [server, 'write'])) as ApiKey['servers']

function scopesOf({ servers }: ApiKey): string[] {
  return SERVERS.flatMap(server => {
    const may = servers[server]
    if (!may) return []
    return may === 'write' ? [scopeOf(server, 'read'), scopeOf(server, 'write')] : [scopeOf(server, 'read')]
  })
}

/** What is in the configuration does not expire, but the SDK wants to know when. */
function anHourFromNow(): number {
  return Math.floor(Date.now() / 1000) + 3600
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
