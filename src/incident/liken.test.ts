import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { open } from './follow.ts'
import { createLiken } from './liken.ts'
import type { Diagnosis } from './incident.ts'
import type { Happening } from './record.ts'
import type { RemedyDraft } from './remedy.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'

const minute = 60_000
const day = 86_400_000
const checkout = { namespace: 'shop', kind: 'Deployment', name: 'checkout', service: 'checkout' }
const rollback: RemedyDraft = {
  type: 'rollback',
  target: checkout,
  title: 'Roll back checkout to v1',
  reason: '',
  riskLevel: 'low',
  prerequisites: [],
  evidence: [],
}

let folder: string
let store: IncidentStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liken-'))
  store = openSqliteStore(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function opened(at: number, entity = checkout, fault = 'CrashLoopBackOff', more: Partial<Diagnosis> = {}) {
  const id = await store.nextId()
  const rootCauses = [{ entity, fault, score: 1, confidence: 0.9, reasons: [], evidence: [] }]
  const services = [entity.service]
  const trouble = diagnosis(id, { onset: at, rootCauses, services, remedies: [rollback], ...more })
  await store.append(id, 0, at, 'system', open(id, trouble, []))
  return id
}

async function ended(id: string, at: number, ...before: Happening[]) {
  const last: Happening = { type: 'resolved', reason: before.length > 0 ? 'recovered after a remedy' : 'recovered' }
  await amend(store, id, at, 'system', () => before)
  await amend(store, id, at + 4 * minute, 'system', () => [last])
}

function appliedTo(id: string): Happening[] {
  const outcome = { result: 'applied', generation: 2, detail: 'rolled back' } as const
  return [
    { type: 'applied', remedy: `${id}-R1`, outcome },
    { type: 'verified', remedy: `${id}-R1`, reason: 'well again' },
  ]
}

test('the latest of those most alike, with what helped and how soon; in the record after it was opened', async () => {
  const earlier = await opened(day)
  await ended(earlier, day + 10 * minute)
  const latest = await opened(2 * day)
  await ended(latest, 2 * day + 10 * minute, ...appliedTo(latest))
  const other = await opened(3 * day, { ...checkout, name: 'cart', service: 'cart' })
  await ended(other, 3 * day + minute)

  const liken = createLiken(store) // a process that begins now knows of them by the record
  const id = await opened(5 * day)
  expect((await readIncident(store, id)).like).toBeUndefined()
  await liken.tell(5 * day)
  expect((await readIncident(store, id)).like).toMatchObject({
    incident: latest,
    openedAt: 2 * day,
    isSame: true,
    shared: ['cause checkout', 'fault CrashLoopBackOff', 'services checkout'],
    helped: { title: 'Roll back checkout to v1', afterMillis: 4 * minute },
  })
  liken.close()
})

test('the same service with another fault is not like it enough; of another object of that name it is not the same', async () => {
  const liken = createLiken(store)
  await ended(await opened(day, checkout, 'OOMKilled', { services: ['a', 'b', 'checkout'] }), day + minute)
  const alone = await opened(2 * day)
  await liken.tell(2 * day)
  expect((await readIncident(store, alone)).like).toBeUndefined()

  await ended(alone, 2 * day + minute)
  const elsewhere = await opened(3 * day, { ...checkout, namespace: 'staging' })
  await liken.tell(3 * day)
  expect((await readIncident(store, elsewhere)).like).toMatchObject({ incident: alone, isSame: false })
  liken.close()
})

test('one that changes its cause is compared again', async () => {
  const liken = createLiken(store)
  const past = await opened(day)
  await ended(past, day + minute)
  const id = await opened(2 * day, { ...checkout, name: 'cart', service: 'cart' })
  await liken.tell(2 * day)
  expect((await readIncident(store, id)).like).toBeUndefined()
  const rootCauses = [
    { entity: checkout, fault: 'CrashLoopBackOff', score: 1, confidence: 1, reasons: [], evidence: [] },
  ]
  const changed = diagnosis(id, { rootCauses, services: ['cart'] })
  await amend(store, id, 2 * day, 'system', () => [{ type: 'updated', reason: 'another cause', diagnosis: changed }])
  await liken.tell(2 * day + minute)
  expect((await readIncident(store, id)).like).toMatchObject({ incident: past })
  liken.close()
})
