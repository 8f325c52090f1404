import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { follow, open } from './follow.ts'
import type { Diagnosis } from './incident.ts'
import { knownAs, markKnown, readKnown, removeKnown } from './known.ts'
import { quieten, quietOf } from './quiet.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { timeline } from './timeline.ts'

const ana = { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } as const
const DAY = 86_400_000
const entity = { namespace: 'shop', kind: 'Deployment', name: 'mailer', service: 'mailer' }

let folder: string
let store: IncidentStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'known-'))
  store = openSqliteStore(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

function trouble(key: string, more: Partial<Diagnosis> = {}): Diagnosis {
  const rootCauses = [{ entity, fault: 'OOMKilled', score: 1, confidence: 0.9, reasons: [], evidence: [] }]
  return diagnosis(key, { services: ['mailer'], severity: 'medium', rootCauses, ...more })
}

async function marked(millis?: number) {
  await store.append('INC-1', 0, 1, 'system', open('INC-1', trouble('a'), []))
  const wish = { kind: 'known', incident: 'INC-1', reason: 'leaks', ticket: 'https://t.example/7' } as const
  await markKnown(store, { ...wish, ...(millis !== undefined && { millis }) }, ana, 10)
}

test('the same trouble again is known, unless it is worse or hurts others; another fault or object is not', async () => {
  await marked()
  const known = await readKnown(store, DAY)
  const isKnown = (more: Partial<Diagnosis>) => knownAs(trouble('b', more), known) !== undefined
  expect(isKnown({})).toBe(true)
  expect(isKnown({ severity: 'low' })).toBe(true)
  expect(isKnown({ severity: 'high' })).toBe(false)
  expect(isKnown({ services: ['mailer', 'checkout'] })).toBe(false)
  const [cause] = trouble('b').rootCauses
  expect(isKnown({ rootCauses: [{ ...cause!, fault: 'CrashLoopBackOff' }] })).toBe(false)
  expect(isKnown({ rootCauses: [{ ...cause!, entity: { ...entity, namespace: 'staging' } }] })).toBe(false)
  expect(isKnown({ rootCauses: [] })).toBe(false)
})

test('it is recorded with what it is known as; it is said when it becomes worse', async () => {
  await marked()
  const quietening = { maintenance: [], known: await readKnown(store, DAY) }
  expect(quietOf(trouble('b'), quietening, DAY)).toEqual({
    because: 'known',
    incident: 'INC-1',
    reason: 'leaks',
    ticket: 'https://t.example/7',
  })
  const quiet = quietOf(trouble('b'), quietening, DAY)!
  await store.append('INC-2', 0, DAY, 'system', [...open('INC-2', trouble('b'), []), { type: 'quieted', quiet }])
  const worse = trouble('b', { severity: 'critical' })
  await amend(store, 'INC-2', DAY, 'system', now => [
    ...follow(now, worse, DAY),
    ...quieten(now, worse, quietening, DAY),
  ])
  expect((await readIncident(store, 'INC-2')).quiet).toBeUndefined()
  expect(timeline(await store.read('INC-2')).at(-1)?.text).toBe('It is worse than what is known: said now.')
})

test('it holds for as long as was said, or until it is taken back; both are in the record', async () => {
  await marked(DAY)
  expect(await readKnown(store, 10 + DAY - 1)).toHaveLength(1)
  expect(await readKnown(store, 10 + DAY)).toEqual([])
  expect(await readIncident(store, 'INC-1')).toMatchObject({ known: { by: ana, reason: 'leaks', until: 10 + DAY } })
  await removeKnown(store, 'INC-1')
  expect(await readKnown(store, 20)).toEqual([])
  expect(timeline(await store.read('INC-1')).at(-1)).toMatchObject({
    text: 'Marked as known by Ana: leaks (https://t.example/7).',
  })
})

test('what has no cause yet could not be told again', async () => {
  await store.append('INC-1', 0, 1, 'system', open('INC-1', trouble('a', { rootCauses: [] }), []))
  const wish = { kind: 'known', incident: 'INC-1', reason: 'leaks' } as const
  await expect(markKnown(store, wish, ana, 10)).rejects.toMatchObject({ code: 'validation' })
  expect(await readKnown(store, 20)).toEqual([])
})
