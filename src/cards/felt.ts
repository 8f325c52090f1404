// Which findings tell best how an incident is felt: for the Hurt line and the chart.
import type { Finding, FindingKind } from '#incident/finding.ts'
import type { Incident } from '#incident/incident.ts'

// What users see, then inner services, then pairs of them; alarms after all that have a number of their own. States, logs
// and changes are why it happens, not how it hurts.
const ORDER: readonly FindingKind[] = ['slo', 'symptom', 'edge', 'resource', 'traffic', 'alarm']

/** Findings that hurt, most telling first: those of the service at fault lead, then by what users see, then by strength. */
export function felt({ findings, rootCauses }: Incident): Finding[] {
  const atFault = rootCauses[0]?.entity.service
  const isMain = ({ kind, entity }: Finding) => (kind === 'slo' || kind === 'symptom') && entity.service === atFault
  const place = (finding: Finding) => (isMain(finding) ? -1 : ORDER.indexOf(finding.kind))
  return findings
    .filter(({ kind }) => ORDER.includes(kind))
    .toSorted((a, b) => place(a) - place(b) || b.strength - a.strength)
}

/** One of each service, in that order. */
export function feltByService(incident: Incident): Finding[] {
  const all = felt(incident)
  return all.filter(({ entity }, i) => all.findIndex(other => other.entity.service === entity.service) === i)
}
