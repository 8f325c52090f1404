// The analyst as everybody else knows it: in its own thread, by messages.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Analyst } from '#incident/analyst.ts'
import { createAnalyst } from './analyst.ts'
import { MINUTE, START, alarm, change, readingsAt, said, state } from './shop.fixture.ts'

let analyst: Analyst
beforeAll(async () => {
  analyst = await createAnalyst()
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
  const other = await createAnalyst()
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
