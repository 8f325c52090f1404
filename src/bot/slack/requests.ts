// Slack calls us: POST /slack/events, signed. What is not Slack's, or not new, goes no further.
import { ExpressReceiver } from '@slack/bolt'
import express from 'express'
import type { RequestHandler, Router } from 'express'
import type { Log } from '#incident/observe.ts'
import type { Millis } from '#incident/signal.ts'
import { MOST_BYTES, unreadable } from '../body.ts'
import { sdkLogger } from './client.ts'
import { Intake } from './intake.ts'
import type { Receive } from './intake.ts'
import { createSignatures } from './signature.ts'

const ENDPOINT = '/slack/events'

/** For mounting at the root, before anything that reads bodies. */
export function openRequests(given: { secret: string; receive: Receive; clock: () => Millis; log: Log }): Router {
  const { secret, receive, log } = given
  const receiver = new ExpressReceiver({
    signingSecret: secret,
    signatureVerification: false, // checked before, with more rigour
    endpoints: ENDPOINT,
    logger: sdkLogger(log),
  })
  receiver.init(new Intake(receiver, receive, log))
  const router = express.Router()
  router.post(ENDPOINT, express.raw({ type: () => true, limit: MOST_BYTES }), onlySlack(given))
  router.use(receiver.router, unreadable)
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
