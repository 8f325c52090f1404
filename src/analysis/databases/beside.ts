// What stands beside a shortage: what moved with it and is no shortage of its own, and what stayed as it was.
import { wasCalm } from './calm.ts'
import { sayPile } from './connections.ts'
import { sayCourse, sayRange, timesUsual } from './course.ts'
import type { Database } from './database.ts'
import type { Role } from './role.ts'
import type { Reason, Resource } from './shortage.ts'

const SLOWER = 3 // times its usual
const LEAST = 0.001 // seconds: faster than that nobody waits

/** `short`: what is told already. */
export function consequences(database: Database, short: readonly Resource[]): string[] {
  const pile = short.includes('connections') ? undefined : sayPile(database)
  const { writeLatency, readLatency, commitLatency } = database.courses
  const waits = short.includes('disk I/O') ? [] : [writeLatency, commitLatency, readLatency]
  const slow = waits.find(course => course && timesUsual(course, LEAST) >= SLOWER)
  const lagging = database.replicas.flatMap(({ name, courses: { lag } }) =>
    lag && timesUsual(lag, 1) >= SLOWER ? [`replication to ${name}: ${sayCourse(lag)}`] : [],
  )
  return [...(pile ? [`${pile}, which wait and are no leak`] : []), ...lagging, ...(slow ? [sayCourse(slow)] : [])]
}

const SHOWN: readonly Role[] = ['cpu', 'connections', 'freeStorage', 'freeMemory', 'lag']

/** What is measured and stayed as it was, with its range; none where nothing is. `told`: what is spoken of already. */
export function steady({ courses }: Database, told: readonly Role[], as: string): Reason[] {
  const calm = SHOWN.flatMap(role => {
    const course = courses[role]
    return course && !told.includes(role) && wasCalm(course) ? [course] : []
  })
  if (calm.length === 0) return []
  return [{ text: `${as}: ${calm.map(sayRange).join(', ')}`, signals: calm.map(({ id }) => id) }]
}
