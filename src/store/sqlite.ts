// IncidentStore on one SQLite file (node:sqlite, WAL): durable when append returns, one hash chain, its head kept beside.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue } from 'node:sqlite'
import { canonical } from '#incident/canonical.ts'
import type { Delivery, Received } from '#incident/delivery.ts'
import { Fault } from '#incident/fault.ts'
import { chain, NO_HASH, verifyChain } from '#incident/record.ts'
import type { Entry, Head } from '#incident/record.ts'
import type { Signal } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import { turn } from '#incident/turn.ts'
import { prepare, SCHEMA } from './statements.ts'

const BUSY_MILLIS = 5_000 // how long a writer waits for another process's transaction
const SIGNAL_KEPT_MILLIS = 24 * 3_600_000
const RECEIVED_KEPT_MILLIS = 24 * 3_600_000 // longer than any platform retries
const VERIFY_BATCH = 1_000
const PART_BYTES = 1 << 20 // of what is saved: written in some 5 ms
const A_TURN = 500 // signals written before whoever waits for an answer gets it: some 5 ms

/** Opens or creates `incidents.db` and `audit-head` in the folder. Throws a Fault `resource` when it cannot be written. */
export function openSqliteStore(folder: string): IncidentStore {
  const { database, statement } = openDatabase(folder)
  const headFile = join(folder, 'audit-head')
  const listeners = new Set<(entry: Entry) => void>()

  return {
    async append(incident, expectedVersion, at, by, happenings) {
      const appended = transaction(database, () => {
        const last = statement.lastVersion.get(incident) as { version: number | null }
        const version = last.version ?? 0
        if (version !== expectedVersion) {
          throw new Fault(
            'conflict',
            `Expected version ${expectedVersion} of ${incident}, it is at ${version}: read it again.`,
          )
        }
        let head = headOf(statement.head.get() as { seq: number; hash: string } | undefined)
        const entries: Entry[] = []
        for (const [index, happening] of happenings.entries()) {
          const entry = chain(head, { incident, version: version + index + 1, at, by, happening })
          statement.insert.run(entry.seq, incident, entry.version, entry.hash, canonical(entry))
          if (happening.type === 'opened') statement.open.run(incident, entry.seq)
          if (happening.type === 'resolved') statement.resolve.run(incident)
          head = { seq: entry.seq, hash: entry.hash }
          entries.push(entry)
        }
        return entries
      })
      const last = appended.at(-1)
      if (last) writeHead(headFile, { seq: last.seq, hash: last.hash })
      for (const entry of appended) for (const listener of listeners) listener(entry)
      return appended
    },
    async read(incident) {
      return guarded(() => statement.read.all(incident).map(toEntry))
    },
    async nextId() {
      const { value } = transaction(database, () => statement.next.get('incident') as { value: number })
      return `INC-${value}`
    },
    async list({ open, before, limit = 100 } = {}) {
      const rows = guarded(() =>
        statement.list.all({ open: open === undefined ? null : Number(open), before: before ?? null, limit }),
      )
      return rows.map(row => String(row['id']))
    },
    async entriesAfter(seq, limit) {
      return guarded(() => statement.after.all(seq, limit).map(toEntry))
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async verify() {
      return verifyChain(allEntries(statement.after), readHead(headFile))
    },
    async remember(signals, at) {
      for (let from = 0; from < signals.length; from += A_TURN) {
        const some = signals.slice(from, from + A_TURN)
        transaction(database, () => {
          for (const signal of some) statement.remember.run(signal.id, at, JSON.stringify(signal))
        })
        await turn()
      }
      guarded(() => statement.forget.run(at - SIGNAL_KEPT_MILLIS))
    },
    async recall(ids) {
      const rows = guarded(() => statement.recall.all(JSON.stringify(ids)))
      return rows.map(row => JSON.parse(String(row['body'])) as Signal)
    },
    async save(name, bytes) {
      const { next: generation } = guarded(() => statement.generation.get(name)) as { next: number }
      for (let nth = 0; nth === 0 || nth * PART_BYTES < bytes.length; nth++) {
        if (nth > 0) await turn()
        const part = bytes.subarray(nth * PART_BYTES, (nth + 1) * PART_BYTES)
        guarded(() => statement.savePart.run(name, generation, nth, part))
      }
      guarded(() => statement.saved.run(name, generation)) // from here on it is the one that is loaded
      const older = guarded(() => statement.older.all(name, generation)) as { generation: number; nth: number }[]
      for (const part of older) {
        guarded(() => statement.dropPart.run(name, part.generation, part.nth))
        if (older.length > 1) await turn()
      }
    },
    async load(name) {
      const rows = guarded(() => statement.load.all(name)) as { bytes: Uint8Array }[]
      return rows.length === 0 ? undefined : Buffer.concat(rows.map(({ bytes }) => bytes))
    },
    async keepDelivery(delivery) {
      const { chat, key, incident, thread } = delivery
      const [channel, message] = [thread?.channel ?? null, thread?.id ?? null]
      guarded(() => statement.keep.run(chat, key, incident, channel, message, JSON.stringify(delivery)))
    },
    async dropDelivery(chat, key) {
      guarded(() => statement.drop.run(chat, key))
    },
    async deliveries(chat, incident) {
      return guarded(() => statement.deliveries.all(chat, incident)).map(toDelivery)
    },
    async deliveredAs(chat, channel, id) {
      const row = guarded(() => statement.delivered.get(chat, channel, id))
      return row && toDelivery(row)
    },
    async receive({ id, at, body }) {
      return transaction(database, () => {
        statement.clear.run(at - RECEIVED_KEPT_MILLIS)
        return statement.receive.run(id, at, body).changes === 1
      })
    },
    async unhandled() {
      return guarded(() => statement.unhandled.all()).map(toReceived)
    },
    async handled(id) {
      guarded(() => statement.handled.run(id))
    },
    async close() {
      database.close()
    },
  }
}

function openDatabase(folder: string): { database: DatabaseSync; statement: ReturnType<typeof prepare> } {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const database = new DatabaseSync(join(folder, 'incidents.db'), { timeout: BUSY_MILLIS })
    database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;')
    database.exec(SCHEMA)
    return { database, statement: prepare(database) }
  } catch (cause) {
    throw new Fault('resource', `The data folder ${folder} cannot be used: ${reason(cause)}.`, { cause })
  }
}

function transaction<T>(database: DatabaseSync, work: () => T): T {
  return guarded(() => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  })
}

/** SQLite's own errors as ours: what cannot be written must be said, and nothing is done on it. */
function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('resource', `The record cannot be read or written: ${reason(error)}.`, { cause: error })
  }
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  if (/full/.test(text)) return 'the disk is full; free some space'
  if (/EEXIST|ENOTDIR|not a directory/i.test(text))
    return 'a file stands in its place; move that, or name another folder'
  if (/not a database|malformed|no such column|has no column/.test(text))
    return 'what is in it is no record of ours; name another folder'
  if (/readonly|read-only|EROFS|EACCES|unable to open/i.test(text))
    return 'the data folder cannot be written; check its owner and mode'
  if (/locked|busy/.test(text)) return 'another process holds it; stop that one or try again'
  return 'see the log for what SQLite said'
}

function* allEntries(after: { all(...values: SQLInputValue[]): Record<string, unknown>[] }): Generator<Entry> {
  for (let seq = 0; ; ) {
    const batch = guarded(() => after.all(seq, VERIFY_BATCH))
    for (const row of batch) {
      const entry = toEntry(row)
      yield entry
      seq = Math.max(seq, entry.seq)
    }
    if (batch.length < VERIFY_BATCH) return
  }
}

function toEntry(row: Record<string, unknown>): Entry {
  return JSON.parse(String(row['body'])) as Entry
}

function toDelivery(row: Record<string, unknown>): Delivery {
  return JSON.parse(String(row['body'])) as Delivery
}

function toReceived({ id, at, body }: Record<string, unknown>): Received {
  return { id: String(id), at: Number(at), body: String(body) }
}

function headOf(row: { seq: number; hash: string } | undefined): Head {
  return row ?? { seq: 0, hash: NO_HASH }
}

/** After the entries are durable: a head that could not be written lags, and tells of a truncation only up to itself. */
function writeHead(file: string, head: Head): void {
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(head)}\n`, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch {
    // the next append writes it
  }
}

function readHead(file: string): Head | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Head
  } catch {
    return undefined // no head yet, or lost: the chain alone is checked
  }
}
