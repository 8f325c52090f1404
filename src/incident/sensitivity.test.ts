import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import type { Finding, FindingKind } from './finding.ts'
import { open } from './follow.ts'
import type { Complaint } from './incident.ts'
import {
  decideSensitivity,
  groupOf,
  lowerSensitivity,
  proposalFor,
  readRaised,
  readSensitivity,
} from './sensitivity.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { timeline } from './timeline.ts'

const ana = { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } as const
const DAY = 86_400_000

let folder: string
let store: IncidentStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sensitivity-'))
  store = openSqliteStore(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

function finding(kind: FindingKind, group: string, title: string, strength = 2): Finding {
  const entity = { service: 'checkout' }
  const seen = { since: 0, seen: 0, score: 1, confidence: 1, strength, signals: [] }
  return { id: `${kind}|${group}`, kind, entity, severity: 'high', title, ...seen }
}

const latency = finding('slo', 'grafana|checkout|latency', 'checkout latency 4.1 s (usually 0.3 s)')

/** One that somebody says was not helpful, at that moment. */
async function noise(at: number, of = latency, why?: Complaint) {
  const id = await store.nextId()
  await store.append(id, 0, at, 'system', open(id, diagnosis(id, { findings: [of] }), []))
  return amend(store, id, at, ana, () => [{ type: 'feedback', helpful: false, ...(why && { why }) }])
}

test('a group is what was measured and tells most, by the name people use', () => {
  const cpu = finding('resource', 'grafana|node|cpu', 'node cpu 98 % (usually 40 %)', 50)
  const state = finding('state', 'x', 'crash-loops', 99)
  expect(groupOf({ findings: [cpu, state, latency] })).toEqual({
    group: 'grafana|checkout|latency',
    name: 'checkout latency',
  })
  expect(groupOf({ findings: [state] })).toBeUndefined()
})

test('the third that was not helpful within a month asks; a wrong cause, another group or one long ago does not count', async () => {
  await noise(DAY)
  await noise(40 * DAY, latency, 'wrong cause')
  await noise(41 * DAY, finding('slo', 'grafana|cart|latency', 'cart latency 2 s'))
  await noise(42 * DAY, latency, 'not an incident')
  expect(await proposalFor(store, await noise(43 * DAY), 43 * DAY)).toBeUndefined()
  expect(await proposalFor(store, await noise(44 * DAY), 44 * DAY)).toEqual({
    group: 'grafana|checkout|latency',
    name: 'checkout latency',
    count: 3,
  })
  expect(await readSensitivity(store)).toEqual({})
})

async function proposed(at: number) {
  let incident = await noise(at)
  for (let i = 0; i < 2; i++) incident = await noise(at + i + 1)
  const proposal = await proposalFor(store, incident, at + 3)
  if (!proposal) throw new Error('nothing is proposed')
  return amend(store, incident.id, at + 3, 'system', () => [{ type: 'threshold proposed', proposal }])
}

test('only a press raises it; it is in the record and in the list; what was raised is put back', async () => {
  const { id } = await proposed(DAY)
  await decideSensitivity(store, { kind: 'raise', incident: id }, ana, 2 * DAY)
  expect(await readSensitivity(store)).toEqual({ 'grafana|checkout|latency': 1.5 })
  expect(await readRaised(store)).toMatchObject([{ name: 'checkout latency', factor: 1.5, incident: id, by: ana }])
  await expect(decideSensitivity(store, { kind: 'raise', incident: id }, ana, 2 * DAY)).rejects.toMatchObject({
    code: 'validation',
  })
  await lowerSensitivity(store, id, ana, 3 * DAY)
  expect(await readSensitivity(store)).toEqual({})
  await expect(lowerSensitivity(store, id, ana, 3 * DAY)).rejects.toMatchObject({ code: 'not_found' })
  const said = timeline(await store.read(id)).map(({ text }) => text)
  expect(said.slice(-3)).toEqual([
    'Proposed: raise the threshold of checkout latency by half; 3 incidents of it were not helpful.',
    'Ana raised the threshold of checkout latency to 1.5×.',
    'Ana put the threshold of checkout latency back.',
  ])
})

test('once it was decided it is asked again only after three more; what is raised thrice is raised no more', async () => {
  const left = await proposed(DAY)
  await decideSensitivity(store, { kind: 'leave', incident: left.id }, ana, 2 * DAY)
  expect(await readSensitivity(store)).toEqual({})
  expect(await readRaised(store)).toEqual([])
  expect(await proposalFor(store, await noise(3 * DAY), 3 * DAY)).toBeUndefined()
  for (let round = 1; round <= 3; round++) {
    const { id } = await proposed((3 + round) * DAY)
    await decideSensitivity(store, { kind: 'raise', incident: id }, ana, (3 + round) * DAY + 10)
  }
  expect(await readSensitivity(store)).toEqual({ 'grafana|checkout|latency': 1.5 ** 3 })
  for (let i = 0; i < 3; i++) await noise(8 * DAY + i)
  expect(await proposalFor(store, await noise(9 * DAY), 9 * DAY)).toBeUndefined()
  expect((await readIncident(store, left.id)).proposal).toBeUndefined()
})
