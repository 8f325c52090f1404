// What can be read of incidents: lists, one of them, its timeline, record, card, chart and remedies.
import express from 'express'
import type { Request, Router } from 'express'
import type { z } from 'zod'
import type { Reader } from '#cards/card.ts'
import { chartOf } from '#cards/chart.ts'
import { incidentCard } from '#cards/incident-card.ts'
import { settingsCard } from '#cards/settings-card.ts'
import { Fault } from '#incident/fault.ts'
import type { Incident } from '#incident/incident.ts'
import type { Respond } from '#incident/respond.ts'
import type { Millis } from '#incident/signal.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { turn } from '#incident/turn.ts'
import {
  presentIncident,
  presentListed,
  presentRemedy,
  presentSettings,
  presentTimeline,
} from '#mcp-servers/present.ts'
import { momentOf } from '#mcp-servers/window.ts'
import { postmortem } from '../postmortem.ts'
import { idOf, parse } from './request.ts'
import { listQuery, readerQuery } from './schemas.ts'

export function readsRouter({
  store,
  respond,
  clock,
}: {
  store: IncidentStore
  respond: Pick<Respond, 'settings'>
  clock: () => Millis
}): Router {
  const router = express.Router()

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
      await turn()
    }
    response.json({ items: items.map(presentListed), ...(items.length === query.limit && { nextCursor: cursor }) })
  })
  router.get('/incidents/:id', async (request, response) => {
    response.json(presentIncident(await incidentOf(request)))
  })
  router.get('/incidents/:id/timeline', async (request, response) => {
    response.json(presentTimeline(await entriesOf(request)))
  })
  router.get('/incidents/:id/postmortem', async (request, response) => {
    response.type('text').send(postmortem(await entriesOf(request)))
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
  router.get('/settings', async (_request, response) => {
    response.json(presentSettings(await respond.settings()))
  })
  router.get('/settings/card', async (request, response) => {
    response.json(settingsCard(await respond.settings(), readerOf(request)))
  })
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
}

const PAGE = 50 // incidents read before whoever waits for an answer gets it

function wanted(incident: Incident, query: z.output<typeof listQuery>): boolean {
  if (query.status && presentListed(incident).status !== query.status) return false
  if (query.severity && incident.severity !== query.severity) return false
  return query.service === undefined || incident.services.includes(query.service)
}
