// Sessions that wait for each other: locks, deadlocks. A deadlock now and then is how transactions end.
import type { FindShortage } from './shortage.ts'
import { lastSaid } from './said.ts'
import { sayWaits, shareOf } from './waiting.ts'

const DEADLOCK = /deadlock (?:detected|found)/i
const BLOCKED =
  /still waiting for \w{1,30}lock|lock (?:wait )?timeout|lock wait timeout exceeded|blocked by (?:pid|session)|blocking session/i
const MOST = 0.4 // of all sessions
const OFTEN = 3

export const locksShort: FindShortage = database => {
  const share = shareOf(database, 'lock')
  const deadlocks = database.said.filter(({ text }) => DEADLOCK.test(text))
  const blocked = lastSaid(database, BLOCKED)
  const isWaiting = share >= MOST
  if (!isWaiting && !blocked && deadlocks.length < OFTEN) return undefined
  const said = deadlocks.at(-1) ?? blocked
  const isDeadlock = deadlocks.length >= OFTEN
  return {
    resource: 'locks',
    roles: [],
    fault: isDeadlock ? 'deadlocks' : 'lock contention',
    verdict: isDeadlock ? 'ends transactions in deadlocks' : 'waits for locks',
    reason: [
      ...(isWaiting ? [`sessions wait for locks: ${sayWaits(database, 'lock')}`] : []),
      ...(said ? [said.text] : []),
    ].join('; '),
    signals: [...(isWaiting ? (database.load?.signals ?? []) : []), ...(said ? [said.signal] : [])],
    began: said?.at ?? database.load?.statements[0]?.at ?? 0,
    waits: ['lock'],
  }
}
