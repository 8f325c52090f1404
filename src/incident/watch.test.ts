import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { diagnosis } from '../../test/contracts/openings.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import type { Analyst } from './analyst.ts'
import type { Diagnosis } from './incident.ts'
import { SILENT, UNOBSERVED } from './observe.ts'
import { merge } from './reshape.ts'
import type { Window } from './signal.ts'
import { amend, readIncident } from './store.ts'
import type { IncidentStore } from './store.ts'
import { createWatch } from './watch.ts'
import type { Watch } from './watch.ts'

const ana = { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } as const
const MINUTE = 60_000
const NOON = 1_800_000_000_000
let folder: string
let store: IncidentStore
let now: number
let asked: Window[]
let troubles: Diagnosis[]
let failing: Error | undefined
let losses: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'))
  store = openSqliteStore(folder)
  now = NOON
  asked = []
  troubles = []
  failing = undefined
  losses = 0
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A source that has nothing to say, and an analyst that makes of it what `troubles` holds. */
function eyes(): Watch {
  const analyst: Analyst = {
    learn: async () => undefined,
    async analyse(_readings, at) {
      if (failing) {
        losses++
        throw failing
      }
      return { at, diagnoses: troubles, watching: [], signals: 0, millis: 0 }
    },
    correlate: async () => [],
    cluster: async () => [],
    alike: async () => [],
    snapshot: async () => new Uint8Array(),
    restore: async () => false,
    losses: () => losses,
    close: async () => undefined,
  }
  return createWatch({
    toolbox: {
      async call({ arguments: window }) {
        asked.push(window as Window)
        return { structured: { signals: [], relations: [], healthy: [], missing: [] }, text: '' }
      },
      tools: async () => [],
      close: async () => undefined,
    },
    analyst,
    store,
    settings: { sources: ['grafana'], deadlineMillis: 1_000, sourceDeadlineMillis: 1_000, overlapMillis: 2 * MINUTE },
    clock: () => now,
    log: SILENT,
    observe: UNOBSERVED,
  })
}

function trouble(key: string, more: Partial<Diagnosis> = {}): Diagnosis {
  return diagnosis(key, { services: [key], title: `${key} fails`, ...more })
}

async function tick(watch: Watch): Promise<void> {
  now += MINUTE
  await watch.tick()
}

test('a clock that is set back: the sources go on being read, up to what it says', async () => {
  const watch = eyes()
  await watch.begin(now)
  await tick(watch)
  now -= 60 * MINUTE
  await tick(watch)
  expect(asked.at(-1)).toEqual({ from: now - 2 * MINUTE, to: now })
})

test('what people closed stays closed while its trouble goes on, however many they closed', async () => {
  const watch = eyes()
  await watch.begin(now)
  troubles = Array.from({ length: 30 }, (_, i) => trouble(`t${i}`))
  await tick(watch)
  const ids = await store.list({ open: true })
  expect(ids).toHaveLength(30)
  for (const id of ids) await amend(store, id, now, ana, () => [{ type: 'resolved', reason: 'resolved by a person' }])
  await tick(watch)
  expect(await store.list({ open: true })).toEqual([])
})

test('two made one, and that one over: the trouble of the other is not forgotten', async () => {
  const watch = eyes()
  await watch.begin(now)
  troubles = [trouble('a'), trouble('b')]
  await tick(watch)
  await merge(store, { kind: 'merge', incident: 'INC-1', into: 'INC-2' }, ana, now)
  await tick(watch)
  expect(await store.list({ open: true })).toEqual(['INC-2'])
  troubles = [trouble('a'), trouble('b', { phase: 'recovered' })]
  await tick(watch)
  troubles = [trouble('a')]
  await tick(watch)
  const [again = ''] = await store.list({ open: true })
  expect(await readIncident(store, again)).toMatchObject({ id: 'INC-3', key: 'a' })
})

test('one trouble that cannot be written down does not keep the others from it', async () => {
  const watch = eyes()
  await watch.begin(now)
  troubles = [trouble('a', { confidence: Number.NaN }), trouble('b')]
  await expect(tick(watch)).rejects.toThrow()
  const incidents = await store.list({ open: true })
  expect(incidents).toHaveLength(1)
  expect(await readIncident(store, incidents[0] ?? '')).toMatchObject({ key: 'b' })
})

test('each open incident is read once a look, and again only where somebody was faster', async () => {
  const watch = eyes()
  await watch.begin(now)
  troubles = [trouble('a'), trouble('b')]
  await tick(watch)
  const read = vi.spyOn(store, 'read')
  troubles = [trouble('a', { severity: 'critical' }), trouble('b')]
  await tick(watch)
  expect(read.mock.calls.map(([id]) => id)).toEqual(['INC-2', 'INC-1'])

  const { append } = store
  vi.spyOn(store, 'append').mockImplementationOnce(async (...given) => {
    await amend(store, 'INC-1', now, ana, () => [{ type: 'acknowledged' }])
    return append(...given)
  })
  troubles = [trouble('a'), trouble('b')]
  await tick(watch)
  expect(await readIncident(store, 'INC-1')).toMatchObject({ severity: 'high', acknowledgedBy: ana })
})

test('what an analysis that ended had taken in since its last snapshot is read again', async () => {
  const watch = eyes()
  await watch.begin(now)
  for (let n = 0; n < 13; n++) await tick(watch) // the tenth keeps what was learnt
  losses = 1 // at the look of somebody who asked
  await tick(watch)
  expect(asked.at(-1)).toEqual({ from: NOON + 8 * MINUTE, to: NOON + 14 * MINUTE })
  await tick(watch)
  expect(asked.at(-1)).toEqual({ from: NOON + 12 * MINUTE, to: NOON + 15 * MINUTE })
})

test('a reading that no analysis survives is read once more, and left behind', async () => {
  const watch = eyes()
  await watch.begin(now)
  await tick(watch)
  failing = new Error('out of memory')
  for (const minute of [2, 3]) {
    await expect(tick(watch)).rejects.toThrow('out of memory')
    expect(asked.at(-1)).toEqual({ from: NOON - (minute === 2 ? 1 : 2) * MINUTE, to: NOON + minute * MINUTE })
  }
  expect(watch.failures()).toBe(2)
  failing = undefined
  await tick(watch)
  expect(asked.at(-1)).toEqual({ from: NOON + MINUTE, to: NOON + 4 * MINUTE })
  expect(watch.failures()).toBe(0)
})
