// get_incident: everything the record says of one incident, as far as a reader can take it in at once.
import { readIncident } from '#incident/store.ts'
import type { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import { bounded, MOST_LISTED } from './bounded.ts'
import type { OrchestratorPorts } from './ports.ts'
import { incidentInput, incidentOutput } from './schema.ts'

export function getIncident({ store }: OrchestratorPorts): ReadTool {
  return defineReadTool({
    name: 'get_incident',
    title: 'Incident',
    description:
      'One incident: what is wrong, whom it hurts, the likely causes with evidence, remedies, what is missing.',
    input: incidentInput,
    output: incidentOutput,
    hints: { openWorld: false },
    text: ({ incident, hint }) => asRows([...told(incident), ...(hint ? [hint] : [])]),
    async run({ incident_id: id }) {
      const { incident, truncated } = bounded(await readIncident(store, id))
      return {
        incident,
        truncated,
        ...(truncated && { hint: `Only the first ${MOST_LISTED} of each list. Causes name the signals that matter.` }),
      }
    },
  })
}

function told(incident: z.output<typeof incidentOutput>['incident']): string[] {
  const { id, severity, status, onset, title, acknowledgedBy, description } = incident
  return [
    `${id} ${severity} ${status}${acknowledgedBy ? ` (${acknowledgedBy} is on it)` : ''}, since ${onset}: ${title}`,
    ...(description ? [description] : []),
    `hurt: ${incident.services.join(', ')}`,
    ...incident.rootCauses.map(
      ({ entity, confidence, reasons, evidence }) =>
        `cause ${entity.service} (${confidence.toFixed(2)}): ${reasons.join('; ')} [${evidence.slice(0, 3).join(', ')}]`,
    ),
    ...incident.ruledOut.map(one => `ruled out: ${one}`),
    ...incident.remediationSuggestions.map(one => `remedy ${one.id} ${one.state}: ${one.description}`),
    ...incident.missing.map(({ source, what, why }) => `missing: ${source} ${what}: ${why}`),
  ]
}
