import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Form } from '#cards/form.ts'
import { SILENT } from '#incident/observe.ts'
import type { IncidentStore } from '#incident/store.ts'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { refusal } from './faults.ts'
import { formsRouter } from './forms.ts'

const signal = {
  id: 'a',
  kind: 'event',
  source: 'kubernetes',
  entity: { service: 'checkout' },
  at: Date.parse('2026-11-20T10:00:00Z'),
  severity: 'high',
  labels: {},
  writer: 'system',
  text: 'Back-off restarting failed container',
  count: 1,
} as const

let folder: string
let store: IncidentStore
let server: Server
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'forms-'))
  store = openSqliteStore(folder)
  for (const id of ['INC-1', 'INC-2']) {
    const seen = { diagnosis: diagnosis(id, { signals: [signal] }), reason: 'first seen' } as const
    await store.append(id, 0, 1, 'system', [{ type: 'opened', key: id, ...seen }])
  }
  const app = express()
    .use(formsRouter({ store, clock: () => signal.at }))
    .use(refusal(SILENT))
  server = app.listen(0, '127.0.0.1')
  await new Promise(listening => server.once('listening', listening))
})
afterAll(async () => {
  server.close()
  await store.close()
  rmSync(folder, { recursive: true })
})

async function asked(path: string): Promise<Form & { message?: string }> {
  const { port } = server.address() as AddressInfo
  return (await (await fetch(`http://127.0.0.1:${port}/forms/${path}`)).json()) as Form
}

test('each form is the one the chats draw, in the zone of its reader', async () => {
  expect(await asked('deny?about=INC-1-R1')).toMatchObject({
    about: 'INC-1-R1',
    fields: [{ name: 'reason', longest: 500 }],
  })
  expect((await asked('declare')).fields.map(({ name }) => name)).toEqual(['title', 'service', 'severity'])
  expect(await asked('merge?about=INC-1')).toMatchObject({ fields: [{ name: 'into', choices: [{ value: 'INC-2' }] }] })
  const split = await asked('split?about=INC-1&zone=Europe/Berlin')
  expect(split).toMatchObject({ fields: [{ name: 'signals', choices: [{ value: 'a' }] }] })
  expect(JSON.stringify(split)).toContain('11:00')
})

test('what is no form, and an incident nobody knows, are said', async () => {
  expect((await asked('close?about=INC-1')).message).toContain('form: ')
  expect((await asked('split?about=INC-9')).message).toContain('There is no incident INC-9')
})
