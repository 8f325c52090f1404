import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { at, diagnosis, rollback } from '#cards/fixtures/checkout.ts'
import type { IncidentStore } from '#incident/store.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { refusal } from './faults.ts'
import { previewRouter } from './preview.ts'
import type { SlackPreview } from './preview.ts'

let folder: string
let store: IncidentStore
let server: Server

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preview-'))
  store = openSqliteStore(folder)
  const status = async () => ({ kind: 'status' as const, open: 1, sources: [], everyMillis: 60_000, since: at(0) })
  const app = express().use(previewRouter({ store, clock: () => at(8), status }))
  app.use(refusal({ debug() {}, info() {}, warn() {}, error() {} }))
  server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(async () => {
  server.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

test('every message, form and tab about the newest incident, with the picture of its chart', async () => {
  await store.append('INC-1', 0, at(6), 'system', [
    { type: 'opened', key: 't1', reason: 'first seen', diagnosis },
    { type: 'proposed', remedy: 'INC-1-R1', draft: rollback },
  ])
  const { body } = await get('/preview/slack?zone=Europe/Berlin')
  const { incident, drawn, pictures } = body as SlackPreview
  expect(incident).toBe('INC-1')
  expect(drawn.map(({ name }) => name)).toMatchInlineSnapshot(`
    [
      "Incident",
      "Details",
      "Before a press",
      "Answer",
      "Post-mortem",
      "Digest of a storm",
      "For who joins late",
      "Help",
      "Say no",
      "Declare an incident",
      "Split off",
      "Merge",
      "A known trouble",
      "App Home",
    ]
  `)
  expect(JSON.stringify(drawn[0])).toContain('"slack_file":{"id":"chart"}')
  expect(pictures['chart']).toMatch(/^data:image\/png;base64,iVBOR/)
})

test('nothing to draw, an incident that is not there, a zone that is none', async () => {
  expect(await get('/preview/slack')).toMatchObject({ status: 404 })
  expect(await get('/preview/slack?incident=INC-7')).toMatchObject({ status: 404 })
  expect(await get('/preview/slack?zone=Mars')).toMatchObject({ status: 400 })
})

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
  return { status: response.status, body: await response.json() }
}
