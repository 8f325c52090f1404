// Why an incident is recorded and said to nobody: announced maintenance, or a trouble that people know. What holds is asked
// again at each look, so that the end of either is said, and what grows worse than it is heard.
import { canonical } from './canonical.ts'
import type { Incident } from './incident.ts'
import { knownAs } from './known.ts'
import type { KnownIssue } from './known.ts'
import { maintenanceOf } from './maintenance.ts'
import type { Maintenance } from './maintenance.ts'
import type { Happening } from './record.ts'
import type { Millis } from './signal.ts'

export type Quiet =
  | { because: 'maintenance'; name: string; reason: string; until: Millis }
  /** `incident`: on which it was marked; `until` absent: until it is taken back. */
  | { because: 'known'; incident: string; reason: string; ticket?: string; until?: Millis }

type Judged = Pick<Incident, 'rootCauses' | 'services' | 'findings' | 'severity'>

export type Quietening = { maintenance: readonly Maintenance[]; known: readonly KnownIssue[] }

export function quietOf(incident: Judged, { maintenance, known }: Quietening, at: Millis): Quiet | undefined {
  const window = maintenanceOf(incident, maintenance, at)
  if (window) return { because: 'maintenance', name: window.name, reason: window.reason, until: window.until }
  const issue = knownAs(incident, known)
  if (!issue) return undefined
  const { incident: marked, reason, ticket, until } = issue
  return {
    because: 'known',
    incident: marked,
    reason,
    ...(ticket !== undefined && { ticket }),
    ...(until !== undefined && { until }),
  }
}

/** Until when nothing is said; 0: it is heard. */
export function endOfQuiet({ quiet }: Pick<Incident, 'quiet'>): Millis {
  return quiet ? (quiet.until ?? Number.POSITIVE_INFINITY) : 0
}

/** What has changed about it; `judged`: as it is known now. What a person declared is said whatever is announced. */
export function quieten(incident: Incident, judged: Judged, quietening: Quietening, at: Millis): Happening[] {
  const { known } = quietening
  if (incident.resolvedAt !== undefined || incident.declaredBy) return []
  const quiet = quietOf(judged, quietening, at)
  if (canonical(quiet ?? null) === canonical(incident.quiet ?? null)) return []
  if (quiet) return [{ type: 'quieted', quiet }]
  const was = incident.quiet?.because ?? 'maintenance'
  const isOver =
    was === 'known' ? !known.some(({ incident: marked }) => marked === markedOn(incident)) : endOfQuiet(incident) <= at
  return [{ type: 'heard', was, isOver }]
}

function markedOn({ quiet }: Incident): string | undefined {
  return quiet?.because === 'known' ? quiet.incident : undefined
}
