// Connections at their limit, or held by clients that do nothing with them. Many connections alone are no shortage.
import { digits } from '../amount.ts'
import { beganAt, sayCourse, show, timesUsual } from './course.ts'
import type { Database, Said } from './database.ts'
import { lastSaid } from './said.ts'
import type { FindShortage } from './shortage.ts'
import { shareOf, sayWaits } from './waiting.ts'

/** Of the limit: from here on a burst of requests is refused. PostgreSQL keeps some for its owner. */
const NEARLY_ALL = 0.9
/** Share of sessions that wait for their client while connections grow: they are held, not used. */
const HELD = 0.4
const GROWN = 1.3
const REFUSED =
  /too many (?:clients|connections)|remaining connection slots|connections? (?:may be|are being|were|was|is being) refused|connection limit (?:reached|exceeded)|max_connections/i
const LIMIT =
  /\bmax(?:imum|_connections)?\b(?: (?:of|is|connections))? ?(\d[\d,]{0,9})|\bof (\d[\d,]{0,9}) (?:max|connections)/i

export const connectionsShort: FindShortage = database => {
  const { connections: course } = database.courses
  if (!course) return undefined
  const limit = limitOf(database)
  const refused = lastSaid(database, REFUSED)
  const isFull = limit !== undefined && course.now >= NEARLY_ALL * limit
  const isHeld = isLeaking(database)
  const isRefused = refused !== undefined && course.now >= course.usual
  if (!isFull && !isRefused && !isHeld) return undefined
  const shown = show(course)
  const used = limit === undefined ? `${shown} connections` : `${shown} of ${show(course, limit)} connections`
  const idle = isHeld ? ', most held idle by their clients: a connection pool leak' : ''
  return {
    resource: 'connections',
    roles: ['connections'],
    fault: isHeld ? 'connection pool leak' : 'connections exhausted',
    verdict: `has ${used} in use${idle}`,
    reason: `${sayCourse(course)}${limit === undefined ? '' : ` of ${show(course, limit)}`}${isHeld ? `; sessions wait for clients that do not read: ${sayWaits(database, 'client')}` : ''}`,
    signals: [course.id, ...(refused ? [refused.signal] : []), ...(isHeld ? (database.load?.signals ?? []) : [])],
    began: beganAt(course),
    waits: isHeld ? ['client'] : ['client', 'lock', 'cpu', 'read', 'write'],
  }
}

/** Connections grow while their sessions do nothing but wait for their client. */
export function isLeaking(database: Database): boolean {
  const { connections: course } = database.courses
  if (!course || shareOf(database, 'client') < HELD) return false
  return timesUsual(course, 1) >= GROWN || (limitOf(database) ?? Infinity) * NEARLY_ALL <= course.now
}

/** As a metric or an event gives it. */
export function limitOf({ courses, said }: Database): number | undefined {
  return courses.limit?.now ?? said.map(limitIn).findLast(limit => limit !== undefined)
}

function limitIn({ text }: Said): number | undefined {
  if (!/connection/i.test(text)) return undefined
  const [, of, other] = LIMIT.exec(text) ?? []
  const limit = Number((of ?? other)?.replaceAll(',', ''))
  return limit > 0 ? limit : undefined
}

/** '4,612 -> 4,998' is worth saying where it is no shortage: what waits behind something else piles up. */
export function sayPile({ courses: { connections: course } }: Database): string | undefined {
  if (!course || timesUsual(course, 1) < GROWN) return undefined
  return `connections ${show(course, course.usual)} → ${show(course)} (${digits(course.now / Math.max(1, course.usual))}×)`
}
