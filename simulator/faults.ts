// Faults put in front of a vendor: what a tired cloud does before its API is even asked.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { Vendor } from './vendor-api.ts'

const where = {
  vendor: z.enum(['kubernetes', 'sentry', 'cloudwatch', 'grafana']).optional(), // absent: all of them
  path: z.string().optional(), // only requests whose path with query contains this
  times: z.int().positive().optional(), // how many requests it strikes; absent: all until cleared
}

/** `drop` closes the connection unanswered; `expire-watch` lets a Kubernetes watch begin and end with 410 Expired. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), milliseconds: z.number().positive(), ...where }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.number().nonnegative().optional(),
    ...where,
  }),
  z.strictObject({ kind: z.literal('drop'), ...where }),
  z.strictObject({ kind: z.literal('expire-watch'), ...where }),
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
      for (const fault of standing.filter(each => strikes(each, vendor, request.url ?? ''))) {
        if (fault.times !== undefined && --fault.times === 0) standing = standing.filter(other => other !== fault)
        if (fault.kind === 'latency') await delay(fault.milliseconds)
        else return answer(fault, request, response)
      }
      return false
    },
  }
}

function strikes(fault: Fault, vendor: Vendor, path: string): boolean {
  if (fault.vendor !== undefined && fault.vendor !== vendor) return false
  if (fault.kind === 'expire-watch' && (vendor !== 'kubernetes' || !/[?&]watch=(true|1)/.test(path))) return false
  return fault.path === undefined || path.includes(fault.path)
}

function answer(fault: Exclude<Fault, { kind: 'latency' }>, request: IncomingMessage, response: ServerResponse): true {
  if (fault.kind === 'drop') {
    request.socket.destroy()
  } else if (fault.kind === 'expire-watch') {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify({ type: 'ERROR', object: expired })}\n`)
  } else {
    const retryAfter = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) }
    response.writeHead(fault.status, { 'content-type': 'text/plain', ...retryAfter })
    response.end(`simulated fault: ${fault.status}\n`)
  }
  return true
}

/** What a real API server's watch cache says (kube-apiserver 1.27): HTTP 200, one line, end. */
const expired = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'too old resource version: 1 (1213)',
  reason: 'Expired',
  code: 410,
}
