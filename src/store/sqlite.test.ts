import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { opening } from '../../test/contracts/openings.ts'
import { incidentStoreContract } from '../../test/contracts/incident-store.ts'
import { openSqliteStore } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'store-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

incidentStoreContract(async name => openSqliteStore(join(folder, name)))

test('killed in the middle of writing: what is there is whole, and it goes on', async () => {
  const path = join(folder, 'killed')
  const writer = spawn(
    process.execPath,
    ['--conditions=orchestrator-source', '--input-type=module', '-e', ENDLESS_WRITER, path],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
    },
  )
  let entries = 0
  for await (const chunk of writer.stdout) {
    entries += String(chunk).length
    if (entries >= 50) writer.kill('SIGKILL')
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
  const store = openSqliteStore(path)
  const verdict = await store.verify()
  expect(verdict.ok).toBe(true)
  expect(verdict.entries).toBeGreaterThanOrEqual(50)
  await store.append('INC-after', 0, 1, 'system', [opening('after')])
  expect(await store.verify()).toEqual({ ok: true, entries: verdict.entries + 1 })
  await store.close()
})

test.each([
  ['an edit', `UPDATE entry SET body = replace(body, 'acknowledged', 'forgotten') WHERE seq = 2`, 2],
  ['a deletion', 'DELETE FROM entry WHERE seq = 2', 2],
  [
    'a reorder',
    `UPDATE entry SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3); UPDATE entry SET seq = -seq WHERE seq < 0`,
    2,
  ],
  ['a truncation', 'DELETE FROM entry WHERE seq = 3', 3],
])('the chain locates %s', async (what, sql, brokenAt) => {
  const path = join(folder, `tampered-${what}`)
  const store = openSqliteStore(path)
  await store.append('INC-1', 0, 1, 'system', [
    opening('a'),
    { type: 'acknowledged' },
    { type: 'resolved', reason: 'recovered' },
  ])
  await store.close()
  const database = new DatabaseSync(join(path, 'incidents.db'))
  database.exec(sql)
  database.close()
  const reopened = openSqliteStore(path)
  expect(await reopened.verify()).toMatchObject({ ok: false, brokenAt })
  await reopened.close()
})

test('what is saved in parts is whole or what it was before, and leaves nothing behind', async () => {
  const path = join(folder, 'parts')
  const store = openSqliteStore(path)
  const [before, after] = ['before ', 'after '].map(text => Buffer.alloc(3_000_000, text))
  await store.save('learnt', before!)
  const saving = store.save('learnt', after!)
  const meanwhile = await store.load('learnt')
  expect(Buffer.from(meanwhile ?? []).equals(before!)).toBe(true)
  await saving
  expect(Buffer.from((await store.load('learnt')) ?? []).equals(after!)).toBe(true)
  await store.close()
  const database = new DatabaseSync(join(path, 'incidents.db'))
  expect(database.prepare('SELECT count(DISTINCT generation) AS kept FROM part').get()).toEqual({ kept: 1 })
  database.close()
})

test('a head that cannot be kept beside does not take back what is written', async () => {
  const path = join(folder, 'headless')
  const store = openSqliteStore(path)
  mkdirSync(join(path, 'audit-head.new'))
  const heard: number[] = []
  store.listen(({ seq }) => heard.push(seq))
  expect(await store.append('INC-1', 0, 1, 'system', [opening('a')])).toHaveLength(1)
  expect(heard).toEqual([1])
  expect(await store.verify()).toEqual({ ok: true, entries: 1 })
  await store.close()
})

test('a database of somebody else is said as such', () => {
  const path = join(folder, 'foreign')
  mkdirSync(path)
  const database = new DatabaseSync(join(path, 'incidents.db'))
  database.exec('CREATE TABLE entry (title TEXT)')
  database.close()
  expect(() => openSqliteStore(path)).toThrow(/is no record of ours; name another folder/)
})

test('a folder that cannot be written is said as such', () => {
  expect(() => openSqliteStore(join(import.meta.filename, 'data'))).toThrow(
    /data folder .* cannot be used: a file stands in its place/,
  )
})

const ENDLESS_WRITER = `
  import { openSqliteStore } from './sqlite.ts'
  import { opening } from '../../test/contracts/openings.ts'
  const store = openSqliteStore(process.argv[1])
  for (;;) {
    await store.append(await store.nextId(), 0, Date.now(), 'system', [opening('x')])
    process.stdout.write('.')
  }
`
