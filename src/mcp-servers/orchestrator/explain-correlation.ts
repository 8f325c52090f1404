// explain_correlation: why signals are one incident, from what the record keeps of it; between two, the chain that joins them.
import { Fault } from '#incident/fault.ts'
import type { Correlation } from '#incident/incident.ts'
import { readIncident } from '#incident/store.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import { presentCorrelations, presentSources } from '../present.ts'
import type { OrchestratorPorts } from './ports.ts'
import { explainInput, explainOutput, MOST_EXPLAINED } from './schema.ts'

export function explainCorrelation({ store }: OrchestratorPorts): ReadTool {
  return defineReadTool({
    name: 'explain_correlation',
    title: 'Explain a correlation',
    description:
      'Why signals are in one incident. Without event_ids all its correlations, with one id those it is in, ' +
      'with two the chain that joins them.',
    input: explainInput,
    output: explainOutput,
    hints: { openWorld: false },
    text: ({ correlations, hint }) =>
      asRows([
        ...correlations.map(
          each =>
            `${each.sourceA.sourceId} with ${each.sourceB.sourceId}, ${each.correlationType} ${each.confidence.toFixed(2)}: ${each.explanation}`,
        ),
        ...(hint ? [hint] : []),
      ]),
    async run({ incident_id: id, event_ids: ids = [] }) {
      const { correlations, signals } = await readIncident(store, id)
      const stranger = ids.find(event => !signals.some(signal => signal.id === event))
      if (stranger !== undefined) {
        throw new Fault('not_found', `${id} holds no signal ${stranger}. Its groupedSignals are those it holds.`)
      }
      const wanted = chosen(correlations, ids)
      const truncated = wanted.length > MOST_EXPLAINED
      return {
        correlations: presentCorrelations(wanted.slice(0, MOST_EXPLAINED), presentSources(signals)),
        truncated,
        ...(truncated && { hint: `The ${MOST_EXPLAINED} surest of ${wanted.length}. Name an event for its own.` }),
        ...(wanted.length === 0 && {
          hint: 'Nothing recorded joins them. correlate_events compares any signals anew.',
        }),
      }
    },
  })
}

function chosen(correlations: Correlation[], [a, b]: string[]): Correlation[] {
  if (a !== undefined && b !== undefined) return chain(correlations, a, b)
  const touching = a === undefined ? correlations : correlations.filter(each => each.a === a || each.b === a)
  return touching.toSorted((one, other) => other.confidence - one.confidence)
}

/**
 * The fewest correlations that lead from one signal to the other, in their order; empty where none do. Breadth first.
 * chain([a-b, b-c, c-d], 'a', 'c') -> [a-b, b-c]
 */
function chain(correlations: Correlation[], from: string, to: string): Correlation[] {
  const cameBy = new Map<string, { by: Correlation; from: string }>()
  const queue = [from]
  for (const here of queue) {
    if (here === to) break
    for (const by of correlations) {
      if (by.a !== here && by.b !== here) continue
      const next = by.a === here ? by.b : by.a
      if (next === from || cameBy.has(next)) continue
      cameBy.set(next, { by, from: here })
      queue.push(next)
    }
  }
  const steps: Correlation[] = []
  for (let step = cameBy.get(to); step; step = cameBy.get(step.from)) steps.unshift(step.by)
  return steps
}
