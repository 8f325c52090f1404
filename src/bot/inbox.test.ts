import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#incident/fault.ts'
import { SILENT } from '#incident/observe.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { createInbox } from './inbox.ts'
import type { Taken } from './inbox.ts'

async function openStore() {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return openSqliteStore(folder)
}

test('taken once however often it is sent; dealt with after a crash; one that fails does not come back for ever', async () => {
  const store = await openStore()
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

test('only what the last process took is said to come again, also where this one takes before it begins', async () => {
  const store = await openStore()
  const given = { name: 'slack', store, clock: () => 7, log: SILENT }
  await createInbox({ ...given, handle: () => new Promise(() => {}) }).take('E1', {})
  const handled: Taken<string>[] = []
  const begun = Promise.withResolvers<void>()
  const inbox = createInbox<string>({
    ...given,
    handle: async (_body, taken) => {
      await begun.promise
      handled.push(taken)
    },
  })
  await inbox.take('E2', {}, 'Ana')
  await inbox.begin()
  begun.resolve()
  await inbox.settle()
  expect(handled).toEqual([
    { id: 'slack:E2', isAgain: false, waiting: 'Ana' },
    { id: 'slack:E1', isAgain: true },
  ])
  await store.close()
})

test('a store that cannot note that something is dealt with ends nothing: the next process deals with it again', async () => {
  const store = await openStore()
  const full = async () => Promise.reject(new Fault('resource', 'The disk is full.'))
  const { promise: dealtWith, resolve } = Promise.withResolvers<void>()
  const given = { name: 'slack', clock: () => 7, log: SILENT, handle: () => dealtWith }
  const inbox = createInbox({ ...given, store: { ...store, handled: full } })
  await inbox.take('E1', {})
  const settled = inbox.settle()
  resolve()
  await settled
  expect(await store.unhandled()).toMatchObject([{ id: 'slack:E1' }])
  await store.close()
})
