// Why an incident is recorded and said to nobody: announced maintenance, or a trouble that people know. What holds is asked
// again at each look, so that the end of either is said, and what grows worse than it is heard.
import { canonical } from './canonical.ts'
import type { Incident } from './incident.ts'
import { maintenanceOf } from './maintenance.ts'
import type { Maintenance } from './maintenance.ts'
import type { Happening } from './record.ts'
import type { Millis } from './signal.ts'

export type Quiet = { because: 'maintenance'; name: string; reason: string; until: Millis }

type Judged = Pick<Incident, 'rootCauses' | 'services' | 'findings' | 'severity'>

export type Quietening = { maintenance: readonly Maintenance[] }

export function quietOf(incident: Judged, { maintenance }: Quietening, at: Millis): Quiet | undefined {
  const window = maintenanceOf(incident, maintenance, at)
  return window && { because: 'maintenance', name: window.name, reason: window.reason, until: window.until }
}

/** What has changed about it; `judged`: as it is known now. What a person declared is said whatever is announced. */
export function quieten(incident: Incident, judged: Judged, quietening: Quietening, at: Millis): Happening[] {
  if (incident.resolvedAt !== undefined || incident.declaredBy) return []
  const quiet = quietOf(judged, quietening, at)
  if (canonical(quiet ?? null) === canonical(incident.quiet ?? null)) return []
  if (quiet) return [{ type: 'quieted', quiet }]
  return [{ type: 'heard', was: incident.quiet?.because ?? 'maintenance', isOver: (incident.quiet?.until ?? 0) <= at }]
}
