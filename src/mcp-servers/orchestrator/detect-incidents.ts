// detect_incidents: one look over all sources, in the shape everybody gets.
import { SEVERITIES } from '#incident/signal.ts'
import type { Severity } from '#incident/signal.ts'
import { openIncidents } from '#incident/store.ts'
import type { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import { iso, presentDiagnosis, presentFinding, presentMissing } from '../present.ts'
import { lookAt } from './look.ts'
import type { OrchestratorPorts } from './ports.ts'
import { detectInput, detectOutput, MOST_INCIDENTS } from './schema.ts'

const MOST_OPEN = 100 // incidents looked through; more than a team can have in hand

export function detectIncidents({ look, store }: OrchestratorPorts): ReadTool {
  return defineReadTool({
    name: 'detect_incidents',
    title: 'Detect incidents',
    description:
      'Looks at all sources now and says what is wrong, since when, what most likely caused it and what could be done. ' +
      'Start here. Opens and posts nothing.',
    input: detectInput,
    output: detectOutput,
    text: detected,
    async run({ time_range: range, severity }, context) {
      const { analysis, missing } = await lookAt(range, look, context)
      const open = new Map((await openIncidents(store, MOST_OPEN)).map(incident => [incident.key, incident]))
      const found = analysis.diagnoses.filter(
        diagnosis => diagnosis.phase !== 'recovered' && atLeast(diagnosis.severity, severity),
      )
      const truncated = found.length > MOST_INCIDENTS
      return {
        at: iso(analysis.at),
        incidents: found
          .slice(0, MOST_INCIDENTS)
          .map(diagnosis => presentDiagnosis(diagnosis, analysis.at, open.get(diagnosis.key))),
        watching: analysis.watching.filter(finding => atLeast(finding.severity, severity)).map(presentFinding),
        missing: missing.map(presentMissing),
        truncated,
        ...(truncated && { hint: 'Ask for a severity or a shorter time_range.' }),
      }
    },
  })
}

function detected({ incidents, watching, missing }: z.output<typeof detectOutput>): string {
  const lines = incidents.map(each => {
    const cause = each.rootCauses[0]
    const sure = cause
      ? ` Most likely ${cause.entity.service} (${cause.confidence.toFixed(2)}): ${cause.reasons[0] ?? ''}`
      : ''
    return `${each.severity} ${each.id}, since ${each.onset}: ${each.title}${sure}`
  })
  if (lines.length === 0)
    lines.push(missing.length > 0 ? 'Nothing is wrong in what could be read.' : 'Nothing is wrong.')
  for (const { title } of watching) lines.push(`watching: ${title}`)
  for (const { source, what, why } of missing) lines.push(`missing: ${source} ${what}: ${why}`)
  return asRows(lines)
}

function atLeast(severity: Severity, wanted: Severity | undefined): boolean {
  return !wanted || SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(wanted)
}
