// A database that is short of something, in words: what, what drives it, what only follows, what is ruled out.
import { clock } from '../amount.ts'
import { consequences, steady } from './beside.ts'
import { wasCalm } from './calm.ts'
import { sayCourse, show } from './course.ts'
import type { Database } from './database.ts'
import { driverOfShortage, isSameDriver, topWrite, writesGrew } from './driver.ts'
import type { Driver } from './driver.ts'
import type { Judgement } from './judgement.ts'
import { isSource } from './replication.ts'
import type { Reason, Shortage } from './shortage.ts'
import { sayWaits, shareOf } from './waiting.ts'

/** `roots`: what nothing explains, at least one; `followers`: what they explain. */
export function sayShortages(
  database: Database,
  roots: readonly Shortage[],
  followers: readonly Shortage[],
): Judgement {
  const [first, second] = roots as readonly [Shortage, ...Shortage[]]
  const drivers = roots.map(root => driverOf(database, root))
  const clauses = roots.slice(0, 2).map((root, i) => `${root.verdict}${by(root, drivers[i])}`)
  const apart = second !== undefined && !isSameDriver(database, first, second)
  const short = [...roots, ...followers].map(({ resource }) => resource)
  const follow = [...followers.map(({ reason }) => reason), ...consequences(database, short)]
  const also = first.fault === LEAK && followers[0] ? `; ${followers[0].resource} follows` : ''
  return {
    key: database.key,
    fault: first.fault,
    verdict: `${database.name} ${clauses.join(', and ')}${also}`,
    reasons: [
      ...roots.map((root, i) => reasonOf(root, drivers[i])),
      ...(follow.length > 0
        ? [
            {
              text: `follows from ${apart ? 'these' : 'it, one root cause'}: ${follow.join('; ')}`,
              signals: followers.flatMap(({ signals }) => signals),
            },
          ]
        : []),
      ...(apart
        ? [{ text: `two workloads at once: ${first.resource} and ${second.resource} have different ones`, signals: [] }]
        : []),
      ...steady(
        database,
        [...roots, ...followers].flatMap(({ roles }) => roles),
        'ruled out',
      ),
    ],
  }
}

/** A replica is outrun by what is written to its source; else what slows it is its own. */
export function sayReplication(replica: Database, shortage: Shortage): Judgement {
  const source = isSource(replica) ? replica : replica.source
  const name = source === replica ? 'its replica' : replica.name
  const grew = source && writesGrew(source)
  const lags = { ...reasonOf(shortage, undefined) }
  if (!source || !grew) {
    const reasons = [lags, ...steady(replica, shortage.roles, 'ruled out')]
    return { key: replica.key, fault: shortage.fault, verdict: `${replica.name} ${shortage.verdict}`, reasons }
  }
  const write = topWrite(source)
  const { lag } = replica.courses
  return {
    key: source.key,
    fault: shortage.fault,
    verdict: `a write-heavy workload on ${source.name} outruns ${name}: replication lag${lag ? ` ${show(lag)}` : ''}`,
    reasons: [
      { ...lags, text: source === replica ? lags.text : `replica ${name}: ${lags.text}` },
      { text: `write-heavy workload on ${source.name}: ${grew.text}`, signals: grew.signals },
      ...(write ? [{ text: write.reason, signals: write.signals }] : []),
      ...busyWriting(source),
      ...steady(source, [], 'ruled out'),
    ],
  }
}

/** CPU that the writes take is no shortage of its own while their sessions wait for the log and the disk. */
function busyWriting(source: Database): Reason[] {
  const { cpu } = source.courses
  if (!cpu || wasCalm(cpu) || shareOf(source, 'cpu') >= shareOf(source, 'log', 'write')) return []
  const text = `${sayCourse(cpu)} follows from the writes: ${sayWaits(source, 'log', 'write')} wait to write`
  return [{ text, signals: [cpu.id, ...(source.load?.signals ?? [])] }]
}

const LEAK = 'connection pool leak'

/** What waits on a client is no driver: the statements are done. */
function by({ fault }: Shortage, driver: Driver | undefined): string {
  return driver && fault !== LEAK ? `, driven by ${driver.name}` : ''
}

function driverOf(database: Database, root: Shortage): Driver | undefined {
  return driverOfShortage(database, root) ?? (root.resource === 'storage' ? topWrite(database) : undefined)
}

function reasonOf({ reason, signals, began }: Shortage, driver: Driver | undefined): Reason {
  const text = `${reason}, since ${clock(began)}${driver ? `; ${driver.reason}` : ''}`
  return { text, signals: [...signals, ...(driver?.signals ?? [])] }
}
