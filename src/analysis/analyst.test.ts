// The analyst as everybody else knows it: in its own thread, by messages.
import type { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Analyst } from '#incident/analyst.ts'
import { SILENT } from '#incident/observe.ts'
import { createAnalyst, MOST_RESTARTS } from './analyst.ts'
import { lineRulesSchema } from './lines/line-rule-settings.ts'
import { MINUTE, START, alarm, change, readingsAt, said, state } from './shop.fixture.ts'

let now = START
const given = { clock: () => now, log: SILENT }
let analyst: Analyst
beforeAll(async () => {
  analyst = await createAnalyst(given)
  for (let n = 0; n < 30; n++) await analyst.learn(readingsAt(START + n * MINUTE), START + n * MINUTE)
})
afterAll(() => analyst.close())

const at = START + 30 * MINUTE
const trouble = readingsAt(at, {}, [
  change({ id: 'rollout', at: at - MINUTE, service: 'checkout' }),
  state({ id: 'crash', at, service: 'checkout' }),
  alarm({ id: 'alarm', at, service: 'frontend' }),
])

it('leaves no trace of a look that is not to be learnt from', async () => {
  const before = await analyst.snapshot()
  const look = await analyst.analyse(trouble, at, { learn: false })
  expect(look.diagnoses).toHaveLength(1)
  expect(await analyst.snapshot()).toEqual(before)
})

it('gives the same for the same, in another thread and after a restart', async () => {
  const other = await createAnalyst(given)
  try {
    expect(await other.restore(await analyst.snapshot())).toBe(true)
    const [here, there] = await Promise.all([analyst, other].map(one => one.analyse(trouble, at, { learn: true })))
    expect({ ...there, millis: 0 }).toEqual({ ...here, millis: 0 })
  } finally {
    await other.close()
  }
})

it('refuses bytes that it cannot read and goes on', async () => {
  expect(await analyst.restore(new Uint8Array([1, 2, 3]))).toBe(false)
  expect((await analyst.analyse(readingsAt(at + MINUTE), at + MINUTE, { learn: false })).diagnoses).toHaveLength(1)
})

it('relates texts of two sources by what they mean, and by who they are about', async () => {
  const refused = said({
    id: 'a',
    at,
    service: 'checkout',
    source: 'kubernetes',
    text: 'connect ECONNREFUSED 10.0.0.7:5432',
  })
  const lost = said({
    id: 'b',
    at: at + 1000,
    service: 'payments',
    text: 'ConnectionError: connection refused by database',
  })
  const stranger = said({ id: 'c', at, service: 'search', text: 'ConnectionError: connection refused by database' })
  const found = await analyst.correlate([refused, lost, stranger], 'semantic')
  expect(found.map(({ a, b }) => [a, b])).toEqual([['a', 'b']])
})

it('takes in no line that is noise, and refuses a mask that cannot be followed', async () => {
  const lines = (masks: object[]) => lineRulesSchema.parse({ masks, noise: { texts: ['out of cheese'] } })
  const one = await createAnalyst({ ...given, lines: lines([]) })
  const reading = readingsAt(at)[0]!
  const signals = ['out of cheese error', 'disk full'].map((text, i) =>
    said({ id: `line-${i}`, at, service: 'checkout', source: reading.source, kind: 'log', text }),
  )
  expect((await one.analyse([{ ...reading, signals }], at, { learn: true })).signals).toBe(1)
  await one.close()
  const twice = createAnalyst({ ...given, lines: lines([{ pattern: '(a)\\1', replacement: '' }]) })
  await expect(twice).rejects.toMatchObject({ code: 'validation' })
})

it('goes on from its last snapshot in another thread when its own ends', async () => {
  const { one, end } = await mortal()
  await one.restore(await analyst.snapshot())
  const before = await one.snapshot()
  await one.learn(readingsAt(at), at)
  const ending = end()
  await expect(one.analyse(trouble, at, { learn: true })).rejects.toThrow('The analysis ended')
  await ending
  expect(one.losses()).toBe(1)
  expect(await one.snapshot()).toEqual(before)
  expect(one.losses()).toBe(1)
  await one.close()
})

it('begins again a few times an hour, and says when it will', async () => {
  const { one, end } = await mortal()
  for (let restart = 1; restart <= MOST_RESTARTS; restart++) {
    await end()
    expect(await one.correlate([])).toEqual([])
  }
  await end()
  await expect(one.correlate([])).rejects.toThrow(`ended ${MOST_RESTARTS} times within an hour; it begins again at`)
  now += 60 * MINUTE
  expect(await one.correlate([])).toEqual([])
  await one.close()
})

/** An analyst, and a way to end the thread it is in. */
async function mortal() {
  const threads: Worker[] = []
  const onThread = (worker: Worker) => threads.push(worker)
  process.on('worker', onThread)
  const one = await createAnalyst(given)
  return {
    one: {
      ...one,
      close: () => one.close().finally(() => process.off('worker', onThread)),
    },
    end: () => threads.at(-1)?.terminate(),
  }
}
