// A replica that falls behind what it copies. A lag of seconds that comes and goes is how replicas are.
import { beganAt, sayCourse, show, timesUsual } from './course.ts'
import type { FindShortage } from './shortage.ts'

const BEHIND = 30 // seconds
const TIMES = 5

/** Of the replica itself. */
export const replicationShort: FindShortage = ({ courses: { lag } }) => {
  if (!lag || lag.now < BEHIND || timesUsual(lag, 1) < TIMES) return undefined
  return {
    resource: 'replication',
    roles: ['lag'],
    fault: 'replication lag',
    verdict: `lags ${show(lag)} behind in replication`,
    reason: sayCourse(lag),
    signals: [lag.id],
    began: beganAt(lag),
    waits: ['log', 'write'],
  }
}
