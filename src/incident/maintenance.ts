// Maintenance that is announced: when it is on, and what it covers. A window is told by the configuration alone, so one that
// began while nobody ran is on all the same. Pure.
import { matches } from './glob.ts'
import type { Incident } from './incident.ts'
import type { Entity, Millis } from './signal.ts'
import { dayOf, momentOf, weekdayOf } from './wall-clock.ts'
import type { Weekday } from './wall-clock.ts'

/** What is covered fits one name of each list that is given; `*` stands for any run of characters. */
export type Covered = { services?: string[]; namespaces?: string[]; clusters?: string[] }

/** Begins on those days at that minute by the clock of the zone, and lasts so long whatever that clock does meanwhile. */
export type Recurring = { days: Weekday[]; minuteOfDay: number; lastsMillis: Millis; zone: string }

export type Maintenance = Covered & { name: string; reason: string; when: { from: Millis; until: Millis } | Recurring }

/** One time that it takes place. */
export type Occurrence = { name: string; reason: string; from: Millis; until: Millis }

const DAY: Millis = 86_400_000
export const LONGEST_MAINTENANCE: Millis = 7 * DAY

/** `from` inclusive, `until` exclusive; undefined where it is not on. */
export function occurrenceAt({ name, reason, when }: Maintenance, at: Millis): Occurrence | undefined {
  const found = 'from' in when ? [when] : startsAround(when, at, -LONGEST_MAINTENANCE, 0)
  const on = found.findLast(({ from, until }) => from <= at && at < until)
  return on && { name, reason, ...on }
}

/** The next time it begins after `at`, within eight days of those that recur. */
export function nextOccurrence({ name, reason, when }: Maintenance, at: Millis): Occurrence | undefined {
  const found = 'from' in when ? [when] : startsAround(when, at, 0, 8 * DAY)
  const next = found.find(({ from }) => from > at)
  return next && { name, reason, ...next }
}

/** Those that begin from `at + back` to `at + ahead`, and on the days before and after: days are those of the zone. */
function startsAround({ days, minuteOfDay, lastsMillis, zone }: Recurring, at: Millis, back: Millis, ahead: Millis) {
  const first = dayOf(at + back, zone)
  const count = Math.ceil((ahead - back) / DAY) + 3
  return Array.from({ length: count }, (_, i) => ({ ...first, day: first.day + i - 1 }))
    .filter(day => days.includes(weekdayOf(day)))
    .map(day => momentOf(day, minuteOfDay, zone))
    .map(from => ({ from, until: from + lastsMillis }))
}

const SURE_OF_CAUSE = 0.5 // under it the cause is "not clear yet", and what it hurts has to be covered itself

/**
 * The maintenance that explains an incident: of those that are on, the one that ends last of what covers its cause, or all
 * it hurts. None where something user-facing that no window covers is hurt critically: that is said whatever is announced.
 */
export function maintenanceOf(
  incident: Pick<Incident, 'rootCauses' | 'services' | 'findings' | 'severity'>,
  windows: readonly Maintenance[],
  at: Millis,
): Occurrence | undefined {
  const on = windows.flatMap(window => {
    const occurrence = occurrenceAt(window, at)
    return occurrence ? [{ window, occurrence }] : []
  })
  if (on.length === 0) return undefined
  const covering = (entity: Entity) => on.filter(({ window }) => covers(window, entity))
  const { rootCauses, findings, severity } = incident
  const isFelt = findings.some(
    finding => FELT.includes(finding.kind) && finding.severity === 'critical' && covering(finding.entity).length === 0,
  )
  if (severity === 'critical' && isFelt) return undefined
  const [cause] = rootCauses
  const byCause = cause && cause.confidence >= SURE_OF_CAUSE ? covering(cause.entity) : []
  const hurt = entitiesOf(incident).map(covering)
  const byHurt = hurt.length > 0 && hurt.every(each => each.length > 0) ? hurt.flat() : []
  const [longest] = [...byCause, ...byHurt].toSorted((a, b) => b.occurrence.until - a.occurrence.until)
  return longest?.occurrence
}

/** What users feel, and what somebody set an alarm on. */
const FELT: readonly string[] = ['slo', 'alarm']

export function covers({ services, namespaces, clusters }: Covered, { service, namespace, cluster }: Entity): boolean {
  const fits = (patterns: string[] | undefined, name = '') => !patterns || patterns.some(each => matches(each, name))
  return fits(services, service) && fits(namespaces, namespace) && fits(clusters, cluster)
}

/** Each service that is hurt, with its namespace and cluster where a finding knows them. */
function entitiesOf({
  services,
  findings,
  rootCauses,
}: Pick<Incident, 'services' | 'findings' | 'rootCauses'>): Entity[] {
  const known = [...findings, ...rootCauses].map(({ entity }) => entity)
  return services.map(service => known.find(entity => entity.service === service) ?? { service })
}
