import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecording } from '../../simulator/read-recording.ts'
import { applications } from './applications.ts'
import { CASES, planOf, syntheticCases } from './cases.ts'
import { faults } from './faults/index.ts'
import { MINUTE, propagate, STEP } from './propagate.ts'
import type { Bend, Stretch } from './propagate.ts'
import { tell } from './tell.ts'
import { truthOf } from './truth.ts'
import { writeRecording } from '../write-recording.ts'

const start = Date.parse('2026-04-14T08:00:00Z')
const stretch: Stretch = {
  start,
  end: start + 60 * MINUTE,
  steps: Array.from({ length: 121 }, (_, i) => start + i * STEP),
  seed: 1,
}
const clinic = applications.find(({ name }) => name === 'clinic')!
const at = 60
const during = { from: start + 20 * MINUTE, until: start + 40 * MINUTE }

function runWith(...bends: Bend[]) {
  return propagate(clinic, stretch, bends)
}

test('a callee that fails fails its callers, not those it calls nor those that have nothing to do with it', () => {
  const run = runWith({ part: 'records', ...during, failing: 0.5 })
  const failing = (part: string, step = at) => run.ofPart(part, step).failing
  expect(failing('records')).toBeGreaterThan(0.4)
  expect(failing('partners')).toBeGreaterThan(0.3)
  expect(failing('records-db')).toBeLessThan(0.01)
  expect(failing('booking')).toBeLessThan(0.01)
  expect(failing('records', 30)).toBeLessThan(0.01)
  expect(failing('records', 100)).toBeLessThan(0.01)
})

test('a caller that can do without is slowed by its callee and does not fail, and one that remembers feels it later', () => {
  const late = runWith({ part: 'reminders', ...during, failing: 1 })
  expect(late.ofPart('booking', at).failing).toBeLessThan(0.01)
  const held = runWith({ part: 'auth', ...during, failing: 1 })
  expect(held.ofPart('portal', 41).failing).toBeLessThan(0.01)
  expect(held.ofPart('portal', 46).failing).toBeGreaterThan(0.9)
})

test('nobody waits longer than the timeout, and what would has failed', () => {
  const run = runWith({ part: 'records-db', ...during, slower: 2000 })
  const edge = {
    client: 'records',
    server: 'records-db',
    call: clinic.parts.find(({ name }) => name === 'records')!.calls[0]!,
  }
  expect(run.ofEdge(edge, at).p50).toBeLessThanOrEqual(2)
  expect(run.ofEdge(edge, at).failing).toBeGreaterThan(0.9)
})

test('what is written down holds nothing of the truth and reads back as it was', async () => {
  const told = tell(planOf('within', 201))
  const folder = mkdtempSync(join(tmpdir(), 'synthetic-'))
  await writeRecording(told.recording, folder)
  const read = await readRecording(folder)
  expect(read.series).toHaveLength(told.recording.series.length)
  for (const [kind, rows] of Object.entries(told.recording.records))
    expect(read.records[kind as keyof typeof read.records], kind).toHaveLength(rows.length)
  expect(readFileSync(join(folder, 'recording.json'), 'utf8')).not.toMatch(/within|release|fault/)
  rmSync(folder, { recursive: true })
})

test('the same seed tells the same case, another one another', () => {
  const [one, same, other] = [planOf('single', 101), planOf('single', 101), planOf('single', 114)].map(plan =>
    tell(plan),
  )
  expect(JSON.stringify(same)).toBe(JSON.stringify(one))
  expect(JSON.stringify(other!.recording.records)).not.toBe(JSON.stringify(one!.recording.records))
})

test('every kind of fault is seen by somebody, begins when it begins, and is expected to be correlated with what follows', () => {
  for (const fault of faults) {
    const app = applications.find(one => one.parts.some(part => fault.strikes(one, part)))!
    const part = app.parts.find(each => fault.strikes(app, each))!
    const { triggerEvents, touched, cause } = truthOf(app, stretch, { fault, part: part.name, ...during })
    expect(triggerEvents.length, fault.name).toBeGreaterThan(1)
    expect(Date.parse(triggerEvents[0]!.timestamp), fault.name).toBeGreaterThanOrEqual(during.from - STEP)
    expect(touched, fault.name).toContain(cause.name)
  }
})

test('troubles apart touch nothing in common, those within one graph are as many as were planned, quiet days have none', () => {
  const cases = [...syntheticCases(['apart', 'quiet'])]
  for (const { name, set, incidents } of cases) {
    const all = incidents.flatMap(({ touched }) => [...touched])
    expect(new Set(all).size, name).toBe(all.length)
    expect(incidents.length > 0, name).toBe(set === 'apart')
  }
  expect(planOf('within', 204).applications[0]!.strikes).toHaveLength(3)
  expect(CASES).toBe(79)
}, 60_000)
