// Which shortages of a database follow from which: a full disk blocks writers, writers hold connections, and a replica replays what is
// written. What nothing explains is a root.
import { isLeaking } from './connections.ts'
import type { Database } from './database.ts'
import type { Resource, Shortage } from './shortage.ts'
import { driverOf } from './waiting.ts'

/** What may follow from what. Storage and transaction IDs run out by themselves. */
const MAY_FOLLOW: Partial<Record<Resource, readonly Resource[]>> = {
  connections: ['storage', 'transaction IDs', 'CPU', 'memory', 'disk I/O', 'locks'],
  CPU: ['connections'],
  locks: ['storage', 'transaction IDs'],
  'disk I/O': ['storage', 'CPU', 'memory'],
  replication: ['storage', 'CPU', 'disk I/O', 'transaction IDs'],
}

export type Roots = { roots: Shortage[]; followers: Shortage[] }

export function rootsOf(database: Database, shortages: readonly Shortage[]): Roots {
  const followers = shortages.filter(one => shortages.some(other => other !== one && explains(database, other, one)))
  return { roots: shortages.filter(one => !followers.includes(one)), followers }
}

function explains(database: Database, cause: Shortage, effect: Shortage): boolean {
  if (!MAY_FOLLOW[effect.resource]?.includes(cause.resource)) return false
  // Held connections are nobody's queue: they take the CPU with what they hold, never the other way round.
  if (effect.resource === 'connections') return !isLeaking(database)
  if (cause.resource === 'connections') return isLeaking(database)
  if (effect.resource !== 'disk I/O' || cause.resource === 'memory') return true
  const [ofCause, ofEffect] = [driverOf(database, cause.waits), driverOf(database, effect.waits)]
  return ofEffect === undefined || ofCause === undefined || ofEffect.sql === ofCause.sql || cause.resource === 'storage'
}
