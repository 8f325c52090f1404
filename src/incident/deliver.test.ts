import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqliteStore } from '../store/sqlite.ts'
import { diagnosis } from '../../test/contracts/openings.ts'
import type { Chat, Message } from './chat.ts'
import type { Thread } from './thread.ts'
import { createDeliver } from './deliver.ts'
import { Fault } from './fault.ts'
import { SILENT, UNOBSERVED } from './observe.ts'
import type { Severity } from './signal.ts'
import type { IncidentStore } from './store.ts'
import { amend } from './store.ts'

type Posted = { id: string; key: string; message: Message; parent?: string }

let folder: string
let store: IncidentStore
let clock: { now: number }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deliver-'))
  store = openSqliteStore(folder)
  clock = { now: 1_000_000 }
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A platform that keeps what it was sent; `refuse` is asked before each call, `lose` after it was taken. */
function platform() {
  const posted: Posted[] = []
  const edits: { id: string; message: Message }[] = []
  const faults: { refuse?: (verb: string) => Fault | undefined; lose?: (verb: string) => Fault | undefined } = {}
  const take = (verb: string, work: () => void) => {
    const refused = faults.refuse?.(verb)
    if (refused) throw refused
    work()
    const lost = faults.lose?.(verb)
    if (lost) throw lost
  }
  const thread = (id: string, parent?: string): Thread => ({
    chat: 'slack',
    channel: 'C1',
    id,
    ...(parent && { parent }),
  })
  const chat: Chat = {
    name: 'slack',
    paceMillis: 1_000,
    async open(key, message) {
      const id = `m${posted.length + 1}`
      take('open', () => posted.push({ id, key, message }))
      return thread(id)
    },
    async reply({ id: parent }, key, message) {
      const id = `m${posted.length + 1}`
      take('reply', () => posted.push({ id, key, message, parent }))
      return thread(id, parent)
    },
    async edit({ id }, message) {
      take('edit', () => edits.push({ id, message }))
    },
    async whisper() {},
    async find(key) {
      const found = posted.findLast(message => message.key === key)
      return found && thread(found.id, found.parent)
    },
  }
  return { chat, posted, edits, faults }
}

/** Time passes only where the worker waits, until `limit`; what the clock is set to meanwhile changes no wait. */
function worker(chat: Chat, limit = 600_000) {
  let passed = 0
  const waiting: { at: number; go: () => void }[] = []
  const deliver = createDeliver({
    store,
    chats: [chat],
    policy: () => ({ version: 1, stopped: false, roles: {}, rules: [] }),
    clock: () => clock.now,
    pause: (millis, signal) =>
      new Promise(resolve => {
        waiting.push({ at: passed + millis, go: resolve })
        signal.addEventListener('abort', () => resolve())
      }),
    log: SILENT,
    observe: UNOBSERVED,
  })
  return {
    ...deliver,
    /** Until nothing waits any more, or the limit is reached. */
    async pass() {
      for (;;) {
        await deliver.flush()
        waiting.sort((a, b) => a.at - b.at)
        const next = waiting.shift()
        if (!next || next.at > limit) return
        clock.now += next.at - passed
        passed = next.at
        next.go()
        await new Promise(resolve => setImmediate(resolve))
      }
    },
  }
}

async function opened(
  severity: Severity = 'high',
  more: Partial<Parameters<typeof diagnosis>[1]> = {},
): Promise<string> {
  const id = await store.nextId()
  const happening = { type: 'opened', key: id, reason: 'first seen' } as const
  await store.append(id, 0, clock.now, 'system', [{ ...happening, diagnosis: diagnosis(id, { severity, ...more }) }])
  return id
}

async function updated(id: string, severity: Severity): Promise<void> {
  await amend(store, id, clock.now, 'system', () => [
    { type: 'updated', reason: 'severity changed', diagnosis: diagnosis(id, { severity }) },
  ])
}

test('one message an incident, edited in place with the newest state, and in the record before it is needed', async () => {
  const { chat, posted, edits } = platform()
  const { pass, stop } = worker(chat)
  const id = await opened()
  await pass()
  for (const severity of ['medium', 'high', 'critical'] as const) await updated(id, severity)
  await pass()
  expect(posted).toMatchObject([{ key: id, message: { kind: 'incident' } }])
  expect(edits.length).toBeLessThanOrEqual(2)
  expect(edits.at(-1)).toMatchObject({ id: 'm1', message: { incident: { severity: 'critical' } } })
  expect((await store.read(id)).filter(({ happening }) => happening.type === 'posted')).toHaveLength(1)
  await stop()
})

test('taken by the platform, and the answer lost: the message is found again, not posted twice', async () => {
  const { chat, posted, faults } = platform()
  const { pass, stop } = worker(chat)
  faults.lose = () => new Fault('network', 'the connection was lost')
  const id = await opened('critical')
  await new Promise(resolve => setImmediate(resolve))
  faults.lose = undefined
  await pass()
  expect(posted).toHaveLength(1)
  expect(await store.deliveries('slack', id)).toMatchObject([{ thread: { id: 'm1' } }])
  await stop()
})

test('the process ends between sending and remembering: the next one finds the message', async () => {
  const { chat, posted } = platform()
  const id = await opened('critical')
  await store.keepDelivery({ chat: 'slack', key: id, incident: id, version: 0, sentAt: clock.now })
  posted.push({ id: 'm1', key: id, message: { kind: 'help' } })
  const { begin, pass, stop } = worker(chat)
  await begin()
  await pass()
  expect(posted).toHaveLength(1)
  await stop()
})

test('a refusal is known not to be taken: nothing is looked for, and one bad message does not hold up the others', async () => {
  const { chat, posted, faults } = platform()
  const { pass, stop } = worker(chat, 60_000)
  let refusals = 0
  faults.refuse = () => (refusals++ === 0 ? new Fault('validation', 'invalid_blocks') : undefined)
  const first = await opened('critical')
  const second = await opened('critical')
  await pass()
  expect(posted.map(({ key }) => key)).toEqual([second])
  expect(await store.deliveries('slack', first)).toEqual([])
  await stop()
})

test('a rate limit is obeyed, and the critical goes first after it', async () => {
  const { chat, posted, faults } = platform()
  const { pass, stop } = worker(chat)
  const began = clock.now
  faults.refuse = () =>
    clock.now < began + 30_000 ? new Fault('rate_limit', 'slow down', { retryAfter: 30 }) : undefined
  const low = await opened('low')
  const high = await opened('high')
  const critical = await opened('critical')
  await pass()
  expect(posted.map(({ key }) => key)).toEqual([critical, high, low])
  expect(clock.now).toBeGreaterThanOrEqual(began + 30_000)
  await stop()
})

test('a storm is one message; what is critical has its own, at once; a member that becomes critical gets one', async () => {
  const { chat, posted, edits } = platform()
  const { pass, stop } = worker(chat)
  const ids: string[] = []
  for (let i = 0; i < 300; i++) ids.push(await opened(i === 150 ? 'critical' : 'medium'))
  await pass()
  expect(posted.map(({ key }) => key)).toEqual([`digest-${ids[0]}`, ids[150]])
  const [digest] = posted
  const shown = edits.findLast(({ id }) => id === digest?.id)?.message ?? digest?.message
  expect(shown).toMatchObject({ kind: 'digest', open: { medium: 299 }, resolved: 0 })
  await updated(ids[7] ?? '', 'critical')
  await pass()
  expect(posted.map(({ key }) => key).slice(2)).toEqual([`${ids[7]}/own`])
  await stop()
})

test('somebody acts on one of a storm: it gets a message of its own, with what would change below it', async () => {
  const { chat, posted } = platform()
  const { pass, stop } = worker(chat)
  const ids: string[] = []
  for (let i = 0; i < 12; i++) ids.push(await opened('medium'))
  await pass()
  expect(posted).toHaveLength(1)
  const [id = ''] = ids
  const by = { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } as const
  const draft = { type: 'restart', target: { service: 'x' }, title: 'Restart x', reason: '', riskLevel: 'low' } as const
  const preview = { at: 1, uid: 'u', generation: 1, diff: [], pods: 1, refusals: [] }
  await amend(store, id, clock.now, by, () => [
    { type: 'proposed', remedy: `${id}-R1`, draft: { ...draft, prerequisites: [], evidence: [] } },
    { type: 'previewed', remedy: `${id}-R1`, preview },
  ])
  await pass()
  expect(posted.slice(1).map(({ key, parent }) => [key, parent])).toEqual([
    [`${id}/own`, undefined],
    [`${id}-R1`, posted[1]?.id],
  ])
  await stop()
})

test('a message that somebody deleted stays away, and nothing is tried for ever', async () => {
  const { chat, posted, faults } = platform()
  const { pass, stop } = worker(chat)
  const id = await opened('critical')
  await pass()
  const tried: string[] = []
  faults.refuse = verb => (tried.push(verb), new Fault('not_found', 'it was deleted'))
  const cause = { entity: { service: 'cart' }, score: 1, confidence: 1, reasons: [], evidence: [] }
  await amend(store, id, clock.now, 'system', () => [
    { type: 'updated', reason: 'another cause', diagnosis: diagnosis(id, { rootCauses: [cause] }) },
  ])
  await pass()
  expect([posted.length, tried]).toEqual([1, ['edit', 'reply']])
  await stop()
})

test('the process ends in the middle of a storm: the next one goes on with the same digest', async () => {
  const { chat, posted } = platform()
  const before = worker(chat)
  for (let i = 0; i < 40; i++) await opened('medium')
  await before.flush()
  await before.stop()
  expect(posted).toHaveLength(1)
  const after = worker(chat)
  await after.begin()
  for (let i = 0; i < 10; i++) await opened('medium')
  await after.pass()
  expect(posted).toHaveLength(1)
  await after.stop()
})

test('the process ends before the digest shows that all is over: the next one shows it', async () => {
  const { chat, posted, edits } = platform()
  const before = worker(chat)
  const ids: string[] = []
  for (let i = 0; i < 8; i++) ids.push(await opened('medium'))
  await before.pass()
  await before.stop()
  for (const id of ids) await amend(store, id, clock.now, 'system', () => [{ type: 'resolved', reason: 'recovered' }])
  const after = worker(chat)
  await after.begin()
  await after.pass()
  expect(posted).toHaveLength(1)
  expect(edits.at(-1)).toMatchObject({ message: { kind: 'digest', open: {}, resolved: 8 } })
  await after.stop()
})

test('what is said of one of a storm after it is over needs no message of its own', async () => {
  const { chat, posted } = platform()
  const { pass, stop } = worker(chat)
  const ids: string[] = []
  for (let i = 0; i < 8; i++) ids.push(await opened('medium'))
  await pass()
  for (const id of ids) await amend(store, id, clock.now, 'system', () => [{ type: 'resolved', reason: 'recovered' }])
  await pass()
  const by = { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } as const
  await amend(store, ids[3] ?? '', clock.now, by, () => [{ type: 'feedback', helpful: true }])
  await pass()
  expect(posted).toHaveLength(1)
  await stop()
})

test('an hour without the chat: caught up in order of importance, nothing twice', async () => {
  const { chat, posted, faults } = platform()
  const { pass, stop } = worker(chat, 2 * 3_600_000)
  const back = clock.now + 3_600_000
  faults.refuse = () => (clock.now < back ? new Fault('network', 'no answer') : undefined)
  const [medium, high] = [await opened('medium'), await opened('high')]
  await pass()
  expect(posted.map(({ key }) => key)).toEqual([high, medium])
  await stop()
})

test('what happens while its message is being posted is shown too', async () => {
  const { chat, posted, edits } = platform()
  const { pass, stop } = worker({
    ...chat,
    async open(key, message) {
      const thread = await chat.open(key, message)
      await amend(store, key, clock.now, 'system', () => [{ type: 'resolved', reason: 'recovered' }])
      return thread
    },
  })
  await opened('critical')
  await pass()
  expect(posted).toHaveLength(1)
  expect(edits).toMatchObject([{ id: 'm1', message: { incident: { phase: 'resolved' } } }])
  await stop()
})

test('what happens to a storm while its digest is being changed is shown too', async () => {
  const { chat, posted, edits } = platform()
  const ids: string[] = []
  const over = (id: string) => amend(store, id, clock.now, 'system', () => [{ type: 'resolved', reason: 'recovered' }])
  let edited = 0
  const { pass, stop } = worker({
    ...chat,
    async open(key, message) {
      const thread = await chat.open(key, message)
      await over(ids[2] ?? '')
      return thread
    },
    async edit(thread, message) {
      await chat.edit(thread, message)
      if (++edited === 1) for (const id of ids.toSpliced(2, 1)) await over(id)
    },
  })
  for (let i = 0; i < 8; i++) ids.push(await opened('medium'))
  await pass()
  expect(posted).toHaveLength(1)
  expect(edits.map(({ message }) => message)).toMatchObject([
    { kind: 'digest', open: { medium: 7 }, resolved: 1 },
    { kind: 'digest', open: {}, resolved: 8 },
  ])
  await stop()
})

test('posted, and the disk full when that is to be remembered: found again, not posted twice', async () => {
  const { chat, posted } = platform()
  const real = store
  let full = 1
  store = {
    ...real,
    async keepDelivery(delivery) {
      if (delivery.thread && full-- > 0) throw new Fault('resource', 'the disk is full')
      return real.keepDelivery(delivery)
    },
  }
  const { pass, stop } = worker(chat)
  await opened('critical')
  await pass()
  expect(posted).toHaveLength(1)
  await stop()
})

test('a store that cannot be read for a moment ends nothing: it is said later', async () => {
  const { chat, posted } = platform()
  const real = store
  let busy = 1
  store = {
    ...real,
    async load(name) {
      if (busy-- > 0) throw new Fault('resource', 'another process holds it')
      return real.load(name)
    },
  }
  const { pass, stop } = worker(chat)
  await opened('critical')
  await pass()
  expect(posted).toHaveLength(1)
  await stop()
})

test('a clock that is set back an hour silences nobody for an hour', async () => {
  const { chat, posted } = platform()
  const { flush, pass, stop } = worker(chat)
  clock.now = 3_601_000
  await opened('critical')
  await flush()
  clock.now = 1_000
  const second = await opened('critical')
  await pass()
  expect(posted.map(({ key }) => key).at(-1)).toBe(second)
  expect(clock.now).toBeLessThan(100_000)
  await stop()
})

test('muted: nothing new of the service until the mute ends, but the critical is heard', async () => {
  const { chat, posted } = platform()
  const { pass, stop } = worker(chat)
  const until = clock.now + 120_000
  const mute = { service: 'checkout', until, by: { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } }
  await store.save('mutes', Buffer.from(JSON.stringify([mute])))
  const quiet = await opened('high')
  const loud = await opened('critical')
  await pass()
  expect(posted.map(({ key }) => key)).toEqual([loud, quiet])
  expect(clock.now).toBeGreaterThanOrEqual(until)
  await stop()
})
