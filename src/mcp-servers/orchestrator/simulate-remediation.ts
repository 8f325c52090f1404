// simulate_remediation: a proposed remedy tried without doing it, by the same dry run that a person sees before they approve.
// Records nothing and approves nothing.
import type { ToolCall } from '#incident/tool-call.ts'
import { Fault } from '#incident/fault.ts'
import { withRecord } from '#incident/prerequisites.ts'
import type { Preview, Remedy } from '#incident/remedy.ts'
import { readIncident } from '#incident/store.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import type { OrchestratorPorts } from './ports.ts'
import { dryRunSchema, simulateInput, simulateOutput } from './schema.ts'

const DRY_RUN_MILLIS = 8000 // as for the preview a person asks for

export function simulateRemediation({ store, toolbox }: OrchestratorPorts): ReadTool {
  return defineReadTool({
    name: 'simulate_remediation',
    title: 'Simulate a remedy',
    description:
      'What a proposed remedy would change now, how many pods it touches, and every reason why it could not be done. ' +
      'A dry run: changes nothing.',
    input: simulateInput,
    output: simulateOutput,
    text: ({ remedy, call, possible, diff, pods, refusals, checked = [] }) =>
      asRows([
        `${remedy} (${call.tool}) ${possible ? `could be done now, touching ${pods} pods` : 'cannot be done now'}`,
        ...diff.map(line => `would change: ${line}`),
        ...refusals.map(line => `in the way: ${line}`),
        ...checked.map(
          ({ what, holds, saw }) =>
            `${holds === undefined ? 'not known' : holds ? 'holds' : 'does not hold'}: ${what} (${saw})`,
        ),
      ]),
    async run({ remedy_id: id }, { signal }) {
      const remedy = await remedyOf(store, id)
      const { call } = remedy
      const { structured } = await toolbox.call(
        { ...call, arguments: { ...call.arguments, dry_run: true } },
        { deadlineMillis: DRY_RUN_MILLIS, signal },
      )
      const seen = await withRecord(store, remedy, structured as Preview)
      const { diff, pods, refusals, pdb, hpa, owner, checked } = dryRunSchema.parse(seen)
      return {
        remedy: id,
        call,
        possible: refusals.length === 0,
        diff,
        pods,
        refusals,
        ...(pdb !== undefined && { pdb }),
        ...(hpa !== undefined && { hpa }),
        ...(owner !== undefined && { owner }),
        ...(checked && { checked }),
      }
    },
  })
}

/** A remedy's id begins with its incident's. */
async function remedyOf(store: OrchestratorPorts['store'], id: string): Promise<Remedy & { call: ToolCall }> {
  const { remedies } = await readIncident(store, id.slice(0, Math.max(0, id.lastIndexOf('-R'))))
  const remedy = remedies.find(candidate => candidate.id === id)
  if (!remedy) throw new Fault('not_found', `There is no remedy ${id}.`)
  const { call } = remedy
  if (!call) throw new Fault('validation', `${id} is advice for a person; there is no call behind it to try.`)
  return { ...remedy, call }
}
