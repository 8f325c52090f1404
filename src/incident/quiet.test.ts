// Maintenance through the whole way: what is written into the record at each look, and what a chat is told of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { createBacklog } from './backlog.ts'
import { open } from './follow.ts'
import type { Maintenance } from './maintenance.ts'
import { quieten, quietOf } from './quiet.ts'
import type { Quietening } from './quiet.ts'
import type { Severity } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'

const HOUR = 3_600_000
const window: Maintenance = {
  name: 'db',
  reason: 'upgrade',
  services: ['orders-db'],
  when: { from: 10 * HOUR, until: 12 * HOUR },
}
const quietening: Quietening = { maintenance: [window], known: [] }

let folder: string
let store: IncidentStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quiet-'))
  store = openSqliteStore(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

function listening() {
  const backlog = createBacklog('slack', 1_000)
  store.listen(entry => backlog.hear(entry))
  return backlog
}

async function opened(id: string, at: number, service: string, severity: Severity) {
  const trouble = diagnosis(id, { services: [service], severity })
  const quiet = quietOf(trouble, quietening, at)
  const happenings = open(id, trouble, [])
  await store.append(id, 0, at, 'system', quiet ? [...happenings, { type: 'quieted', quiet }] : happenings)
}

test('in maintenance nothing is said, critical or not; what is not covered is; what is still wrong at the end is said then', async () => {
  const backlog = listening()
  await opened('INC-1', 11 * HOUR, 'orders-db', 'critical')
  await opened('INC-2', 11 * HOUR, 'checkout', 'high')
  expect(backlog.next(11 * HOUR + 2_000, [])).toEqual({ kind: 'incident', incident: 'INC-2' })
  backlog.told('INC-2', 1, { chat: 'slack', channel: 'C', id: 'm' })
  expect(backlog.next(11 * HOUR + 2_000, [])).toEqual({ at: 12 * HOUR })
  expect(backlog.next(12 * HOUR, [])).toEqual({ kind: 'incident', incident: 'INC-1' })

  const over = await amend(store, 'INC-1', 12 * HOUR, 'system', now => quieten(now, now, quietening, 12 * HOUR))
  expect(over.quiet).toBeUndefined()
  expect((await store.read('INC-1')).at(-1)?.happening).toEqual({ type: 'heard', was: 'maintenance', isOver: true })
  expect(await amend(store, 'INC-1', 12 * HOUR, 'system', now => quieten(now, now, quietening, 12 * HOUR))).toEqual(
    over,
  )
})

test('what is over before the maintenance ends was never said', async () => {
  const backlog = listening()
  await opened('INC-1', 11 * HOUR, 'orders-db', 'high')
  await amend(store, 'INC-1', 11 * HOUR, 'system', () => [{ type: 'resolved', reason: 'recovered' }])
  expect(backlog.next(11 * HOUR + 60_000, [])).toBeUndefined()
})

test('one that was open before is marked when the maintenance begins, and heard when it spreads beyond it', async () => {
  await opened('INC-1', 9 * HOUR, 'orders-db', 'high')
  const marked = await amend(store, 'INC-1', 10 * HOUR, 'system', now => quieten(now, now, quietening, 10 * HOUR))
  expect(marked.quiet).toMatchObject({ name: 'db', until: 12 * HOUR })
  const spread = { ...marked, services: ['orders-db', 'checkout'] }
  expect(quieten(marked, spread, quietening, 11 * HOUR)).toEqual([{ type: 'heard', was: 'maintenance', isOver: false }])
  expect((await readIncident(store, 'INC-1')).quiet).toBeDefined()
})
