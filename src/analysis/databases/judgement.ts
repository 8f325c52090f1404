// What is wrong with a database, in one sentence with its reasons: it changed its host, or it is short of something, or its alarms hold
// although nothing is short any more. Plain data.
import type { Severity } from '#incident/signal.ts'
import { clock } from '../amount.ts'
import type { ServiceKey } from '../topology.ts'
import { steady } from './beside.ts'
import type { Database } from './database.ts'
import { interruptionOf } from './failover.ts'
import type { Interruption } from './failover.ts'
import { shortagesOf } from './finders.ts'
import { rootsOf } from './follows.ts'
import { reliefOf } from './relief.ts'
import type { Role } from './role.ts'
import { sayReplication, sayShortages } from './say-shortages.ts'
import type { Reason, Shortage } from './shortage.ts'

export type Judgement = {
  /** Whom it is about: of a replica that is outrun, what it copies. */
  key: ServiceKey
  fault: string
  /** The whole clause for a title, subject first. */
  verdict: string
  /** What tells most first. */
  reasons: Reason[]
  /** No alarm about it is worse than this, because what it guards is measured and well. */
  atMost?: Severity
}

/** `guarded`: what alarms that hold now watch of it. Undefined where nothing is wrong with it, or nothing tells. */
export function judge(database: Database, guarded: readonly Role[]): Judgement | undefined {
  const shortages = shortagesOf(database)
  const interruption = interruptionOf(database)
  if (interruption && !shortages.some(shortage => broughtDown(shortage, interruption))) {
    return sayInterruption(database, interruption)
  }
  const { roots, followers } = rootsOf(database, shortages)
  const ordered = roots.toSorted((a, b) => Number(isGuarded(b, guarded)) - Number(isGuarded(a, guarded)))
  const [first] = ordered
  if (!first) return sayRelief(database, guarded)
  return first.resource === 'replication' ? sayReplication(database, first) : sayShortages(database, ordered, followers)
}

/** What an alarm speaks of comes first: it is what people look for. */
function isGuarded({ roles }: Shortage, guarded: readonly Role[]): boolean {
  return roles.some(role => guarded.includes(role))
}

/** What can bring a host down, where it came first. */
function broughtDown({ resource, began }: Shortage, interruption: Interruption): boolean {
  return (resource === 'storage' || resource === 'memory') && began < interruption.began
}

function sayInterruption(database: Database, found: Interruption): Judgement {
  const { fault, verdict, reason, signals, availableAt, traffic } = found
  const back = availableAt === undefined ? '' : `; available again at ${clock(availableAt)}`
  const { connections } = database.courses
  return {
    key: database.key,
    fault,
    verdict: `${database.name} ${verdict}${back}`,
    reasons: [
      { text: reason, signals },
      ...(traffic && connections ? [{ text: traffic, signals: [connections.id] }] : []),
      ...steady(database, ['connections'], 'ruled out'),
    ],
  }
}

/** Its alarms hold, and what they guard is measured and well: over, or within what it always does. */
function sayRelief(database: Database, guarded: readonly Role[]): Judgement | undefined {
  const relief = reliefOf(database, guarded)
  if (!relief) return undefined
  const { fault, verdict, text, signals, atMost } = relief
  const reasons = [{ text, signals }, ...steady(database, guarded, 'no active shortage')]
  return { key: database.key, fault, verdict: `${database.name} ${verdict}`, reasons, atMost }
}
