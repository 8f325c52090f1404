// Every server at /mcp/<name> by Streamable HTTP, or one over stdio; no sessions, so that any replica may answer.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { McpRequestContext, Server as McpServer } from '@modelcontextprotocol/server'
import { serveStdio as serveOverStdio } from '@modelcontextprotocol/server/stdio'
import express from 'express'
import type { ErrorRequestHandler, Router } from 'express'
import type { Server } from './define.ts'
import { bearer, isClosed, limited } from './access.ts'
import type { Accepted } from './access.ts'
import { guard } from './guard.ts'
import type { GuardOptions } from './guard.ts'
import { protocolOf } from './protocol.ts'
import type { ProtocolOptions } from './protocol.ts'

/**
 * Who is let in: everyone where nothing is accepted; then whoever binds to more than loopback must refuse to start.
 * `requestsPerMinute`: at most, of one client that said who it is; absent: as many as it likes.
 */
export type HostOptions = ProtocolOptions & GuardOptions & Accepted & { requestsPerMinute?: number }

const LARGEST_BODY = '4mb'
const DEEPEST_JSON = 64

/** Speaks 2026-07-28 and, on the same endpoints, the 2025 revisions. Mount it before any body parser. */
export function mcpRouter(servers: readonly Server[], options: HostOptions): Router {
  const router = express.Router()
  const json = express.json({ limit: LARGEST_BODY, verify: refuseDeep })
  const { oauth, requestsPerMinute } = options
  const pace = requestsPerMinute === undefined ? [] : [limited(requestsPerMinute)]
  for (const server of servers) {
    const guards = [guard(options), ...(isClosed(options) ? [bearer(options, server.name), ...pace] : [])]
    const handler = createMcpHandler(protocolOf(server, options), {
      onerror: error => options.log.info({ server: server.name, err: error }, 'MCP request refused'),
    })
    server.listen?.(uri => handler.notify.resourceUpdated(uri))
    const handle = toNodeHandler(handler)
    if (oauth) {
      const metadata = oauth.metadata(server.name)
      const place = `/.well-known/oauth-protected-resource/mcp/${server.name}`
      router.get(place, guard(options), (_request, response) => void response.json(metadata))
    }
    router.all(`/mcp/${server.name}`, ...guards, json, (request, response) => handle(request, response, request.body))
  }
  router.use('/mcp', unreadable)
  return router
}

/** Until the client closes stdin. Nothing else may write to stdout meanwhile. */
export function serveStdio(server: Server, options: ProtocolOptions): void {
  const protocol = protocolOf(server, options)
  const factory: typeof protocol = connection => followed(protocol(connection), server, connection?.era)
  serveOverStdio(factory, {
    onerror: error => options.log.warn({ server: server.name, err: error }, 'MCP message refused'),
  })
}

/** Tells the client of each change it asked about: the SDK knows what a modern one asked, of the others it is kept here. */
function followed(mcp: McpServer, server: Server, era: McpRequestContext['era'] = 'legacy'): McpServer {
  if (!server.listen) return mcp
  const subscribed = new Set<string>()
  if (era === 'legacy') {
    mcp.setRequestHandler('resources/subscribe', ({ params }) => {
      if (subscribed.size >= MOST_SUBSCRIBED)
        throw new ProtocolError(
          ProtocolErrorCode.InvalidParams,
          `At most ${MOST_SUBSCRIBED} resources can be followed.`,
        )
      subscribed.add(params.uri)
      return {}
    })
    mcp.setRequestHandler('resources/unsubscribe', ({ params }) => {
      subscribed.delete(params.uri)
      return {}
    })
  }
  server.listen(uri => {
    if (era === 'modern' || subscribed.has(uri)) mcp.sendResourceUpdated({ uri }).catch(() => {}) // it has left
  })
  return mcp
}

const MOST_SUBSCRIBED = 1000 // addresses a client; more than there are open incidents

/** Before JSON.parse builds it: the deepest nesting of brackets outside of strings. */
function refuseDeep(_request: IncomingMessage, _response: ServerResponse, body: Buffer): void {
  let depth = 0
  let quoted = false
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (quoted && byte === BACKSLASH) at++
    else if (byte === QUOTE) quoted = !quoted
    else if (quoted) continue
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > DEEPEST_JSON) throw new Error(`JSON nested more than ${DEEPEST_JSON} deep`)
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--
  }
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = Buffer.from('"\\[]{}')

/** A body that could not be read, as JSON-RPC says it. */
const unreadable: ErrorRequestHandler = (error: { status?: number; type?: string }, _request, response, next) => {
  if (response.headersSent) return next(error)
  const [status, message] = UNREADABLE[error.type ?? ''] ?? [error.status ?? 500, 'This request could not be read.']
  response.status(status).json({ jsonrpc: '2.0', id: null, error: { code: status < 500 ? -32_700 : -32_603, message } })
}

const UNREADABLE: Record<string, [number, string]> = {
  'entity.too.large': [413, `The body may be at most ${LARGEST_BODY}.`],
  'entity.verify.failed': [400, `The JSON may be nested at most ${DEEPEST_JSON} deep.`],
  'entity.parse.failed': [400, 'The body is not JSON.'],
}
