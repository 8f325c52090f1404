// A replica that falls behind what it copies. A lag of seconds that comes and goes is how replicas are.
import { beganAt, sayCourse, show, timesUsual } from './course.ts'
import type { Database } from './database.ts'
import { lastSaid, quote } from './said.ts'
import type { FindShortage } from './shortage.ts'

const BEHIND = 30 // seconds
const TIMES = 5
const BEHIND_TOLD = /replica(?:tion)? lag (?:exceed|is |of |reach|breach)|replica\b.{0,40}\b(?:behind|lagging)/i

/** Whether it is written to: its replicas only replay. */
export function isSource({ courses: { lag, writeIops } }: Database): boolean {
  return lag === undefined && writeIops !== undefined
}

/** Of the replica itself. Where nobody measures the lag, its events tell. */
export const replicationShort: FindShortage = database => {
  const { lag } = database.courses
  const told = lastSaid(database, BEHIND_TOLD)
  const seen = { resource: 'replication', roles: ['lag'], fault: 'replication lag', waits: ['log', 'write'] } as const
  if (!lag) {
    if (!told || database.replicas.length > 0) return undefined
    const reason = `${quote(told)}; the lag is not measured`
    const verdict = isSource(database) ? 'has a replica that lags behind' : 'lags behind in replication'
    return { ...seen, verdict, reason, signals: [told.signal], began: told.at }
  }
  if (lag.now < BEHIND || timesUsual(lag, 1) < TIMES) return undefined
  const verdict = `lags ${show(lag)} behind in replication`
  return { ...seen, verdict, reason: sayCourse(lag), signals: [lag.id], began: beganAt(lag) }
}
