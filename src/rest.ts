// REST under /api/v1, in the words of CONTRACT: the same gate as the buttons, the same errors as MCP.
import { randomUUID } from 'node:crypto'
import express from 'express'
import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from 'express'
import type { z } from 'zod'
import type { Reader } from '#cards/card.ts'
import { chartOf } from '#cards/chart.ts'
import { incidentCard } from '#cards/incident-card.ts'
import { asFault, Fault } from '#incident/fault.ts'
import type { FaultCode } from '#incident/fault.ts'
import type { Reply } from '#incident/chat.ts'
import type { Incident } from '#incident/incident.ts'
import type { Press } from '#incident/press.ts'
import type { Json, Person } from '#incident/remedy.ts'
import { readIncident } from '#incident/store.ts'
import {
  iso,
  presentFault,
  presentIncident,
  presentListed,
  presentRemedy,
  presentTimeline,
} from '#mcp-servers/present.ts'
import { PRODUCT } from '#mcp-servers/protocol.ts'
import { momentOf } from '#mcp-servers/window.ts'
import type { Config } from './config.ts'
import { eventStream } from './events.ts'
import type { House, Surroundings } from './main.ts'
import { openapi } from './openapi.ts'
import {
  askBody,
  clusterBody,
  correlateBody,
  declareBody,
  detectBody,
  feedbackBody,
  listQuery,
  mergeBody,
  muteBody,
  pressBody,
  readerQuery,
  splitBody,
} from './rest-schemas.ts'

export type RestGiven = Pick<Surroundings, 'clock' | 'log'> & {
  config: Config
  house: House
  demo: boolean
  since: number
}

/** On loopback, without configured identities, everyone is the local responder; the page says so. */
const RESPONDER: Person = { chat: 'web', user: 'local', name: 'local responder' }

const LARGEST_BODY = '256kb'

export function restRouter(given: RestGiven): Router {
  const { house, clock, log } = given
  const { store, respond, toolbox } = house
  const router = express.Router()
  router.use(express.json({ limit: LARGEST_BODY }))

  router.get('/status', async (_request, response) => {
    const open = await store.list({ open: true, limit: 1_000 })
    response.json({
      product: PRODUCT,
      demo: given.demo,
      responder: { name: RESPONDER.name },
      since: iso(given.since),
      tickSeconds: given.config.watch.every / 1_000,
      sources: house.watch.health().map(({ since, ...source }) => ({ ...source, ...(since && { since: iso(since) }) })),
      open: open.length,
    })
  })

  router.get('/incidents', async (request, response) => {
    const query = parse(listQuery, request.query)
    const since = query.since === undefined ? -Infinity : momentOf(query.since, clock())
    const items: Incident[] = []
    let cursor = query.cursor
    for (let more = true; more && items.length < query.limit; ) {
      const ids = await store.list({ limit: PAGE, ...(cursor && { before: cursor }) })
      more = ids.length === PAGE
      for (const id of ids) {
        cursor = id
        const incident = await readIncident(store, id)
        if (wanted(incident, query) && incident.openedAt >= since) items.push(incident)
        if (items.length === query.limit) break
      }
    }
    response.json({ items: items.map(presentListed), ...(items.length === query.limit && { nextCursor: cursor }) })
  })
  router.get('/incidents/:id', async (request, response) => {
    response.json(presentIncident(await incidentOf(request)))
  })
  router.get('/incidents/:id/timeline', async (request, response) => {
    response.json(presentTimeline(await entriesOf(request)))
  })
  router.get('/incidents/:id/record', async (request, response) => {
    response.json({ items: await entriesOf(request) })
  })
  router.get('/incidents/:id/card', async (request, response) => {
    response.json(incidentCard(await incidentOf(request), readerOf(request)))
  })
  router.get('/incidents/:id/chart', async (request, response) => {
    const chart = chartOf(await incidentOf(request), readerOf(request))
    if (!chart) throw new Fault('not_found', 'No series shows this incident.')
    response.json(chart)
  })
  router.get('/incidents/:id/remediations', async (request, response) => {
    response.json({ items: (await incidentOf(request)).remedies.map(presentRemedy) })
  })
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
    await respond.mute({ kind: 'mute', incident: idOf(request), millis: minutes * 60_000 }, RESPONDER)
    response.json(presentIncident(await incidentOf(request)))
  })
  router.post('/incidents/:id/feedback', async (request, response) => {
    const { helpful } = parse(feedbackBody, request.body ?? {})
    const voice = { kind: 'feedback', incident: idOf(request), helpful } as const
    response.json(presentIncident(await respond.feedback(voice, RESPONDER)))
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
  router.get('/events', eventStream(store))
  router.get('/openapi.json', (_request, response) => void response.json(openapi))

  router.post(
    '/detect',
    tool('detect_incidents', detectBody, ({ timeRange, severity }) => ({ time_range: timeRange, severity })),
  )
  router.post(
    '/correlate',
    tool('correlate_events', correlateBody, ({ eventIds, correlationType }) => ({
      event_ids: eventIds,
      correlation_type: correlationType,
    })),
  )
  router.post(
    '/cluster',
    tool('cluster_anomalies', clusterBody, ({ dataSources, algorithmParams }) => ({
      data_sources: dataSources,
      algorithm_params: algorithmParams,
    })),
  )
  router.use((request, _response, next) => {
    next(new Fault('not_found', `There is no ${request.method} ${request.path}.`))
  })
  router.use(refusal(log))
  return router

  function incidentOf(request: Request): Promise<Incident> {
    return readIncident(store, idOf(request))
  }

  /** Times in the zone the reader names. */
  function readerOf(request: Request): Reader {
    const { zone } = parse(readerQuery, request.query)
    return { now: clock(), zone }
  }

  async function entriesOf(request: Request) {
    const id = idOf(request)
    const entries = await store.read(id)
    if (entries.length === 0) throw new Fault('not_found', `There is no incident ${id}.`)
    return entries
  }

  /** A route that is one of the orchestrator's tools under another name. */
  function tool<T extends z.ZodType>(
    name: string,
    body: T,
    argumentsOf: (body: z.output<T>) => Record<string, Json | undefined>,
  ): RequestHandler {
    return async (request, response) => {
      const call = {
        server: 'orchestrator',
        tool: name,
        arguments: defined(argumentsOf(parse(body, request.body ?? {}))),
      } as const
      response.json((await toolbox.call(call, { deadlineMillis: TOOL_MILLIS })).structured)
    }
  }
}

function defined(fields: Record<string, Json | undefined>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined))
}

const PAGE = 50
const TOOL_MILLIS = 30_000 // the seed: an answer within 30 s

function wanted(incident: Incident, query: z.output<typeof listQuery>): boolean {
  if (query.status && presentListed(incident).status !== query.status) return false
  if (query.severity && incident.severity !== query.severity) return false
  return query.service === undefined || incident.services.includes(query.service)
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`)
  throw new Fault('validation', problems.join('; '))
}

function idOf(request: Request): string {
  return String(request.params['id'] ?? '')
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

function refusal(log: Surroundings['log']): ErrorRequestHandler {
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

function unread(tooLarge: boolean): string {
  return tooLarge ? `The body may be at most ${LARGEST_BODY}.` : 'The body is not JSON.'
}
