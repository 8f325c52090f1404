import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { follow, forgotten, proposal } from './follow.ts'
import type { RemedyDraft } from './remedy.ts'
import { declare, merge, split } from './reshape.ts'
import type { Signal } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { timeline } from './timeline.ts'

const ana = { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } as const
let folder: string
let store: IncidentStore
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reshape-'))
  store = openSqliteStore(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const signal = (id: string, service = 'checkout'): Signal => ({
  id,
  kind: 'event',
  source: 'kubernetes',
  entity: { service },
  at: 500,
  severity: 'high',
  labels: {},
  writer: 'system',
  text: 'something',
  count: 1,
})

const DONE = { result: 'applied', generation: 2, detail: 'restarted' } as const
const RESTART: RemedyDraft = {
  type: 'restart',
  target: { service: 'checkout' },
  title: 'Restart checkout',
  reason: 'it hangs',
  riskLevel: 'low',
  prerequisites: [],
  evidence: [],
}

async function opened(signals: Signal[] = [], services = ['checkout']): Promise<string> {
  const id = await store.nextId()
  const happening = { type: 'opened', key: id, reason: 'first seen' } as const
  await store.append(id, 0, 1_000, 'system', [{ ...happening, diagnosis: diagnosis(id, { signals, services }) }])
  return id
}

test('declared: open in a person’s words, and closed by nobody but a person', async () => {
  const wanted = { kind: 'declare', title: 'Customers cannot pay', severity: 'critical', service: 'payments' } as const
  const incident = await declare(store, wanted, ana, 2_000)
  expect(incident).toMatchObject({ phase: 'open', severity: 'critical', services: ['payments'], declaredBy: ana })
  expect(forgotten(incident)).toEqual([])
})

test('split: the signals leave for an incident of their own, and later news do not bring them back', async () => {
  const [a, b, c] = [signal('a'), signal('b', 'cart'), signal('c', 'cart')]
  const id = await opened([a, b, c])
  const other = await split(store, { kind: 'split', incident: id, signals: ['b', 'c', 'unknown'] }, ana, 2_000)
  expect(other).toMatchObject({ services: ['cart'], signals: [{ id: 'b' }, { id: 'c' }], declaredBy: ana })
  const left = await readIncident(store, id)
  expect(left.signals.map(({ id: known }) => known)).toEqual(['a'])
  const again = diagnosis(id, { signals: [b], severity: 'critical' })
  const after = await amend(store, id, 3_000, 'system', now => follow(now, again, 3_000))
  expect(after.signals.map(({ id: known }) => known)).toEqual(['a'])
  await expect(split(store, { kind: 'split', incident: id, signals: ['a'] }, ana, 4_000)).rejects.toThrow(/all signals/)
  await expect(split(store, { kind: 'split', incident: id, signals: ['b'] }, ana, 4_000)).rejects.toThrow(
    /None of these/,
  )
})

test('merged: one goes on with the signals and services of both; said again it changes nothing', async () => {
  const from = await opened([signal('a')], ['cart'])
  const into = await opened([signal('b')], ['checkout'])
  const wanted = { kind: 'merge', incident: from, into } as const
  for (const at of [2_000, 3_000]) {
    const incident = await merge(store, wanted, ana, at)
    expect(incident.signals.map(({ id }) => id).sort()).toEqual(['a', 'b'])
    expect(incident.services).toEqual(['checkout', 'cart'])
  }
  expect(await readIncident(store, from)).toMatchObject({ phase: 'resolved', mergedInto: into })
  expect(timeline(await store.read(from)).at(-2)?.text).toBe(`Merged into ${into} by Ana.`)
  const next = diagnosis(into, { severity: 'low', services: ['checkout'] })
  const after = await amend(store, into, 4_000, 'system', now => follow(now, next, 4_000))
  expect(after.services).toEqual(['checkout', 'cart'])
  await expect(merge(store, { ...wanted, into: from }, ana, 5_000)).rejects.toThrow(/itself/)
  await expect(merge(store, { kind: 'merge', incident: into, into: from }, ana, 5_000)).rejects.toThrow(/resolved/)
})

test.each([
  ['on its way', 'it is being carried out', []],
  ['being verified', 'it is not known yet whether it helps', [{ type: 'applied', remedy: 'INC-1-R1', outcome: DONE }]],
] as const)('one with a remedy %s does not end in another', async (_stands, why, more) => {
  const from = await opened([signal('a')])
  const into = await opened([signal('b')])
  const approved = { type: 'approved', remedy: 'INC-1-R1', have: 1, need: 1, sealed: 's', expiresAt: 9_000 } as const
  await amend(store, from, 1_500, ana, () => [proposal(from, 1, RESTART), approved, ...more])
  const wanted = { kind: 'merge', incident: from, into } as const
  await expect(merge(store, wanted, ana, 2_000)).rejects.toThrow(`INC-1-R1 was approved, and ${why}`)
  expect((await readIncident(store, into)).absorbed).toEqual([])
  await merge(store, { kind: 'merge', incident: into, into: from }, ana, 3_000)
  expect((await readIncident(store, from)).signals).toHaveLength(2)
})

test('merged both ways at once: one of the two goes on, and holds the signals of both', async () => {
  const [a, b] = [await opened([signal('a')]), await opened([signal('b')])]
  const ways = [
    { kind: 'merge', incident: a, into: b },
    { kind: 'merge', incident: b, into: a },
  ] as const
  const ended = await Promise.allSettled(ways.map(way => merge(store, way, ana, 2_000)))
  expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const open = await store.list({ open: true })
  expect(open).toHaveLength(1)
  expect((await readIncident(store, open[0] ?? '')).signals.map(({ id }) => id).sort()).toEqual(['a', 'b'])
})

test('split twice at once, or killed half-way and said again: the signals go to one incident', async () => {
  const id = await opened([signal('a'), signal('b', 'cart')])
  const wanted = { kind: 'split' as const, incident: id, signals: ['b'] }
  const both = await Promise.allSettled([split(store, wanted, ana, 2_000), split(store, wanted, ana, 2_000)])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await store.list()).toHaveLength(2)

  const other = await opened([signal('a'), signal('b', 'cart')])
  const killed: IncidentStore = {
    ...store,
    async append(...given) {
      if (given[4].some(({ type }) => type === 'opened')) throw new Error('killed')
      return store.append(...given)
    },
  }
  await expect(split(killed, { ...wanted, incident: other }, ana, 3_000)).rejects.toThrow('killed')
  expect(await split(store, { ...wanted, incident: other }, ana, 4_000)).toMatchObject({ signals: [{ id: 'b' }] })
  expect((await readIncident(store, other)).signals).toMatchObject([{ id: 'a' }])
})
