// An incident as far as a reader can take it in at once: without what grows with the telemetry, and with the first of each list.
import type { Incident } from '#incident/incident.ts'
import { presentListed } from '../present.ts'
import type { WireIncident } from '../wire.ts'

export const MOST_LISTED = 100

export function bounded(incident: Incident): { incident: WireIncident; truncated: boolean } {
  const whole = presentListed(incident)
  const { sources, groupedSignals, correlations, findings } = whole
  return {
    incident: {
      ...whole,
      sources: sources.slice(0, MOST_LISTED),
      groupedSignals: groupedSignals.slice(0, MOST_LISTED),
      correlations: correlations.slice(0, MOST_LISTED),
      findings: findings.slice(0, MOST_LISTED),
    },
    truncated: [sources, groupedSignals, correlations, findings].some(list => list.length > MOST_LISTED),
  }
}
