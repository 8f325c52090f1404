// What a form of the page asks: the forms of Slack and Teams. What was filled in goes to the routes that do it (acts.ts).
import express from 'express'
import type { Router } from 'express'
import type { FormKind } from '#cards/card.ts'
import { formOf } from '#cards/form.ts'
import type { Form } from '#cards/form.ts'
import type { Millis } from '#incident/signal.ts'
import { openIncidents, readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { parse } from './request.ts'
import { formParameter, formQuery } from './schemas.ts'

const MOST_OPEN = 200 // as in the chats: more nobody reads in a list to choose from

export function formsRouter({ store, clock }: { store: IncidentStore; clock: () => Millis }): Router {
  const router = express.Router()
  router.get('/forms/:form', async (request, response) => {
    const { form } = parse(formParameter, request.params)
    const { about, zone } = parse(formQuery, request.query)
    response.json(await drawn(form, about, zone))
  })
  return router

  async function drawn(form: FormKind, about: string, zone: string): Promise<Form> {
    const reader = { now: clock(), zone }
    switch (form) {
      case 'split':
        return formOf(form, about, { incident: await readIncident(store, about), reader })
      case 'merge':
        return formOf(form, about, { open: await openIncidents(store, MOST_OPEN), reader })
      case 'deny':
      case 'declare':
      case 'known':
        return formOf(form, about, { reader })
    }
  }
}
