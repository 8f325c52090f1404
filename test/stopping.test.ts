// Told to stop in the middle of its start, as whoever runs it does at a rollout: it ends by itself within 5 s, whatever it
// waits for, and its record is whole.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readIncident } from '#incident/store.ts'
import { startSimulator } from '../simulator/serve.ts'
import type { Simulator } from '../simulator/serve.ts'
import type { Story } from '../simulator/story.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import { endPrograms, startProgram } from './program.ts'
import type { Program } from './program.ts'
import { firstRemedy, openWorld, story, TICK_MILLIS } from './world.ts'

const STOPS_MILLIS = 5_000 // what the product promises
const HANGS = { kind: 'latency', milliseconds: 60_000 } as const
const TICKS_TO_OPEN = 6

const folder = mkdtempSync(join(tmpdir(), 'stopping-'))
const opened = join(folder, 'opened')
let told: Story
let remedy: string

/** A record with an incident in it, and what is usual learnt. */
beforeAll(async () => {
  const begin = Date.now() - TICKS_TO_OPEN * TICK_MILLIS
  told = story('bad-rollout', begin)
  const world = await openWorld(told, { begin })
  for (let tick = 0; tick < TICKS_TO_OPEN; tick++) await world.tick()
  remedy = firstRemedy((await world.incidents())[0]).id
  await world.house.close()
  cpSync(join(world.folder, 'data'), opened, { recursive: true })
  await world.simulator.close()
  rmSync(world.folder, { recursive: true })
  writeFileSync(join(folder, 'config.yaml'), 'watch: { every: 10s }\nhttp: { port: 0 }\nlog: warn\n')
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
  cpSync(opened, data, { recursive: true })
  simulator.faults.add(HANGS)
  const program = start(simulator, data)
  await program.says(/Watching/)
  await endsWhole(program, data)
  await simulator.close()
})

test('while a change is on its way', async () => {
  const { simulator, data } = await sceneOf('executing')
  cpSync(opened, data, { recursive: true })
  const program = start(simulator, data)
  const [, url] = await program.says(/Listening on (http:\S+)\. /)
  simulator.faults.add({ kind: 'latency', milliseconds: 500, path: 'deployments/checkout' })
  const approved = await fetch(`${url}/api/v1/remediations/${remedy}/approve`, { method: 'POST' })
  expect(approved.status).toBe(200)
  simulator.faults.add({ ...HANGS, path: 'fieldManager' }) // first it is looked at once more; then the change is sent
  const isSent = () =>
    simulator.journal.lines().some(({ method, path }) => method === 'PATCH' && !path.includes('dryRun'))
  while (!isSent()) await new Promise(resolve => setTimeout(resolve, 20))
  await endsWhole(program, data)
  const store = openSqliteStore(data)
  const { remedies } = await readIncident(store, remedy.slice(0, remedy.lastIndexOf('-R')))
  expect(remedies.find(({ id }) => id === remedy)?.state).toBe('INTENT_RECORDED') // the next start goes on with it
  await store.close()
  await simulator.close()
})

async function sceneOf(name: string): Promise<{ simulator: Simulator; data: string }> {
  const data = join(folder, name)
  const simulator = await startSimulator({ story: told, clock: Date.now, kubeconfigFolder: folder })
  return { simulator, data }
}

function start({ env }: Simulator, data: string): Program {
  const words = ['start', '--config', join(folder, 'config.yaml'), '--data', data]
  return startProgram(words, { environment: env, cwd: folder })
}

async function endsWhole(program: Program, data: string): Promise<void> {
  const began = performance.now()
  program.child.kill('SIGTERM')
  expect(await program.ended).toBe(0)
  expect(performance.now() - began).toBeLessThan(STOPS_MILLIS)
  expect(program.stderr()).toMatch(/Stopped\.\n$/)
  const store = openSqliteStore(data)
  expect(await store.verify()).toMatchObject({ ok: true })
  await store.close()
}
