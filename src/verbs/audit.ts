// audit: the record as it stands, checked link by link.
import { openSqliteStore } from '../store/sqlite.ts'
import { dataFolder } from './data-folder.ts'

export async function verify(options: { data?: string; json?: boolean }): Promise<boolean> {
  const store = openSqliteStore(dataFolder(options.data))
  const verdict = await store.verify()
  await store.close()
  if (options.json) process.stdout.write(`${JSON.stringify(verdict)}\n`)
  else if (verdict.ok) process.stdout.write(`whole: ${verdict.entries} entries, each linked to the one before\n`)
  else
    process.stdout.write(
      `BROKEN at entry ${verdict.brokenAt}: ${verdict.why}; ${verdict.entries} before it are whole\n`,
    )
  return verdict.ok
}

const BATCH = 1_000

export async function exportAll(options: { data?: string }): Promise<boolean> {
  const store = openSqliteStore(dataFolder(options.data))
  for (let seq = 0; ; ) {
    const entries = await store.entriesAfter(seq, BATCH)
    for (const entry of entries) process.stdout.write(`${JSON.stringify(entry)}\n`)
    seq = entries.at(-1)?.seq ?? seq
    if (entries.length < BATCH) break
  }
  await store.close()
  return true
}
