// Troubles that people know: of the same fault of the same object nothing is said when it comes again, unless it is worse
// than what they know. Marked on an incident, in whose record it stands; taken back at any time.
import type { Action } from './chat.ts'
import { Fault } from './fault.ts'
import { keptList } from './kept-list.ts'
import type { Incident, RootCause } from './incident.ts'
import type { Person } from './remedy.ts'
import { isSameObject, SEVERITIES } from './signal.ts'
import type { Millis, Severity } from './signal.ts'
import { amend } from './store.ts'
import type { IncidentStore } from './store.ts'

export type KnownIssue = {
  /** On which it was marked. */
  incident: string
  cause: Pick<RootCause, 'entity' | 'fault'>
  /** As bad as it was then. */
  severity: Severity
  services: string[]
  reason: string
  /** Where people work on it. */
  ticket?: string
  /** Absent: until it is taken back. */
  until?: Millis
  by: Person
  at: Millis
}

const kept = keptList<KnownIssue>('known')

/** Those that still hold. */
export async function readKnown(store: IncidentStore, at: Millis): Promise<KnownIssue[]> {
  return (await kept.read(store)).filter(({ until }) => until === undefined || until > at)
}

/**
 * Written into the record first: killed in between, saying it again finishes it. The same incident again: the newer one
 * holds. Throws a Fault `validation` where it has no cause with a fault, as nothing could be known by it again.
 */
export async function markKnown(
  store: IncidentStore,
  { incident: id, reason, ticket, millis }: Action & { kind: 'known' },
  by: Person,
  at: Millis,
): Promise<Incident> {
  const told = { reason, ...(ticket && { ticket }), ...(millis !== undefined && { until: at + millis }) }
  const marked = await amend(store, id, at, by, ({ rootCauses: [cause] }) => {
    if (!cause?.fault)
      throw new Fault('validation', `No cause of ${id} is known yet, so it could not be told again. Mute it instead.`)
    return [{ type: 'known', ...told }]
  })
  const { severity, services, rootCauses } = marked
  const [{ entity, fault } = { entity: { service: '' } }] = rootCauses
  const issue = { incident: id, cause: { entity, ...(fault && { fault }) }, severity, services, ...told, by, at }
  await kept.change(store, all => [...all.filter(({ incident }) => incident !== id), issue])
  return marked
}

export function removeKnown(store: IncidentStore, marked: string): Promise<void> {
  return kept.change(store, all => all.filter(({ incident }) => incident !== marked))
}

/** The one an incident is, as far as it is no worse: not of a higher severity, and hurting nobody else. */
export function knownAs(
  { rootCauses: [cause], severity, services }: Pick<Incident, 'rootCauses' | 'severity' | 'services'>,
  known: readonly KnownIssue[],
): KnownIssue | undefined {
  return known.find(
    issue =>
      cause?.fault !== undefined &&
      cause.fault === issue.cause.fault &&
      isSameObject(cause.entity, issue.cause.entity) &&
      SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(issue.severity) &&
      services.every(service => issue.services.includes(service)),
  )
}
