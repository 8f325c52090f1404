// A Fault as an HTTP answer: the seed's MCPError with the status that fits it.
import { randomUUID } from 'node:crypto'
import type { ErrorRequestHandler } from 'express'
import { asFault, Fault } from '#incident/fault.ts'
import type { FaultCode } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import { presentFault } from '#mcp-servers/present.ts'

export const LARGEST_BODY = '256kb'

export function refusal(log: Log): ErrorRequestHandler {
  return (error: { status?: number; type?: string }, request, response, next) => {
    if (response.headersSent) return next(error)
    const correlationId = randomUUID()
    const tooLarge = error.type === 'entity.too.large'
    const unreadable = error.type === 'entity.parse.failed'
    const fault = tooLarge || unreadable ? new Fault('validation', unread(tooLarge)) : asFault(error)
    log[fault.whose === 'ours' ? 'error' : 'info'](
      { correlationId, path: request.path, code: fault.code, cause: fault.cause },
      fault.message,
    )
    response.status(tooLarge ? 413 : STATUS[fault.code]).json(presentFault(fault, correlationId))
  }
}

const STATUS: Record<FaultCode, number> = {
  network: 502,
  authentication: 502,
  rate_limit: 429,
  validation: 400,
  processing: 500,
  resource: 503,
  not_found: 404,
  conflict: 409,
  forbidden: 403,
  expired: 409,
}

function unread(tooLarge: boolean): string {
  return tooLarge ? `The body may be at most ${LARGEST_BODY}.` : 'The body is not JSON.'
}
