// What one series of a database did lately: where it stood while it was well, its worst, where it is now. Numbers, no verdict.
import type { Millis } from '#incident/signal.ts'
import { digits } from '../amount.ts'
import type { SeriesState } from '../learnt.ts'
import { quantile } from '../statistics.ts'
import { ROLES } from './role.ts'
import type { Role, Shown } from './role.ts'

export type Course = {
  /** Id of its series. */
  id: string
  role: Role
  metric: string
  /** Times and values of the last hours, oldest first, at least one. */
  times: Millis[]
  values: number[]
  now: number
  /** Where it stood while it was well: its good quintile, or where it began, if that was better. */
  usual: number
  best: { value: number; at: Millis }
  worst: { value: number; at: Millis }
}

const LOOKED_BACK: Millis = 6 * 3_600_000
const GOOD_QUINTILE = 0.2 // a trouble that fills more of what is known has no quiet part left but its begin

/** Undefined where nothing was measured within six hours before `at`. */
export function courseOf({ signal, times, values, size }: SeriesState, role: Role, at: Millis): Course | undefined {
  const { bad, shown } = ROLES[role]
  const places: number[] = []
  for (let i = 0; i < size; i++) if (times[i]! > at - LOOKED_BACK && times[i]! <= at) places.push(i)
  if (places.length === 0) return undefined
  const seconds = unitSeconds(signal.unit)
  const scale = shown === 'seconds' ? seconds : shown === 'percent' && signal.unit === '1' ? 100 : 1
  const of = places.map(i => values[i]! * scale)
  const when = places.map(i => times[i]!)
  const extreme = (sign: number) => {
    let place = 0
    for (const [i, value] of of.entries()) if (sign * value > sign * of[place]!) place = i
    return { value: of[place]!, at: when[place]! }
  }
  return {
    id: signal.id,
    role,
    metric: signal.metric,
    times: when,
    values: of,
    now: of.at(-1)!,
    usual:
      bad === 1 ? Math.min(of[0]!, quantile(of, GOOD_QUINTILE)) : Math.max(of[0]!, quantile(of, 1 - GOOD_QUINTILE)),
    best: extreme(-bad),
    worst: extreme(bad),
  }
}

/** First moment it stood nearer to its worst than to its usual. */
export function beganAt({ times, values, usual, worst }: Course): Millis {
  const half = (usual + worst.value) / 2
  const place = values.findIndex(value => (worst.value > usual ? value >= half : value <= half))
  return times[Math.max(0, place)]!
}

/** How many times its usual it is; more than 1 is worse, whichever way is bad. `least`: no usual counts as less. */
export function timesUsual(course: Course, least: number, value = course.now): number {
  const [a, b] = [Math.max(value, least), Math.max(course.usual, least)]
  return ROLES[course.role].bad === 1 ? a / b : b / a
}

/** One of its values as people read it, now's where none is given: '91 %', '7.8 GB', '1,047 s'. */
export function show({ role, now }: Course, value = now): string {
  return shownAs(value, ROLES[role].shown)
}

/** 'CPUUtilization 91 % (21 % before)' */
export function sayCourse(course: Course): string {
  const { metric, usual } = course
  const [here, before] = [show(course), show(course, usual)]
  return here === before ? `${metric} ${here}` : `${metric} ${here} (${before} before)`
}

/** 'DatabaseConnections 87 to 93' */
export function sayRange(course: Course): string {
  const { metric, best, worst } = course
  const [low, high] = [Math.min(best.value, worst.value), Math.max(best.value, worst.value)].map(value =>
    show(course, value),
  )
  return low === high ? `${metric} ${low}` : `${metric} ${low} to ${high}`
}

function unitSeconds(unit: string): number {
  if (/^milli/i.test(unit) || unit === 'ms') return 1e-3
  return /^micro/i.test(unit) || unit === 'us' ? 1e-6 : 1
}

function shownAs(value: number, shown: Shown): string {
  if (shown === 'percent') return `${digits(value)} %`
  if (shown === 'bytes') return bytes(value)
  if (shown === 'bytes/s') return `${bytes(value)}/s`
  if (shown === '/s') return `${grouped(value)}/s`
  if (shown === 'seconds') return value < 1 ? `${digits(value * 1000)} ms` : `${grouped(value)} s`
  return shown === 'sessions' ? digits(value) : grouped(value)
}

function grouped(value: number): string {
  return Math.abs(value) < 100 ? digits(value) : Math.round(value).toLocaleString('en-US')
}

/** As the consoles count: 1 GB is 2^30 bytes. */
function bytes(value: number): string {
  for (const [unit, size] of SIZES) if (Math.abs(value) >= size) return `${digits(value / size)} ${unit}`
  return `${digits(value)} B`
}

const SIZES = [
  ['GB', 2 ** 30],
  ['MB', 2 ** 20],
  ['kB', 2 ** 10],
] as const
