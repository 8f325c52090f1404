// What a database can run short of. One file each says when, and beside which healthy look-alike it must stay silent.
import type { Millis } from '#incident/signal.ts'
import type { Role } from './role.ts'
import type { WaitClass } from './wait.ts'
import type { Database } from './database.ts'

export type Resource =
  | 'connections'
  | 'CPU'
  | 'storage'
  | 'disk I/O'
  | 'memory'
  | 'replication'
  | 'locks'
  | 'transaction IDs'

export type Shortage = {
  resource: Resource
  /** The series that shows it. */
  roles: readonly Role[]
  /** Name of the fault, in words of the field. */
  fault: string
  /** What follows the database's name in a title: 'is short of storage: FreeStorageSpace 0.5 GB'. */
  verdict: string
  /** The measured or said, with values. */
  reason: string
  signals: string[]
  began: Millis
  /** What sessions wait for while this is what is short: picks the statement that drives it. */
  waits: readonly WaitClass[]
}

/** A sentence with its evidence: ids of signals. */
export type Reason = { text: string; signals: string[] }

/** Undefined: not short of it, or nothing tells. */
export type FindShortage = (database: Database) => Shortage | undefined
