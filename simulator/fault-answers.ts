// What faults.ts does to an answer: cut, called something else, or given in the vendor's place.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Millis } from './recording.ts'

/** Lets `bytes` of the body pass, then does `last`, which is handed the way to end it properly. A shorter body is whole. */
export function cut(response: ServerResponse, bytes: number, last: (end: () => void) => void): void {
  const [write, end] = [response.write.bind(response), response.end.bind(response)]
  let left = bytes
  const pass = (chunk: unknown): boolean => {
    if (left < 0) return false
    const whole = Buffer.from(chunk as string | Uint8Array)
    const part = whole.subarray(0, left)
    left -= whole.length
    if (left >= 0) return write(part)
    write(part, () => last(() => void end()))
    return false
  }
  response.write = pass
  response.end = (chunk?: unknown) => {
    if (chunk !== undefined && typeof chunk !== 'function') pass(chunk)
    if (left >= 0) end()
    return response
  }
}

/** Changes the headers that the vendor writes; what is undefined then is left out. */
export function retitle(response: ServerResponse, change: (headers: OutgoingHttpHeaders) => OutgoingHttpHeaders): void {
  const writeHead = response.writeHead.bind(response)
  response.writeHead = (status: number, headers?: unknown) => {
    const changed = Object.entries(change((headers ?? {}) as OutgoingHttpHeaders))
    return writeHead(status, Object.fromEntries(changed.filter(([, value]) => value !== undefined)))
  }
}

type Refusal = { status: number; retryAfterSeconds?: number | undefined; retryAfterAs?: 'seconds' | 'date' | undefined }

export function refuse(response: ServerResponse, { status, retryAfterSeconds, retryAfterAs }: Refusal): void {
  const headers: OutgoingHttpHeaders = { 'content-type': 'text/plain' }
  if (retryAfterSeconds !== undefined) {
    const now = Date.parse(String(response.getHeader('date') ?? new Date().toUTCString())) // a skewed clock says both
    const date = new Date(now + retryAfterSeconds * 1000).toUTCString()
    headers['retry-after'] = retryAfterAs === 'date' ? date : String(retryAfterSeconds)
  }
  response.writeHead(status, headers).end(`simulated fault: ${status}\n`)
}

const signatureLives: Millis = 5 * 60_000 // https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html

/** Refuses, and says true, where a signature is more than five minutes from `now`, the vendor's time. */
export function signatureRefused(request: IncomingMessage, response: ServerResponse, now: Millis): boolean {
  const signed = String(request.headers['x-amz-date'] ?? '')
  const [, date = '', time = ''] = /^(\d{8})T(\d{6})Z$/.exec(signed) ?? []
  const at = Date.parse(`${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`)
  if (Math.abs(at - now) <= signatureLives) return false
  const here = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const message =
    at < now ? `Signature expired: ${signed} is now earlier than ${here}` : `Signature not yet current: ${signed}`
  const type = request.headers['content-type'] ?? 'application/x-amz-json-1.0'
  response.writeHead(400, { 'content-type': type })
  response.end(JSON.stringify({ __type: 'InvalidSignatureException', message }))
  return true
}
