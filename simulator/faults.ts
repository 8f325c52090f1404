// Faults put in front of a vendor: what a tired cloud, or something on the way to it, does to requests and to answers.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { cut, refuse, retitle, signatureRefused } from './fault-answers.ts'
import { continueExpired, watchExpired } from './kubernetes/expired.ts'
import type { Vendor } from './vendor-api.ts'

const where = {
  vendor: z.enum(['kubernetes', 'sentry', 'cloudwatch', 'grafana']).optional(), // absent: all of them
  path: z.string().optional(), // only requests whose path with query contains this, or whose operation of AWS does
  times: z.int().positive().optional(), // how many requests it strikes; absent: all until cleared
}
const bytes = z.int().nonnegative()

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), milliseconds: z.number().positive(), ...where }),
  /** Retry-After comes in its two forms. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.number().nonnegative().optional(),
    retryAfterAs: z.enum(['seconds', 'date']).optional(),
    ...where,
  }),
  /** The connection is closed unanswered. */
  z.strictObject({ kind: z.literal('drop'), ...where }),
  /** The connection breaks after so many bytes of the answer's body. */
  z.strictObject({ kind: z.literal('reset'), bytes, ...where }),
  /** The body ends after so many bytes as if it were whole: in the middle of JSON. */
  z.strictObject({ kind: z.literal('truncate'), bytes, ...where }),
  /** 200 and a page to sign in, as a proxy in between says it. */
  z.strictObject({ kind: z.literal('html'), ...where }),
  /** The answer as it is, said to be of another type. */
  z.strictObject({ kind: z.literal('content-type'), contentType: z.string(), ...where }),
  /** The vendor's clock is ahead by this: in its Date headers, and where AWS compares it with that of a signature. */
  z.strictObject({ kind: z.literal('clock-skew'), milliseconds: z.number(), ...where }),
  /** AWS's way of refusing: an exception by name. Throttling comes as 400 by many names. */
  z.strictObject({ kind: z.literal('aws-error'), code: z.string(), status: z.int().optional(), ...where }),
  /** A watch of Kubernetes begins and ends with 410 Expired. */
  z.strictObject({ kind: z.literal('expire-watch'), ...where }),
  /** The next page of a list of Kubernetes is 410 Expired; `onward`: with a token that goes on over what is there now. */
  z.strictObject({ kind: z.literal('expire-continue'), onward: z.boolean(), ...where }),
])
export type Fault = z.infer<typeof faultSchema>

export type Faults = {
  add(fault: Fault): void
  list(): Fault[]
  clear(): void
  /** Applies what stands in the way of this request; true if it has been answered (or dropped) by that. */
  meet(vendor: Vendor, request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

export function openFaults(): Faults {
  let standing: Fault[] = []

  return {
    add: fault => void standing.push({ ...fault }),
    list: () => standing.map(fault => ({ ...fault })),
    clear: () => void (standing = []),
    async meet(vendor, request, response) {
      const place = `${request.url ?? ''} ${String(request.headers['x-amz-target'] ?? '')}`
      for (const fault of standing.filter(each => strikes(each, vendor, place))) {
        if (fault.times !== undefined && --fault.times === 0) standing = standing.filter(other => other !== fault)
        if (await answered(fault, vendor, request, response)) return true
      }
      return false
    },
  }
}

function strikes(fault: Fault, vendor: Vendor, path: string): boolean {
  if (fault.vendor !== undefined && fault.vendor !== vendor) return false
  if (fault.kind === 'expire-watch' && (vendor !== 'kubernetes' || !/[?&]watch=(true|1)/.test(path))) return false
  if (fault.kind === 'expire-continue' && (vendor !== 'kubernetes' || !/[?&]continue=/.test(path))) return false
  if (fault.kind === 'aws-error' && vendor !== 'cloudwatch') return false
  return fault.path === undefined || path.includes(fault.path)
}

/** False where the vendor answers after all, with what the fault does to its answer. */
async function answered(
  fault: Fault,
  vendor: Vendor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault.kind) {
    case 'latency':
      await delay(fault.milliseconds)
      return false
    case 'reset':
      cut(response, fault.bytes, () => request.socket.destroy())
      return false
    case 'truncate':
      retitle(response, headers => ({ ...headers, 'content-length': undefined }))
      cut(response, fault.bytes, end => end())
      return false
    case 'content-type':
      retitle(response, headers => ({ ...headers, 'content-type': fault.contentType }))
      return false
    case 'clock-skew':
      response.setHeader('date', new Date(Date.now() + fault.milliseconds).toUTCString())
      return vendor === 'cloudwatch' && signatureRefused(request, response, Date.now() + fault.milliseconds)
    case 'drop':
      request.socket.destroy()
      return true
    case 'status':
      refuse(response, fault)
      return true
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end('<!doctype html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n')
      return true
    case 'aws-error': {
      const type = request.headers['content-type'] ?? 'application/x-amz-json-1.0'
      response.writeHead(fault.status ?? 400, { 'content-type': type })
      response.end(JSON.stringify({ __type: fault.code, message: 'simulated fault' }))
      return true
    }
    case 'expire-watch':
      response.writeHead(200, { 'content-type': 'application/json' }).end(watchExpired())
      return true
    case 'expire-continue':
      response.writeHead(410, { 'content-type': 'application/json' })
      response.end(continueExpired(request.url ?? '', fault.onward))
      return true
  }
}
