// The process is killed at every step between a press and its outcome, and started again on the same data folder: the
// change happens exactly once, the record is whole, the incident resolves.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Incident } from '#incident/incident.ts'
import { IN_FLIGHT } from '#incident/remedy.ts'
import { readIncident } from '#incident/store.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import { startSimulator } from '../simulator/serve.ts'
import type { Simulator } from '../simulator/serve.ts'
import type { Story } from '../simulator/story.ts'
import { openRecord, untilSent } from './opened-record.ts'
import { endPrograms, startProgram } from './program.ts'
import type { Program } from './program.ts'
import { ANA, openLookout, reached } from './world.ts'

const EXPIRED_MILLIS = 6 * 60_000 // a rollback may be approved for 5

const folder = mkdtempSync(join(tmpdir(), 'restart-'))
let told: Story
let remedy: string
let incident: string
let opened: string
let config: string

beforeAll(async () => {
  ;({ told, remedy, incident, data: opened, config } = await openRecord(folder))
})
afterEach(endPrograms)
afterAll(() => rmSync(folder, { recursive: true }))

/** How the first process ends. It is pressed in each of them, and in none does it live to tell. */
const DEATHS: { when: string; kill?: string; heldMillis?: number }[] = [
  { when: 'after the approval is written', kill: 'after approved' },
  { when: 'after the approval is claimed', kill: 'after claimed' },
  { when: 'while the patch is on its way, which lands later', heldMillis: 2_500 },
  { when: 'after the patch has landed, before that is written', kill: 'before applied' },
]

test.each(DEATHS)('killed $when: one change, a whole record', async ({ kill, heldMillis }) => {
  const { simulator, data } = await sceneOf()
  if (heldMillis) simulator.faults.add({ kind: 'latency', milliseconds: heldMillis, path: 'deployments/checkout?' })
  const first = start(simulator, data, kill)
  void press(first)
  if (heldMillis) {
    await untilSent(simulator)
    first.child.kill('SIGKILL')
  }
  expect(await first.ended).toBe('SIGKILL')

  const second = start(simulator, data)
  await second.says(/Listening/)
  const acted = await until(data, ({ remedies }) =>
    remedies.some(({ id, state }) => id === remedy && !IN_FLIGHT.includes(state)),
  )
  second.child.kill('SIGKILL')
  await second.ended
  expect(acted.remedies.find(({ id }) => id === remedy)?.outcome).toMatchObject({
    result: 'applied',
    inverse: { tool: 'rollback_workload' },
  })
  expect(await timesChanged(simulator)).toBe(1)
  const store = openSqliteStore(data)
  expect(await store.verify()).toMatchObject({ ok: true })
  const types = (await store.read(incident)).map(({ happening }) => happening.type)
  const steps = ['approved', 'claimed', 'intended', 'applied']
  expect(types.filter(type => steps.includes(type))).toEqual(steps)
  await store.close()
  await simulator.close()
})

test('killed with its intent written, and again with its outcome: one change, verified, resolved', async () => {
  const { simulator, data, clock } = await sceneOf()
  const first = start(simulator, data, 'after intended')
  void press(first)
  expect(await first.ended).toBe('SIGKILL')
  expect(await timesChanged(simulator)).toBe(0)
  expect(await start(simulator, data, 'after applied').ended).toBe('SIGKILL')

  clock.now = Date.now()
  const lookout = await openLookout(simulator.env, data, clock)
  const incidents = await lookout.until('the incident resolves', 40, ([latest]) => latest?.phase === 'resolved')
  expect(incidents).toHaveLength(1)
  expect(incidents[0]).toMatchObject({ resolvedBecause: 'recovered after a remedy' })
  expect(incidents[0]?.remedies.find(({ id }) => id === remedy)?.state).toBe('VERIFIED')
  expect(await timesChanged(simulator)).toBe(1)
  expect(await lookout.house.store.verify()).toMatchObject({ ok: true })
  await lookout.close()
  await simulator.close()
})

test('killed with an approval in hand, started again after its time: it has expired, and nothing is done', async () => {
  const { simulator, data, clock } = await sceneOf()
  const first = start(simulator, data, 'after approved')
  void press(first)
  await first.ended

  clock.now = Date.now() + EXPIRED_MILLIS
  const { house, close } = await openLookout(simulator.env, data, clock)
  await house.execute.resume()
  await reached(house, remedy, ['EXPIRED'])
  expect(await house.respond.press({ kind: 'approve', remedy }, ANA)).toMatchObject({ result: 'expired' })
  await house.execute.stop()
  expect(await timesChanged(simulator)).toBe(0)
  await close()
  await simulator.close()
})

/** A cloud of its own, in the state the record was opened on, and a record of its own. Time 0: as it is on the wall. */
async function sceneOf() {
  const data = mkdtempSync(join(folder, 'data-'))
  cpSync(opened, data, { recursive: true })
  const clock = { now: 0 }
  const simulator = await startSimulator({ story: told, clock: () => clock.now || Date.now(), kubeconfigFolder: data })
  return { simulator, data, clock }
}

const ROLLED_OUT = 3 // the generation the bad rollout left

/** As the object itself tells it: each change of its spec moves the generation, whoever asked and whatever they heard. */
async function timesChanged({ endpoints, env }: Simulator): Promise<number> {
  const headers = { authorization: `Bearer ${env['SENTRY_AUTH_TOKEN']}` } // the same for every vendor
  const answer = await fetch(`${endpoints.kubernetesUrl}/apis/apps/v1/namespaces/shop/deployments/checkout`, {
    headers,
  })
  const { metadata } = (await answer.json()) as { metadata: { generation: number } }
  return metadata.generation - ROLLED_OUT
}

function start({ env }: Simulator, data: string, kill?: string): Program {
  return startProgram(['start', '--config', config, '--data', data], {
    environment: { ...env, ...(kill && { KILL: kill }) },
    cwd: folder,
    ...(kill && { preload: join(import.meta.dirname, 'kill.ts') }),
  })
}

async function press(program: Program): Promise<void> {
  const [, url] = await program.says(/Listening on (http:\S+)\. /)
  await fetch(`${url}/api/v1/remediations/${remedy}/approve`, { method: 'POST' }).catch(() => undefined)
}

/** The incident once another process has brought it there. */
async function until(data: string, holds: (incident: Incident) => unknown): Promise<Incident> {
  const store = openSqliteStore(data)
  const read = async () => {
    const now = await readIncident(store, incident)
    if (!holds(now)) throw new Error(`${incident} is not there yet`)
    return now
  }
  return vi.waitFor(read, { timeout: 50_000 }).finally(() => store.close())
}
