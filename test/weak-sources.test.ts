// A source that is down, slow, limited or sends rubbish costs only what it would have said: the others are read within the
// deadline, the tick says what is missing and since when, what fails is left alone for a while and found again.
import { afterEach, expect, test, vi } from 'vitest'
import { SOURCES } from '#incident/signal.ts'
import type { Source } from '#incident/signal.ts'
import type { Fault } from '../simulator/faults.ts'
import { createMetrics } from '../src/metrics.ts'
import { BEGIN, openWorld, story } from './world.ts'
import type { World } from './world.ts'

const worlds: World[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const world of worlds.splice(0)) await world.close()
})

const RESTED_MILLIS = 31_000 // a breaker that is open, and a 429 that asks for 30 s, are tried again after that

type Weakness = { how: string; fault: Fault; mostAsks: number }

// `mostAsks`: of one request, in all: a retry is one layer, and none where the vendor says it would be in vain.
const WEAKNESSES: Weakness[] = [
  { how: 'is down', fault: { kind: 'drop' }, mostAsks: 2 },
  { how: 'fails', fault: { kind: 'status', status: 503 }, mostAsks: 2 },
  { how: 'asks for patience', fault: { kind: 'status', status: 429, retryAfterSeconds: 30 }, mostAsks: 1 },
  { how: 'sends a page to sign in', fault: { kind: 'html' }, mostAsks: 1 },
  { how: 'sends the beginning of each answer', fault: { kind: 'truncate', bytes: 1 }, mostAsks: 2 },
]

test.each(WEAKNESSES)('a source that $how is missed, left alone, and found again', async ({ fault, mostAsks }) => {
  const metrics = createMetrics()
  const world = await open({ observe: metrics })
  vi.useFakeTimers({ toFake: ['Date'] })
  for (const weak of SOURCES) {
    const usual = await asksDuring(world, weak, () => world.tick())
    world.simulator.faults.add({ ...fault, vendor: weak })
    const since = world.clock.now + 10_000
    const asks = []
    for (let i = 0; i < 4; i++) {
      asks.push(
        await asksDuring(world, weak, async () => {
          const { missing } = await world.tick()
          expect(missing).toEqual([{ source: weak, what: 'everything', why: expect.stringMatching(/\w/), since }])
        }),
      )
    }
    expect(asks[0]).toBeLessThanOrEqual(mostAsks * usual)
    expect(asks.at(-1)).toBe(0)
    expect(world.house.watch.health()).toContainEqual({ source: weak, up: false, since })
    if (fault.kind !== 'status' || fault.status !== 429) {
      expect(await metrics.text()).toMatch(new RegExp(`breaker_state\\{source="${weak}[^}]*\\} 1`))
    }

    world.simulator.faults.clear()
    vi.setSystemTime(Date.now() + RESTED_MILLIS)
    await world.tick()
    const { missing } = await world.tick()
    expect([weak, missing]).toEqual([weak, []])
    expect(await metrics.text()).not.toMatch(/breaker_state\{[^}]*\} (1|0\.5)/)
  }
})

test.each(SOURCES)(
  'without %s the others still make it one incident, and its card says what is missing',
  async dark => {
    const world = await open()
    world.simulator.faults.add({ kind: 'drop', vendor: dark })
    const incidents = await world.until('an incident opens', 12, seen => seen.length > 0)
    expect(incidents).toHaveLength(1)
    expect(incidents[0]?.missing).toMatchObject([{ source: dark, what: 'everything' }])
  },
)

test.each([
  { source: 'grafana', path: '/api/search', what: 'what to watch' },
  { source: 'sentry', path: '/projects/', what: 'projects' },
  { source: 'cloudwatch', path: 'ListMetrics', what: 'metrics' },
] as const)('what $source is asked for is remembered while it cannot be listed, and of when is said', async weak => {
  const { source, path, what } = weak
  const world = await open()
  await world.tick()
  world.simulator.faults.add({ kind: 'status', status: 503, vendor: source, path })
  const usual = await asksDuring(world, source, () => world.tick(6 * 60_000)) // older than a list may be
  const { missing } = await world.tick()
  expect(missing).toEqual([
    {
      source,
      what,
      why: `the list of ${new Date(BEGIN).toISOString()} is used; it could not be read again`,
      since: world.clock.now - 10_000,
    },
  ])
  expect(usual).toBeGreaterThan(2) // the rest was asked for as ever
})

test('a source that hangs for 30 s is left at its deadline', async () => {
  const hanging = await Promise.all(
    SOURCES.map(async source => {
      const world = await open()
      world.simulator.faults.add({ kind: 'latency', milliseconds: 30_000, vendor: source })
      return { source, ...(await world.tick()) }
    }),
  )
  for (const { source, missing } of hanging) {
    expect(missing).toMatchObject([{ source, what: 'everything', why: expect.stringMatching(/did not answer/) }])
  }
})

async function open(given?: Parameters<typeof openWorld>[1]): Promise<World> {
  const world = await openWorld(story('bad-rollout'), given)
  worlds.push(world)
  return world
}

/** How many requests reach `source` meanwhile. */
async function asksDuring({ simulator }: World, source: Source, act: () => Promise<unknown>): Promise<number> {
  const before = simulator.journal.lines().length
  await act()
  return simulator.journal
    .lines()
    .slice(before)
    .filter(({ vendor }) => vendor === source).length
}
