// Told to stop in the middle of its start, as whoever runs it does at a rollout: it ends by itself within 5 s, whatever it
// waits for, and its record is whole.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readIncident } from '#incident/store.ts'
import { startSimulator } from '../simulator/serve.ts'
import type { Simulator } from '../simulator/serve.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import { openRecord, untilSent } from './opened-record.ts'
import type { OpenedRecord } from './opened-record.ts'
import { endPrograms, startProgram } from './program.ts'
import type { Program } from './program.ts'

const STOPS_MILLIS = 5_000 // what the product promises
const HANGS = { kind: 'latency', milliseconds: 60_000 } as const

const folder = mkdtempSync(join(tmpdir(), 'stopping-'))
let record: OpenedRecord

beforeAll(async () => {
  record = await openRecord(folder)
})
afterEach(endPrograms)
afterAll(() => rmSync(folder, { recursive: true }))

test('while it learns what is usual', async () => {
  const { simulator, data } = await sceneOf('learning')
  simulator.faults.add(HANGS)
  const program = start(simulator, data)
  await program.says(/Listening/)
  await endsWhole(program, data)
  expect(program.stderr()).not.toContain('Watching')
  await simulator.close()
})

test('at its first look', async () => {
  const { simulator, data } = await sceneOf('looking')
  cpSync(record.data, data, { recursive: true })
  simulator.faults.add(HANGS)
  const program = start(simulator, data)
  await program.says(/Watching/)
  await endsWhole(program, data)
  await simulator.close()
})

test('while a change is on its way', async () => {
  const { simulator, data } = await sceneOf('executing')
  cpSync(record.data, data, { recursive: true })
  const { remedy, incident } = record
  const program = start(simulator, data)
  const [, url] = await program.says(/Listening on (http:\S+)\. /)
  simulator.faults.add({ kind: 'latency', milliseconds: 500, path: 'deployments/checkout' })
  const approved = await fetch(`${url}/api/v1/remediations/${remedy}/approve`, { method: 'POST' })
  expect(approved.status).toBe(200)
  simulator.faults.add({ ...HANGS, path: 'fieldManager' }) // first it is looked at once more; then the change is sent
  await untilSent(simulator)
  await endsWhole(program, data)
  const store = openSqliteStore(data)
  const { remedies } = await readIncident(store, incident)
  expect(remedies.find(({ id }) => id === remedy)?.state).toBe('INTENT_RECORDED') // the next start goes on with it
  await store.close()
  await simulator.close()
})

async function sceneOf(name: string): Promise<{ simulator: Simulator; data: string }> {
  const data = join(folder, name)
  const simulator = await startSimulator({ story: record.told, clock: Date.now, kubeconfigFolder: folder })
  return { simulator, data }
}

function start({ env }: Simulator, data: string): Program {
  const words = ['start', '--config', record.config, '--data', data]
  return startProgram(words, { environment: env, cwd: folder })
}

async function endsWhole(program: Program, data: string): Promise<void> {
  program.child.kill('SIGTERM')
  const killing = setTimeout(() => program.child.kill('SIGKILL'), STOPS_MILLIS) // as whoever runs it does
  expect(await program.ended).toBe(0)
  clearTimeout(killing)
  expect(program.stderr()).toMatch(/Stopped\.\n$/)
  const store = openSqliteStore(data)
  expect(await store.verify()).toMatchObject({ ok: true })
  await store.close()
}
