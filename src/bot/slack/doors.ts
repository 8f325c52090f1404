// The two ways Slack reaches us: requests to /slack/events, and a socket we open. Both hand what came to the same function,
// and acknowledge when it returns. Bolt keeps the protocols; it would acknowledge an event before anything is written down,
// so what comes in is taken before Bolt's own handling.
import { App, ExpressReceiver, SocketModeReceiver } from '@slack/bolt'
import type { Receiver, ReceiverEvent } from '@slack/bolt'
import express from 'express'
import type { RequestHandler, Router } from 'express'
import { asFault } from '#incident/fault.ts'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import { sdkLogger } from './client.ts'
import { SLACK_API } from './settings.ts'
import type { SlackSettings } from './settings.ts'
import { createSignatures } from './signature.ts'

/** Durable when it resolves: then it is acknowledged, with what it resolved to. When it throws, Slack sends it again. */
export type Receive = (body: unknown) => Promise<object | undefined>

const ENDPOINT = '/slack/events'
const MOST_BYTES = 1_048_576 // SECURITY: 1 MB for a chat

/** For mounting at the root, before anything that reads bodies. */
export function openRequests(given: { secret: string; receive: Receive; clock: () => Millis; log: Log }): Router {
  const { secret, receive, log } = given
  const receiver = new ExpressReceiver({
    signingSecret: secret,
    signatureVerification: false, // checked before, with more rigour
    endpoints: ENDPOINT,
    logger: sdkLogger(log),
  })
  openIntake(receiver, receive, log)
  const router = express.Router()
  router.post(ENDPOINT, express.raw({ type: () => true, limit: MOST_BYTES }), onlySlack(given))
  router.use(receiver.router)
  return router
}

function onlySlack({ secret, clock, log }: { secret: string; clock: () => Millis; log: Log }): RequestHandler {
  const signatures = createSignatures({ secret, clock })
  return (request, response, next) => {
    const body: unknown = request.body
    const signed = {
      signature: request.get('x-slack-signature'),
      timestamp: request.get('x-slack-request-timestamp'),
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    }
    const refusal = signatures.refuse(signed)
    if (refusal) {
      log.warn({ chat: 'slack', refusal }, 'a request was refused')
      return void response.status(401).json({ error: refusal })
    }
    response.once('close', () => {
      if (!response.writableFinished || response.statusCode !== 200) signatures.forget(signed)
    })
    Object.assign(request, { rawBody: signed.body }) // where Bolt looks for a body that was read before it
    next()
  }
}

export type Socket = {
  /** Connects, and again whenever the connection ends; resolves at once. */
  begin(): void
  close(): Promise<void>
}

const PAUSES_MILLIS = [0, 1_000, 2_000, 5_000, 10_000, 30_000]

export function openSocket(given: {
  settings: SlackSettings & { appToken: string }
  receive: Receive
  pause: (millis: number, signal: AbortSignal) => Promise<void>
  log: Log
}): Socket {
  const { settings, receive, pause, log } = given
  const receiver = new SocketModeReceiver({
    appToken: settings.appToken,
    // Its own way back ends the process when Slack refuses the token meanwhile: a rejection nobody handles.
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { slackApiUrl: settings.apiUrl ?? SLACK_API, retryConfig: { retries: 0 } } },
    logger: sdkLogger(log),
  })
  openIntake(receiver, receive, log)
  const ending = new AbortController()
  let failures = 0
  let connecting: Promise<void> | undefined

  function connect(): void {
    connecting ??= untilConnected().finally(() => {
      connecting = undefined
    })
  }

  async function untilConnected(): Promise<void> {
    while (!ending.signal.aborted) {
      await pause(PAUSES_MILLIS[Math.min(failures, PAUSES_MILLIS.length - 1)] ?? 0, ending.signal)
      try {
        await receiver.start()
        failures = 0
        return
      } catch (error) {
        failures++
        log.warn({ chat: 'slack', cause: error }, 'Slack cannot be reached over a socket; trying again.')
      }
    }
  }

  receiver.client.on('disconnected', connect)

  return {
    begin: connect,
    async close() {
      ending.abort()
      await receiver.client.disconnect()
      await connecting
    },
  }
}

function openIntake(receiver: Receiver, receive: Receive, log: Log): void {
  const intake = new Intake({
    receiver,
    authorize: async () => ({}),
    logger: sdkLogger(log),
  })
  intake.receive = async body => {
    try {
      return await receive(body)
    } catch (error) {
      log.error({ chat: 'slack', cause: asFault(error).cause }, `not taken: ${asFault(error).message}`)
      throw error
    }
  }
}

class Intake extends App {
  receive: Receive = async () => undefined

  override async processEvent({ body, ack }: ReceiverEvent): Promise<void> {
    await ack(await this.receive(body))
  }
}
