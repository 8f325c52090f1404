import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { againOf, nth, sayAgain } from './again.ts'
import type { Again } from './again.ts'
import { createBacklog } from './backlog.ts'
import type { Chat, Message } from './chat.ts'
import { createDeliver } from './deliver.ts'
import type { Ended } from './ended.ts'
import { open } from './follow.ts'
import { SILENT, UNOBSERVED } from './observe.ts'
import type { Severity } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'

const MINUTE = 60_000
const cause = { entity: { service: 'checkout' }, fault: 'crash', score: 1, confidence: 1, reasons: [], evidence: [] }
const crash = diagnosis('k', { rootCauses: [cause] })

function ended(id: string, resolvedAt: number, more: Partial<Ended> = {}): Ended {
  const { findings, rootCauses } = crash
  return { id, key: id, findings, rootCauses, resolvedAt, resolvedBecause: 'recovered', mergedInto: undefined, ...more }
}

test('how often within a day; soon after it recovered its message goes on, and not after a person closed it', () => {
  expect(againOf(crash, [], 100 * MINUTE)).toBeUndefined()
  const other = ended('INC-9', 1, { rootCauses: [{ ...cause, fault: 'slow' }] })
  expect(againOf(crash, [other], 100 * MINUTE)).toBeUndefined()
  const before = [ended('INC-1', 10 * MINUTE), ended('INC-2', 80 * MINUTE), other]
  expect(againOf(crash, before, 100 * MINUTE)).toEqual({ times: 3, continues: 'INC-2' })
  expect(againOf(crash, before, 111 * MINUTE)).toEqual({ times: 3 })
  const byPerson = [ended('INC-1', 90 * MINUTE, { resolvedBecause: 'resolved by a person' })]
  expect(againOf(crash, byPerson, 100 * MINUTE)).toEqual({ times: 2 })
})

test('flapping is said once', () => {
  const said = (times: number) => sayAgain({ times, continues: 'INC-1' }, 'checkout fails.')
  expect(said(2)).toBe('Back again, for the second time in 24 h: checkout fails.')
  expect(said(4)).toMatch(/^Flapping: here for the fourth time/)
  expect([said(5), said(50), sayAgain({ times: 2 }, 'checkout fails.')]).toEqual([undefined, undefined, undefined])
  expect([nth(11), nth(21), nth(102), nth(113)]).toEqual(['11th', '21st', '102nd', '113th'])
})

let folder: string
let store: IncidentStore
let now: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'again-'))
  store = openSqliteStore(folder)
  now = 1_000_000
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

function platform() {
  const posted: { id: string; key: string; parent?: string; message: Message }[] = []
  const shown = new Map<string, string>() // message -> the incident it shows
  const keep = (key: string, message: Message, parent?: string) => {
    const id = `m${posted.length + 1}`
    posted.push({ id, key, message, ...(parent && { parent }) })
    if (message.kind === 'incident') shown.set(id, message.incident.id)
    return { chat: 'slack' as const, channel: 'C', id, ...(parent && { parent }) }
  }
  const chat: Chat = {
    name: 'slack',
    paceMillis: 0,
    open: async (key, message) => keep(key, message),
    reply: async ({ id }, key, message) => keep(key, message, id),
    async edit({ id }, message) {
      if (message.kind === 'incident') shown.set(id, message.incident.id)
    },
    async whisper() {},
    find: async () => undefined,
  }
  const deliver = createDeliver({
    store,
    chats: [chat],
    policy: () => ({ version: 1, stopped: false, roles: {}, rules: [] }),
    clock: () => now,
    pause: () => new Promise(() => undefined),
    log: SILENT,
    observe: UNOBSERVED,
  })
  return { posted, shown, deliver }
}

async function opened(id: string, again?: Again, severity: Severity = 'high') {
  await store.append(id, 0, now, 'system', open(id, { ...crash, severity }, [], again))
  if (again?.continues) await amend(store, again.continues, now, 'system', () => [{ type: 'continued', in: id }])
}

const resolve = (id: string) => amend(store, id, now, 'system', () => [{ type: 'resolved', reason: 'recovered' }])

test('one message goes on through every return, with one word below each until it flaps; presses there are about the newest', async () => {
  const { posted, shown, deliver } = platform()
  await deliver.begin()
  await opened('INC-1')
  await deliver.flush()
  for (let times = 2; times <= 6; times++) {
    await resolve(`INC-${times - 1}`)
    await deliver.flush()
    now += MINUTE
    await opened(`INC-${times}`, { times, continues: `INC-${times - 1}` })
    await deliver.flush()
  }
  expect(posted.filter(({ parent }) => parent === undefined)).toHaveLength(1)
  expect(posted.filter(({ parent }) => parent === 'm1')).toHaveLength(3)
  expect(shown.get('m1')).toBe('INC-6')
  expect(await store.deliveredAs('slack', 'C', 'm1')).toMatchObject({ incident: 'INC-6' })

  const by = { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } as const
  await amend(store, 'INC-2', now, by, () => [{ type: 'feedback', helpful: true }])
  await deliver.flush()
  expect(shown.get('m1')).toBe('INC-6')
  expect((await readIncident(store, 'INC-2')).continuedIn).toBe('INC-3')
  await deliver.stop()
})

test('what is low and over soon is said to nobody; what lasts is; what is high, or opened by a person, at once', async () => {
  const backlog = createBacklog('slack', 1_000)
  store.listen(entry => backlog.hear(entry))
  await opened('INC-1', undefined, 'low')
  await opened('INC-2', undefined, 'medium')
  expect(backlog.next(now + 10_000, [])).toEqual({ at: now + 2 * MINUTE })
  await resolve('INC-1')
  expect(backlog.next(now + 2 * MINUTE, [])).toEqual({ kind: 'incident', incident: 'INC-2' })
  backlog.told('INC-2', 1, { chat: 'slack', channel: 'C', id: 'm' })
  expect(backlog.next(now + 10 * MINUTE, [])).toBeUndefined()
  const by = { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } as const
  await store.append('INC-3', 0, now, by, open('INC-3', { ...crash, severity: 'low' }, []))
  expect(backlog.next(now + 1_000, [])).toEqual({ kind: 'incident', incident: 'INC-3' })
})
