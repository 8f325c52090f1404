import { expect, it, vi } from 'vitest'
import type { Reading, Signal } from '#incident/signal.ts'
import { createPager } from './page.ts'
import { PAGE_BYTES } from './signal-schema.ts'

const entity = { service: 'checkout' }

function reading(count: number, text = 'boom'): Reading {
  const seen = { source: 'sentry', entity, at: 0, severity: 'high', labels: {}, writer: 'public' } as const
  const signals = Array.from(
    { length: count },
    (_, i): Signal => ({ ...seen, id: `s${i}`, kind: 'log', text, count: 1 }),
  )
  return { signals, relations: [], healthy: [entity], missing: [] }
}

async function pages(whole: Reading, limit?: number) {
  const pager = createPager()
  const read = vi.fn(async () => whole)
  const all = [await pager.page({ limit }, read)]
  for (let cursor = all[0]?.nextCursor; cursor; cursor = all.at(-1)?.nextCursor) {
    all.push(await pager.page({ cursor, limit }, read))
  }
  return { all, read, pager }
}

it('gives a long reading page by page, each signal once, asking the vendor once', async () => {
  const { all, read } = await pages(reading(1200))
  expect(all.map(({ signals, truncated }) => [signals.length, truncated])).toEqual([
    [500, true],
    [500, true],
    [200, false],
  ])
  expect(new Set(all.flatMap(({ signals }) => signals.map(({ id }) => id))).size).toBe(1200)
  expect(all.map(({ healthy }) => healthy.length)).toEqual([1, 0, 0])
  expect(read).toHaveBeenCalledTimes(1)
})

it('keeps a page under its size, but always gets on', async () => {
  const { all } = await pages(reading(100, 'x'.repeat(8000)))
  for (const { signals } of all) expect(JSON.stringify(signals).length).toBeLessThan(PAGE_BYTES + 200)
  const huge = await pages(reading(3, 'x'.repeat(PAGE_BYTES * 2)))
  expect(huge.all.map(({ signals }) => signals.length)).toEqual([1, 1, 1])
})

it('says when a cursor is too old or made up', async () => {
  const { pager } = await pages(reading(3), 2)
  const more = async () => reading(3)
  const { nextCursor } = await pager.page({ limit: 2 }, more)
  for (let i = 0; i < 8; i++) await pager.page({ limit: 2 }, more)
  for (const cursor of [nextCursor, `${nextCursor?.split('.')[0]}.-4`, 'nonsense']) {
    await expect(pager.page({ cursor }, more)).rejects.toMatchObject({ code: 'expired' })
  }
})

it('keeps few of the very long readings, and always the one that was begun last', async () => {
  const pager = createPager()
  const [first, second] = await Promise.all([1, 2].map(() => pager.page({}, async () => reading(40_000))))
  await expect(pager.page({ cursor: first?.nextCursor }, vi.fn())).rejects.toMatchObject({ code: 'expired' })
  expect((await pager.page({ cursor: second?.nextCursor }, vi.fn())).signals).toHaveLength(500)
})
