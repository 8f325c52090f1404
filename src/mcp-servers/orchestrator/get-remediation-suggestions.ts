// get_remediation_suggestions: what the record proposes for an incident.
import { readIncident } from '#incident/store.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import { presentRemedy } from '../present.ts'
import type { OrchestratorPorts } from './ports.ts'
import { remediationInput, remediationOutput } from './schema.ts'

export function getRemediationSuggestions({ store }: OrchestratorPorts): ReadTool {
  return defineReadTool({
    name: 'get_remediation_suggestions',
    title: 'Remediation suggestions',
    description:
      'What could be done about an open incident, best first, with its risk and what must hold before. ' +
      'Carrying one out takes a person: it has to be approved in the chat or on the dashboard.',
    input: remediationInput,
    output: remediationOutput,
    hints: { openWorld: false },
    text: ({ items }) =>
      asRows(
        items.flatMap(each => [
          `${each.id} ${each.state}, risk ${each.riskLevel}: ${each.description}. ${each.reason}`,
          ...(each.looks ?? []).map(
            ({ asks, call }) => `  look at ${asks}: ${call.server} ${call.tool} ${JSON.stringify(call.arguments)}`,
          ),
        ]),
      ) || 'Nothing is suggested; look at the root causes of the incident.',
    async run({ incident_id: id }) {
      const { remedies } = await readIncident(store, id)
      return { items: remedies.map(presentRemedy) }
    },
  })
}
