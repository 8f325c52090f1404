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
    const { status = 500, type = '' } = error
    const isUnreadable = status >= 400 && status < 500 // what Express and its parsers refuse
    const fault = isUnreadable ? new Fault('validation', UNREADABLE[type] ?? NOT_READ) : asFault(error)
    log[fault.whose === 'ours' ? 'error' : 'info'](
      { correlationId, path: request.path, code: fault.code, cause: fault.cause },
      fault.message,
    )
    response.status(isUnreadable ? status : STATUS[fault.code]).json(presentFault(fault, correlationId))
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

const NOT_READ = 'The request cannot be read: its path or its body is in no encoding that is known here.'
const UNREADABLE: Record<string, string> = {
  'entity.too.large': `The body may be at most ${LARGEST_BODY}.`,
  'entity.parse.failed': 'The body is not JSON.',
}
