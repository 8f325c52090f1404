// What people say over REST, over a real record: each is in the list of settings, and each is taken back.
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { open } from '#incident/follow.ts'
import { SILENT } from '#incident/observe.ts'
import type { IncidentStore } from '#incident/store.ts'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openDesk } from '../../test/desk.ts'
import type { Desk } from '../../test/desk.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { actsRouter } from './acts.ts'
import { refusal } from './faults.ts'
import { readsRouter } from './reads.ts'

let folder: string
let store: IncidentStore
let desk: Desk
let server: ReturnType<ReturnType<typeof express>['listen']>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'acts-'))
  store = openSqliteStore(folder)
  const clock = () => 1_000_000
  desk = openDesk({ store, chats: [], responders: [], clock, advance: () => undefined })
  const app = express().use(express.json())
  app.use(readsRouter({ store, respond: desk.respond, clock }), actsRouter({ respond: desk.respond }))
  server = app.use(refusal(SILENT)).listen(0)
})
afterEach(async () => {
  server.close()
  await desk.close()
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function ask(method: 'GET' | 'POST', path: string, body?: object) {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  const init = { method, headers: { 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) }
  const response = await fetch(url, init)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const settings = async () => (await ask('GET', '/settings')).body

async function opened(id: string) {
  const entity = { namespace: 'shop', kind: 'Deployment', name: 'mailer', service: 'mailer' }
  const rootCauses = [{ entity, fault: 'OOMKilled', score: 1, confidence: 1, reasons: [], evidence: [] }]
  const seen = { since: 0, seen: 0, score: 1, confidence: 1, strength: 2, signals: [] }
  const title = 'mailer latency 4 s (usually 1 s)'
  const findings = [{ id: 'slo|g', kind: 'slo' as const, entity, severity: 'high' as const, title, ...seen }]
  await store.append(id, 0, 1_000_000, 'system', open(id, diagnosis(id, { rootCauses, findings }), []))
}

test('a trouble that is known, with its ticket, and known no more', async () => {
  await opened('INC-1')
  const ticket = 'https://t.example/7'
  const marked = await ask('POST', '/incidents/INC-1/known', { reason: 'leaks', ticket, days: 14 })
  expect(marked.body['known']).toMatchObject({ reason: 'leaks', ticket })
  expect(await settings()).toMatchObject({
    known: [{ incidentId: 'INC-1', fault: 'OOMKilled', by: 'local responder' }],
  })
  await ask('POST', '/incidents/INC-1/unknown')
  expect(await settings()).toMatchObject({ known: [] })
  expect((await ask('POST', '/incidents/INC-1/known', { days: 14 })).status).toBe(400)
})

test('a service and an incident are muted, listed and unmuted', async () => {
  await opened('INC-1')
  await ask('POST', '/services/cart/mute', { minutes: 30 })
  await ask('POST', '/incidents/INC-1/mute', { minutes: 30 })
  const until = '1970-01-01T00:46:40.000Z'
  expect(await settings()).toMatchObject({
    muted: [{ service: 'cart', until }],
    mutedIncidents: [{ incidentId: 'INC-1', until }],
  })
  await ask('POST', '/services/cart/unmute')
  await ask('POST', '/incidents/INC-1/unmute')
  expect(await settings()).toMatchObject({ muted: [], mutedIncidents: [] })
})

test('the third that is no incident proposes a threshold; it is raised by a press alone, and put back', async () => {
  for (const id of ['INC-1', 'INC-2', 'INC-3']) {
    await opened(id)
    const { body } = await ask('POST', `/incidents/${id}/feedback`, { helpful: false, why: 'not an incident' })
    expect(body['proposal'] !== undefined).toBe(id === 'INC-3')
  }
  expect(await settings()).toMatchObject({ raised: [] })
  await ask('POST', '/incidents/INC-3/raise')
  expect(await settings()).toMatchObject({ raised: [{ name: 'mailer latency', factor: 1.5, incidentId: 'INC-3' }] })
  expect((await ask('POST', '/incidents/INC-3/raise')).status).toBe(400)
  await ask('POST', '/incidents/INC-3/lower')
  expect(await settings()).toMatchObject({ raised: [] })
})

test('where no advice says what to look at, that is said', async () => {
  await opened('INC-1')
  expect(await ask('POST', '/incidents/INC-1/look')).toMatchObject({ status: 404 })
})
