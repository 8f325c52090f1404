// correlate_events: which of some signals belong together, whatever source they came from.
import { Fault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import { presentCorrelations, presentSources } from '../present.ts'
import { findSignals } from './find-signals.ts'
import type { OrchestratorPorts } from './ports.ts'
import { correlateInput, correlateOutput, MOST_CORRELATIONS } from './schema.ts'

export function correlateEvents({ analyst, store }: OrchestratorPorts): ReadTool {
  return defineReadTool({
    name: 'correlate_events',
    title: 'Correlate events',
    description:
      'Says which of the given signals belong together and why: near in time, alike in meaning, or one causing the other.',
    input: correlateInput,
    output: correlateOutput,
    text: ({ correlations, unknown }) =>
      asRows([
        ...correlations.map(
          each =>
            `${each.correlationType} ${each.confidence.toFixed(2)}: ${each.sourceA.sourceId} with ${each.sourceB.sourceId}: ${each.explanation}`,
        ),
        ...(unknown.length > 0 ? [`not known: ${unknown.join(', ')}`] : []),
      ]) || 'These signals have nothing to do with one another.',
    async run({ event_ids: ids, correlation_type: type }, { signal: abort }) {
      const signals = await findSignals(store, ids)
      const known = new Set(signals.map(({ id }) => id))
      const unknown = ids.filter(id => !known.has(id))
      if (signals.length < 2) {
        throw new Fault(
          'not_found',
          'Fewer than two of these ids are signals that are still kept. Take ids of get_signals or of an incident.',
        )
      }
      const correlations = presentCorrelations(await analyst.correlate(signals, type, abort), presentSources(signals))
      const truncated = correlations.length > MOST_CORRELATIONS
      return {
        correlations: correlations.toSorted((a, b) => b.confidence - a.confidence).slice(0, MOST_CORRELATIONS),
        unknown,
        truncated,
        ...(truncated && { hint: 'Ask about fewer events, or one correlation_type.' }),
      }
    },
  })
}
