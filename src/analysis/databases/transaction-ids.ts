// PostgreSQL about to run out of transaction IDs, because vacuum does not get through. It takes no writes at 2^31 less a few.
import { beganAt, show } from './course.ts'
import { lastSaid } from './said.ts'
import type { FindShortage } from './shortage.ts'

const VACUUM = /must be vacuumed within|transaction id wraparound|to avoid wraparound/i
const TOO_MANY = 1_000_000_000 // what AWS advises to alarm at; autovacuum forces itself at 200 million

export const transactionIdsShort: FindShortage = database => {
  const { transactionIds: course } = database.courses
  const said = lastSaid(database, VACUUM)
  if (!said && !(course && course.now >= TOO_MANY)) return undefined
  return {
    resource: 'transaction IDs',
    roles: ['transactionIds'],
    fault: 'transaction ID wraparound',
    verdict: 'runs out of transaction IDs: vacuum does not get through',
    reason: [...(said ? [said.text] : []), ...(course ? [`${course.metric} ${show(course)} of 2.1 billion`] : [])].join(
      '; ',
    ),
    signals: [...(course ? [course.id] : []), ...(said ? [said.signal] : [])],
    began: course ? beganAt(course) : said!.at,
    waits: ['lock', 'read'],
  }
}
