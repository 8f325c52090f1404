// Whether a resource of a database is measured and as it should be, now or all the time.
import type { Course } from './course.ts'
import { timesUsual } from './course.ts'

const CALM = 1.5 // times its usual: half as much more is an ordinary day
/** Seconds under which no replica is behind. */
const UP_TO_DATE = 30
/** Percent under which no database is short of CPU, now and at its worst. */
const NOT_BUSY = 80

export function isCalm(course: Course, value = course.now): boolean {
  if (course.role === 'cpu') return value < NOT_BUSY
  if (course.role === 'lag') return value < UP_TO_DATE
  return timesUsual(course, 0.001, value) < CALM
}

/** All the time that is known of, in both directions: connections that drop to nothing are not calm. */
export function wasCalm(course: Course): boolean {
  if (!isCalm(course, course.worst.value)) return false
  const isCount = course.role === 'connections'
  return !isCount || Math.max(course.best.value, 1) * CALM >= course.worst.value
}
