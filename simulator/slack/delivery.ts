// How Slack hands an event, a press or a command to an app: over a socket where one is open, else as a signed request; again when it must.
import { createHmac } from 'node:crypto'
import type { SocketMode } from './socket-mode.ts'
import type { Millis } from './workspace.ts'

export type Envelope = {
  kind: 'events_api' | 'interactive' | 'slash_commands'
  payload: Record<string, unknown>
}

/** `millis`: until the acknowledgement that counted. `answer`: what the app said in it. */
export type Delivered = { accepted: boolean; tries: number; millis: number; answer: unknown }

/** `duplicates`: how many times more it is delivered although it was accepted. */
export type Deliver = (envelope: Envelope, options?: { duplicates?: number }) => Promise<Delivered>

/** https://docs.slack.dev/apis/events-api#responding */
export const PATIENCE_MILLIS = 3_000
const MOST_RETRIES = 3 // of events; presses and commands are delivered once

export function createDeliver(given: {
  clock: () => Millis
  signingSecret: string
  socket: SocketMode
  /** The app's request URL, where it has one. */
  requestUrl: () => string | undefined
  /** How long an acknowledgement is waited for. */
  patienceMillis: Millis
}): Deliver {
  return async (envelope, { duplicates = 0 } = {}) => {
    const most = envelope.kind === 'events_api' ? 1 + MOST_RETRIES : 1
    let delivered: Delivered = { accepted: false, tries: 0, millis: 0, answer: undefined }
    while (!delivered.accepted && delivered.tries < most) delivered = await attempt(envelope, delivered.tries)
    for (let i = 0; i < duplicates; i++) await attempt(envelope, delivered.tries + i)
    return delivered
  }

  async function attempt(envelope: Envelope, tries: number): Promise<Delivered> {
    const started = performance.now()
    const outcome = await (given.socket.connections() > 0 ? bySocket(envelope, tries) : byRequest(envelope, tries))
    return { ...outcome, tries: tries + 1, millis: performance.now() - started }
  }

  async function bySocket({ kind, payload }: Envelope, tries: number) {
    const retry = kind === 'events_api' ? { retry_attempt: tries, retry_reason: tries > 0 ? 'timeout' : '' } : {}
    const envelope = { type: kind, payload, accepts_response_payload: kind !== 'events_api', ...retry }
    const acknowledgement = await given.socket.send(envelope, given.patienceMillis)
    return { accepted: acknowledgement !== undefined, answer: acknowledgement?.payload }
  }

  async function byRequest(envelope: Envelope, tries: number) {
    const url = given.requestUrl()
    if (url === undefined) throw new Error('Nobody listens: no socket is open and no request URL is set.')
    const { body, type } = written(envelope)
    const headers = signed(body, { secret: given.signingSecret, at: given.clock() })
    const retry = tries > 0 ? { 'x-slack-retry-num': String(tries), 'x-slack-retry-reason': 'http_timeout' } : {}
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': type, ...headers, ...retry },
        body,
        signal: AbortSignal.timeout(given.patienceMillis),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json')
      return { accepted: response.status === 200, answer: isJson ? JSON.parse(text) : text }
    } catch {
      return { accepted: false, answer: undefined }
    }
  }
}

/** The headers that prove a request is Slack's: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signed(body: string, { secret, at }: { secret: string; at: Millis }): Record<string, string> {
  const seconds = Math.floor(at / 1000)
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')
  return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${signature}` }
}

/** As it is sent over HTTP. */
export function written({ kind, payload }: Envelope): { body: string; type: string } {
  const form = 'application/x-www-form-urlencoded'
  switch (kind) {
    case 'events_api':
      return { body: JSON.stringify(payload), type: 'application/json' }
    case 'interactive':
      return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), type: form }
    case 'slash_commands':
      return { body: new URLSearchParams(payload as Record<string, string>).toString(), type: form }
  }
}
