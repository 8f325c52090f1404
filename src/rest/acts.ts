// What people do over REST: the same gate, the same words as the buttons.
import express from 'express'
import type { Response, Router } from 'express'
import type { Reply } from '#incident/chat.ts'
import { Fault } from '#incident/fault.ts'
import type { FaultCode } from '#incident/fault.ts'
import type { Press } from '#incident/press.ts'
import type { Person } from '#incident/remedy.ts'
import type { Respond } from '#incident/respond.ts'
import { presentIncident, presentRemedy, presentSettings } from '#mcp-servers/present.ts'
import { idOf, parse } from './request.ts'
import { askBody, declareBody, feedbackBody, knownBody, mergeBody, muteBody, pressBody, splitBody } from './schemas.ts'

/** On loopback, without configured identities, everyone is the local responder; the page says so. */
export const RESPONDER: Person = { chat: 'web', user: 'local', name: 'local responder' }

export function actsRouter({ respond }: { respond: Respond }): Router {
  const router = express.Router()

  for (const action of ['preview', 'approve', 'deny', 'undo'] as const) {
    router.post(`/remediations/:id/${action}`, async (request, response) => {
      const { reason } = parse(pressBody, request.body ?? {})
      const remedy = idOf(request)
      answerPress(response, await respond.press(pressOf(action, remedy, reason), RESPONDER))
    })
  }
  for (const action of ['acknowledge', 'resolve'] as const) {
    router.post(`/incidents/:id/${action}`, async (request, response) => {
      response.json(presentIncident(await respond[action](idOf(request), RESPONDER)))
    })
  }
  router.post('/incidents/:id/look', async (request, response) => {
    const ending = new AbortController()
    response.on('close', () => ending.abort())
    const { answers } = await respond.look(idOf(request), RESPONDER, ending.signal)
    response.json({ items: answers })
  })
  router.post('/incidents/:id/split', async (request, response) => {
    const { signalIds: signals } = parse(splitBody, request.body ?? {})
    response.json(presentIncident(await respond.split({ kind: 'split', incident: idOf(request), signals }, RESPONDER)))
  })
  router.post('/incidents/:id/merge', async (request, response) => {
    const { into } = parse(mergeBody, request.body ?? {})
    response.json(presentIncident(await respond.merge({ kind: 'merge', incident: idOf(request), into }, RESPONDER)))
  })
  router.post('/incidents/:id/mute', async (request, response) => {
    const { minutes } = parse(muteBody, request.body ?? {})
    const muted = await respond.mute({ kind: 'mute', incident: idOf(request), millis: minutes * 60_000 }, RESPONDER)
    response.json(muted && presentIncident(muted))
  })
  router.post('/incidents/:id/unmute', async (request, response) => {
    const heard = await respond.unmute({ kind: 'unmute', incident: idOf(request) }, RESPONDER)
    response.json(heard && presentIncident(heard))
  })
  router.post('/services/:id/mute', async (request, response) => {
    const { minutes } = parse(muteBody, request.body ?? {})
    await respond.mute({ kind: 'mute', service: idOf(request), millis: minutes * 60_000 }, RESPONDER)
    response.json(presentSettings(await respond.settings()))
  })
  router.post('/services/:id/unmute', async (request, response) => {
    await respond.unmute({ kind: 'unmute', service: idOf(request) }, RESPONDER)
    response.json(presentSettings(await respond.settings()))
  })
  router.post('/incidents/:id/known', async (request, response) => {
    const { reason, ticket, days } = parse(knownBody, request.body ?? {})
    const millis = days === undefined ? {} : { millis: Math.round(days * 86_400_000) }
    const marked = { kind: 'known', incident: idOf(request), reason, ...(ticket && { ticket }), ...millis } as const
    response.json(presentIncident(await respond.known(marked, RESPONDER)))
  })
  router.post('/incidents/:id/unknown', async (request, response) => {
    response.json(presentIncident(await respond.unknown(idOf(request), RESPONDER)))
  })
  router.post('/incidents/:id/feedback', async (request, response) => {
    const { helpful, why } = parse(feedbackBody, request.body ?? {})
    const voice = { kind: 'feedback', incident: idOf(request), helpful, ...(why && { why }) } as const
    response.json(presentIncident(await respond.feedback(voice, RESPONDER)))
  })
  for (const kind of ['raise', 'leave'] as const) {
    router.post(`/incidents/:id/${kind}`, async (request, response) => {
      response.json(presentIncident(await respond.decide({ kind, incident: idOf(request) }, RESPONDER)))
    })
  }
  router.post('/incidents/:id/lower', async (request, response) => {
    response.json(presentIncident(await respond.lower(idOf(request), RESPONDER)))
  })
  router.post('/incidents', async (request, response) => {
    const said = parse(declareBody, request.body ?? {})
    response.status(201).json(presentIncident(await respond.declare({ kind: 'declare', ...said }, RESPONDER)))
  })
  router.post('/ask', async (request, response) => {
    const { question, incidentId } = parse(askBody, request.body ?? {})
    const ending = new AbortController()
    response.on('close', () => ending.abort())
    const asked = { kind: 'ask', question, ...(incidentId && { incident: incidentId }) } as const
    const answer = await respond.ask(asked, RESPONDER, ending.signal)
    if (request.accepts(['json', 'text/event-stream']) === 'text/event-stream') {
      response.type('text/event-stream').end(`data: ${JSON.stringify(answer)}\n\n`)
    } else response.json(answer)
  })
  return router
}

function pressOf(kind: Press['kind'], remedy: string, reason: string | undefined): Press {
  return kind === 'deny' ? { kind, remedy, ...(reason && { reason }) } : { kind, remedy }
}

const REFUSED: Partial<Record<Reply['result'], FaultCode>> = {
  'already done': 'conflict',
  drifted: 'conflict',
  expired: 'conflict',
  refused: 'conflict',
  'not yours': 'forbidden',
  'not found': 'not_found',
  failed: 'processing',
}

function answerPress(response: Response, { result, text, remedy }: Reply): void {
  const code = REFUSED[result]
  if (code) throw new Fault(code, text, { details: { result } })
  response.json({ result, text, ...(remedy && { remedy: presentRemedy(remedy), state: remedy.state }) })
}
