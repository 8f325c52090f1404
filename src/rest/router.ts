// REST under /api/v1, in the words of CONTRACT: reads, acts, tools and events, each in its file.
import express from 'express'
import type { Router } from 'express'
import { status } from '#bot/conversation.ts'
import { Fault } from '#incident/fault.ts'
import { iso, presentOccurrence } from '#mcp-servers/present.ts'
import { PRODUCT } from '#mcp-servers/protocol.ts'
import type { Config } from '../config.ts'
import { eventStream } from '../events.ts'
import type { House, Surroundings } from '../main.ts'
import { actsRouter, RESPONDER } from './acts.ts'
import { LARGEST_BODY, refusal } from './faults.ts'
import { formsRouter } from './forms.ts'
import { openapi } from './openapi.ts'
import { previewRouter } from './preview.ts'
import { readsRouter } from './reads.ts'
import { toolsRouter } from './tools.ts'

export type RestGiven = Pick<Surroundings, 'clock' | 'log'> & {
  config: Config
  house: House
  demo: boolean
  since: number
}

export function restRouter(given: RestGiven): Router {
  const { house, clock, log, since } = given
  const { store, respond, toolbox } = house
  const everyMillis = given.config.watch.every
  const health = () => house.watch.health()
  const router = express.Router()
  router.use(express.json({ limit: LARGEST_BODY }))

  router.get('/status', async (_request, response) => {
    const open = await store.list({ open: true, limit: 1_000 })
    response.json({
      product: PRODUCT,
      demo: given.demo,
      responder: { name: RESPONDER.name },
      since: iso(since),
      tickSeconds: everyMillis / 1_000,
      sources: health().map(source => ({ ...source, ...(source.since && { since: iso(source.since) }) })),
      open: open.length,
      maintenance: house.maintenance().map(presentOccurrence),
    })
  })
  router.use(readsRouter({ store, respond, clock }))
  router.use(formsRouter({ store, clock }))
  router.use(actsRouter({ respond }))
  router.use(toolsRouter(toolbox))
  router.use(
    previewRouter({
      store,
      clock,
      status: () => status({ store, health, everyMillis, maintenance: house.maintenance, since }),
    }),
  )
  router.get('/events', eventStream(store))
  router.get('/openapi.json', (_request, response) => void response.json(openapi))
  router.use((request, _response, next) => {
    next(new Fault('not_found', `There is no ${request.method} ${request.path}.`))
  })
  router.use(refusal(log))
  return router
}
