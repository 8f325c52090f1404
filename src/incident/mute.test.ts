import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSqliteStore } from '../store/sqlite.ts'
import { addMute, readMutes, removeMute } from './mute.ts'

const by = { chat: 'slack', team: 'T', user: 'U', name: 'Ana' } as const

test('two services muted at the same moment are both muted; the same one again: the newer holds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mute-'))
  const store = openSqliteStore(folder)
  await Promise.all(['cart', 'checkout'].map(service => addMute(store, { service, until: 9_000, by }, 1_000)))
  expect((await readMutes(store, 2_000)).map(({ service }) => service)).toEqual(['cart', 'checkout'])
  await addMute(store, { service: 'cart', until: 5_000, by }, 1_000)
  expect(await readMutes(store, 2_000)).toEqual([
    { service: 'checkout', until: 9_000, by },
    { service: 'cart', until: 5_000, by },
  ])
  expect(await readMutes(store, 6_000)).toMatchObject([{ service: 'checkout' }])
  await Promise.all([removeMute(store, 'checkout'), addMute(store, { service: 'mailer', until: 9_000, by }, 6_000)])
  expect(await readMutes(store, 6_000)).toMatchObject([{ service: 'mailer' }])
  await store.close()
  rmSync(folder, { recursive: true })
})
