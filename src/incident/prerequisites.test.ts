import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { open } from './follow.ts'
import { withRecord } from './prerequisites.ts'
import type { Preview, RemedyDraft } from './remedy.ts'
import { readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'

const checkout = { namespace: 'shop', kind: 'Deployment', name: 'checkout', service: 'checkout' }
const rollback: RemedyDraft = {
  type: 'rollback',
  target: checkout,
  call: { server: 'kubernetes', tool: 'rollback_workload', arguments: { namespace: 'shop', name: 'checkout' } },
  title: 'Roll back checkout',
  reason: 'v2.31 crashes',
  riskLevel: 'low',
  prerequisites: [],
  evidence: [],
}
const hour = 3_600_000
const seen: Preview = { at: 1, uid: 'u1', generation: 3, diff: [], pods: 2, refusals: [] }
const formerly: Preview = { ...seen, former: { from: 10 * hour, to: 20 * hour } }

let folder: string
let store: IncidentStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prerequisites-'))
  store = openSqliteStore(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function opened(id: string, at: number, cause = checkout) {
  const rootCauses = [{ entity: cause, score: 1, confidence: 0.9, reasons: [], evidence: [] }]
  const trouble = diagnosis(id, { onset: at, rootCauses, remedies: [rollback] })
  await store.append(id, 0, at, 'system', open(id, trouble, []))
}

async function looked(preview: Preview) {
  const [remedy] = (await readIncident(store, 'INC-9')).remedies
  if (!remedy) throw new Error('no remedy')
  return withRecord(store, remedy, preview)
}

const approved = { type: 'approved', have: 1, need: 1, sealed: 's', actionId: 'a', expiresAt: 99 * hour } as const

test('another remedy being carried out on the same object refuses; one of another object does not', async () => {
  await opened('INC-9', 21 * hour)
  expect(await looked(seen)).toMatchObject({ refusals: [], checked: [{ holds: true, saw: 'none is' }] })
  await opened('INC-8', 20 * hour)
  const { version } = await readIncident(store, 'INC-8')
  const by = { chat: 'web', user: 'ana', name: 'Ana' } as const
  await store.append('INC-8', version, 21 * hour, by, [{ ...approved, remedy: 'INC-8-R1' }])
  expect(await looked(seen)).toMatchObject({
    refusals: [expect.stringContaining('INC-8-R1 is being carried out')],
    checked: [{ what: 'no other remedy is under way on it', holds: false }],
  })
})

test('whether the former version ran without an incident of its own is told by the record', async () => {
  const clean = async () => (await looked(formerly)).checked?.find(({ what }) => what.startsWith('it ran without'))
  await opened('INC-9', 21 * hour)
  expect(await clean()).not.toHaveProperty('holds')
  await opened('INC-1', 5 * hour, { ...checkout, name: 'cart', service: 'cart' })
  await opened('INC-2', 12 * hour, { ...checkout, name: 'cart', service: 'cart' })
  const others = await clean()
  await opened('INC-3', 12 * hour)
  expect(await clean()).toMatchObject({ holds: false, saw: 'INC-3 named checkout as the cause then' })
  expect(others?.holds ?? true).toBe(true)
})
