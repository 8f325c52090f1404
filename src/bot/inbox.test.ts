import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { SILENT } from '#incident/observe.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { createInbox } from './inbox.ts'

test('taken once however often it is sent; dealt with after a crash; one that fails does not come back for ever', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const store = openSqliteStore(folder)
  const given = { name: 'slack', store, clock: () => 7, log: SILENT }
  const { promise: never } = Promise.withResolvers<void>()
  const dying = createInbox({ ...given, handle: () => never })
  expect(await dying.take('E1', { press: 1 })).toBe(true)
  expect(await dying.take('E1', { press: 1 })).toBe(false)

  const handled: unknown[] = []
  const next = createInbox({
    ...given,
    handle: async body => {
      handled.push(body)
      throw new Error('broken')
    },
  })
  await createInbox({ ...given, name: 'teams', handle: async body => void handled.push(body) }).begin()
  expect(handled).toEqual([])
  await next.begin()
  await next.settle()
  expect(handled).toEqual([{ press: 1 }])
  await next.begin()
  await next.settle()
  expect(handled).toHaveLength(1)
  await store.close()
})
