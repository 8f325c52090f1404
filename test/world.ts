// A whole house over a simulated cloud on one virtual clock: real MCP calls, the vendors' own SDKs, a real record. Nothing
// sleeps; a test moves time on, a tick at a time.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Incident } from '#incident/incident.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Observe } from '#incident/observe.ts'
import type { Person, RemedyState } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import { readIncident } from '#incident/store.ts'
import type { Tick } from '#incident/watch.ts'
import { createWebChat } from '../src/bot/web.ts'
import { readConfig } from '../src/config.ts'
import { openHouse, SURROUNDINGS } from '../src/main.ts'
import type { House } from '../src/main.ts'
import type { JournalLine } from '../simulator/journal.ts'
import { scenarioNamed } from '../simulator/scenarios/index.ts'
import { startSimulator } from '../simulator/serve.ts'
import type { Simulator } from '../simulator/serve.ts'
import type { Story } from '../simulator/story.ts'

/** When a story begins unless told otherwise: normal life before it, trouble soon after. */
export const BEGIN = Date.parse('2026-11-20T10:00:00Z')
export const TICK_MILLIS = 10_000 // the step of the scenarios' series
const HISTORY_MILLIS = 40 * 60_000 // as much normal life as a scenario tells
const SEED = 42

export const ANA: Person = { chat: 'web', user: 'local', name: 'Ana' }

export type Clock = { now: Millis }

export type Lookout = {
  house: House
  /** Time moves on by one tick, 10 s unless told, and the house looks. */
  tick(millis?: Millis): Promise<Tick>
  /** Ticks until `holds`, at most `ticks` times; fails with `what` and the incidents as they are. */
  until(what: string, ticks: number, holds: (incidents: Incident[]) => boolean): Promise<Incident[]>
  /** Last opened first. */
  incidents(): Promise<Incident[]>
  close(): Promise<void>
}

export type World = Lookout & { simulator: Simulator; clock: Clock; folder: string }

export function story(scenario: string, begin: Millis = BEGIN): Story {
  return scenarioNamed(scenario).tell(begin, SEED)
}

type Given = { begin?: Millis; environment?: Record<string, string>; observe?: Observe }

/** `environment` is added to what points at the simulator. */
export async function openWorld(
  told: Story,
  { begin = BEGIN, environment = {}, observe = UNOBSERVED }: Given = {},
): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'world-'))
  const clock = { now: begin }
  const simulator = await startSimulator({ story: told, clock: () => clock.now, kubeconfigFolder: folder })
  const lookout = await openLookout({ ...simulator.env, ...environment }, join(folder, 'data'), clock, observe)
  return {
    ...lookout,
    simulator,
    clock,
    folder,
    async close() {
      await lookout.close()
      await simulator.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A house that watches what `environment` points at, and goes on with what its data folder knows. */
export async function openLookout(
  environment: Record<string, string>,
  data: string,
  clock: Clock,
  observe: Observe = UNOBSERVED,
): Promise<Lookout> {
  const now = () => clock.now
  const config = readConfig({
    environment: { HOME: data, ...environment },
    overrides: {
      data,
      watch: { every: `${TICK_MILLIS}ms` },
      sources: { kubernetes: { watch: false } }, // a watch runs on the machine's time
    },
  })
  const given = { ...SURROUNDINGS, clock: now, log: SILENT, observe }
  const house = await openHouse(config, () => [createWebChat(given)], given)
  await house.watch.begin(now() - HISTORY_MILLIS)

  async function tick(millis: Millis = TICK_MILLIS): Promise<Tick> {
    clock.now += millis
    const seen = await house.watch.tick()
    await house.deliver.flush()
    return seen
  }

  async function incidents(): Promise<Incident[]> {
    const ids = await house.store.list()
    return Promise.all(ids.map(id => readIncident(house.store, id)))
  }

  return {
    house,
    tick,
    incidents,
    async until(what, ticks, holds) {
      for (let passed = 0; passed < ticks; passed++) {
        await tick()
        const seen = await incidents()
        if (holds(seen)) return seen
      }
      throw new Error(`${what}: not within ${ticks} ticks; seen ${JSON.stringify((await incidents()).map(brief))}`)
    },
    close: () => house.close(),
  }
}

function brief({ id, phase, title, services, remedies, wellAgain, missing }: Incident) {
  return {
    id,
    phase,
    title,
    services,
    remedies: remedies.map(({ title: what, state }) => [what, state]),
    wellAgain,
    missing,
  }
}

/** The incident once its remedy is in one of these states, as the record says it. No time passes meanwhile. */
export async function reached({ store }: House, remedy: string, states: readonly RemedyState[]): Promise<Incident> {
  const id = remedy.slice(0, remedy.lastIndexOf('-R'))
  const { promise, resolve, reject } = Promise.withResolvers<Incident>()
  const check = async () => {
    const incident = await readIncident(store, id)
    if (incident.remedies.some(one => one.id === remedy && states.includes(one.state))) resolve(incident)
  }
  const stop = store.listen(() => void check().catch(reject))
  check().catch(reject)
  return promise.finally(stop)
}

/** The first remedy a press can carry out. */
export function firstRemedy(incident: Incident | undefined) {
  const remedy = incident?.remedies.find(({ call }) => call !== undefined)
  if (!incident || !remedy?.call)
    throw new Error(`expected a remedy with a call, got ${JSON.stringify(incident && brief(incident))}`)
  return { ...remedy, call: remedy.call }
}

export function changesOf({ journal }: Pick<Simulator, 'journal'>): JournalLine[] {
  return journal.lines().filter(isChange)
}

/** What changed the cluster: a write the API server took, without dry runs and questions about access. */
export function isChange({ vendor, method, status, path }: JournalLine): boolean {
  const isWrite = vendor === 'kubernetes' && ['PATCH', 'PUT', 'POST', 'DELETE'].includes(method)
  return isWrite && status > 0 && status < 300 && !/dryRun=All|accessreviews|tokenreviews/.test(path)
}
