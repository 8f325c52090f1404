// Every shortage a database is looked at for, what proves most first.
import { connectionsShort } from './connections.ts'
import { cpuShort } from './cpu.ts'
import type { Database } from './database.ts'
import { diskShort } from './disk-io.ts'
import { locksShort } from './locks.ts'
import { memoryShort } from './memory.ts'
import { replicationShort } from './replication.ts'
import type { FindShortage, Shortage } from './shortage.ts'
import { storageShort } from './storage.ts'
import { transactionIdsShort } from './transaction-ids.ts'

const FINDERS: readonly FindShortage[] = [
  storageShort,
  transactionIdsShort,
  connectionsShort,
  cpuShort,
  memoryShort,
  locksShort,
  diskShort,
  replicationShort,
]

export function shortagesOf(database: Database): Shortage[] {
  return FINDERS.flatMap(find => find(database) ?? [])
}
