// Who may speak to this process over HTTP at all: known hosts, own pages, and a token or key where one is set. Express middleware.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { requireBearerAuth } from '@modelcontextprotocol/express'
import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server'
import type { RequestHandler } from 'express'
import { Fault } from '#incident/fault.ts'
import { SERVERS } from '#incident/remedy.ts'
import type { ServerName } from '#incident/remedy.ts'
import { presentFault } from './present.ts'

export const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'] as const

export type GuardOptions = {
  /** Host names this process answers to, without port. Default: loopback. */
  hosts?: readonly string[]
  /** Foreign pages that may call it, such as https://ops.example.com; its own always may. */
  origins?: readonly string[]
}

/**
 * 403 for a Host that is not ours (DNS rebinding), and for a page of another origin; a page of ours is one whose origin
 * is the very host and port it calls. No Origin: no browser. No Host: only from this machine.
 */
export function guard({ hosts = LOOPBACK, origins = [] }: GuardOptions = {}): RequestHandler {
  return (request, response, next) => {
    const { host, origin } = request.headers
    const knownHost = host === undefined ? isLocal(request) : hosts.includes(nameOf(host))
    const knownOrigin =
      origin === undefined || origins.includes(origin) || origin === `http://${host}` || origin === `https://${host}`
    if (knownHost && knownOrigin) return next()
    const message = knownHost
      ? 'This page may not call here. Add its origin to the configuration if it should.'
      : 'This process does not answer to that host name. Add it to the configuration if it should.'
    response.status(403).json(presentFault(new Fault('forbidden', message), randomUUID()))
  }
}

function isLocal({ socket }: IncomingMessage): boolean {
  return ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(socket.remoteAddress ?? '')
}

/** 127.0.0.1:8080 -> 127.0.0.1; [::1]:8080 -> [::1] */
function nameOf(host: string): string {
  return host.replace(/:\d{1,5}$/, '').toLowerCase()
}

/** A client with a key of its own. The key is never kept, only its hash: whoever reads the configuration learns no key. */
export type ApiKey = {
  name: string
  /** SHA-256 of the key, hexadecimal. Keys are random and long, so that no salt is needed. */
  sha256: string
  /** What it may do where. `write` lists the tools that change things; each call of one still takes a person's approval. */
  servers: Partial<Record<ServerName, 'read' | 'write'>>
}

export type Accepted = { token?: string | undefined; keys?: readonly ApiKey[] | undefined }

export function scopeOf(server: ServerName, may: 'read' | 'write'): string {
  return `${server}:${may}`
}

/**
 * 401 without `Authorization: Bearer` and the token, which may do everything, or one of the keys; 403 for a key that lacks
 * one of `scopes`.
 */
export function bearer({ token, keys = [] }: Accepted, scopes: string[] = []): RequestHandler {
  const clients = [
    ...(token === undefined ? [] : [{ clientId: 'token', expected: digest(token), scopes: SERVERS.flatMap(allOf) }]),
    ...keys.map(key => ({ clientId: key.name, expected: Buffer.from(key.sha256, 'hex'), scopes: scopesOf(key) })),
  ]
  return requireBearerAuth({
    requiredScopes: scopes,
    verifier: {
      async verifyAccessToken(given) {
        const hash = digest(given)
        const client = clients.find(({ expected }) => timingSafeEqual(hash, expected))
        if (!client) throw new OAuthError(OAuthErrorCode.InvalidToken, 'This is no token or key that is known here.')
        const expiresAt = Math.floor(Date.now() / 1000) + 3600
        return { token: given, clientId: client.clientId, scopes: client.scopes, expiresAt }
      },
    },
  })
}

function allOf(server: ServerName): string[] {
  return [scopeOf(server, 'read'), scopeOf(server, 'write')]
}

function scopesOf({ servers }: ApiKey): string[] {
  return SERVERS.flatMap(server => {
    const may = servers[server]
    if (!may) return []
    return may === 'write' ? allOf(server) : [scopeOf(server, 'read')]
  })
}

/** Of equal length, so that they can be compared in constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
