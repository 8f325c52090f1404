// Alarms of a database that hold although what they guard is well: it recovered, or it swings about a threshold that lies within what it
// always does. An alarm whose metric is not measured stays as it is.
import type { Millis, Severity } from '#incident/signal.ts'
import { clock } from '../amount.ts'
import { isCalm } from './calm.ts'
import type { Course } from './course.ts'
import { sayRange, show, timesUsual } from './course.ts'
import type { Database, Said } from './database.ts'
import type { Role } from './role.ts'

export type Relief = {
  fault: 'recovered' | 'within its usual range'
  verdict: string
  text: string
  signals: string[]
  atMost: Severity
}

const WAS_BAD = 2 // times its usual
const WELL_FOR = 3 // points
const TURNS = 4 // how often it crossed its own middle: a leak or a full pool never does
const FAILING = /\b(?:fail(?:ed|ing|ure)?|refused|error|unavailable|timed? ?out|out of|critical(?:ly)?|full)\b/i
const MENDED = /complet|autoscal|recover|resolved|caught up|resumed|expanded|increased/i

/** Undefined where one of them is bad, is not measured, or where nothing tells whether it is. */
export function reliefOf(database: Database, guarded: readonly Role[]): Relief | undefined {
  const courses = guarded.flatMap(role => database.courses[role] ?? [])
  if (courses.length === 0 || courses.length < guarded.length) return undefined
  const measured = Object.values(database.courses)
  if (courses.every(hasRecovered)) return recovered(database, courses)
  const isQuiet = measured.every(course => !CAPACITY.includes(course.role) || isCalm(course) || isSwinging(course))
  const failed = database.said.some(({ text, signal }) => !isAlarm(signal) && FAILING.test(text))
  return isQuiet && !failed && courses.every(isSwinging) ? swinging(courses) : undefined
}

const CAPACITY: readonly Role[] = ['cpu', 'connections', 'freeStorage', 'freeMemory', 'lag', 'burst', 'queue']

function hasRecovered(course: Course): boolean {
  const wasBad = timesUsual(course, 0.001, course.worst.value) >= WAS_BAD && !isCalm(course, course.worst.value)
  const last = course.values.slice(-WELL_FOR)
  return (
    wasBad && course.role !== 'connections' && last.length === WELL_FOR && last.every(value => isCalm(course, value))
  )
}

function recovered({ said }: Database, courses: readonly Course[]): Relief {
  const [course] = courses as readonly [Course, ...Course[]]
  const at = recoveredAt(course)
  const mended = said.findLast(
    one =>
      one.at >= course.worst.at - LONGEST_MENDING &&
      one.at <= at + LONGEST_MENDING &&
      !isAlarm(one.signal) &&
      MENDED.test(one.text),
  )
  const { metric, worst } = course
  return {
    fault: 'recovered',
    verdict: `recovered at ${clock(at)}: ${mended ? `${firstSentence(mended)}, ` : ''}${metric} ${show(course)}`,
    text: `${metric} ${show(course, worst.value)} at ${clock(worst.at)} → ${show(course)}${mended ? `; ${clock(mended.at)} ${mended.text.replace(/\.$/, '')}` : ''}`,
    signals: [...courses.map(({ id }) => id), ...(mended ? [mended.signal] : [])],
    atMost: 'low',
  }
}

const LONGEST_MENDING: Millis = 10 * 60_000

function recoveredAt(course: Course): Millis {
  const worst = course.values.indexOf(course.worst.value)
  const place = course.values.findIndex((value, i) => i > worst && isCalm(course, value))
  return course.times[place] ?? course.times.at(-1)!
}

/** It goes up and down within a band and nowhere in particular. */
function isSwinging({ values }: Course): boolean {
  const middle = (Math.min(...values) + Math.max(...values)) / 2
  const sides = values.map(value => value > middle)
  const turns = sides.filter((side, i) => i > 0 && side !== sides[i - 1]).length
  return turns >= TURNS
}

function swinging(courses: readonly Course[]): Relief {
  return {
    fault: 'within its usual range',
    verdict: `is within its usual range: ${courses.map(sayRange).join(', ')}; its alarm's threshold lies inside it`,
    text: `${courses.map(sayRange).join(', ')}, up and down without a trend; no error or refusal was told`,
    signals: courses.map(({ id }) => id),
    atMost: 'medium',
  }
}

const isAlarm = (signal: string): boolean => /:(?:alarm|alert):/.test(signal)

const firstSentence = ({ text }: Said): string => text.split(/\.(?:\s|$)/, 1)[0]!.trim()
