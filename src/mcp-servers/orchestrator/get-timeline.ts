// get_timeline: what happened to an incident and by whom, a page of sentences of its record.
import { Fault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { asRows } from '../one-line.ts'
import { presentTimeline } from '../present.ts'
import type { OrchestratorPorts } from './ports.ts'
import { timelineInput, timelineOutput } from './schema.ts'

export function getTimeline({ store }: OrchestratorPorts): ReadTool {
  return defineReadTool({
    name: 'get_timeline',
    title: 'Timeline',
    description: 'What happened in an incident, when and by whom, oldest first.',
    input: timelineInput,
    output: timelineOutput,
    hints: { openWorld: false },
    text: ({ items, nextCursor }) =>
      asRows([
        ...items.map(({ at, text, by }) => `${at} ${text}${by === undefined ? '' : ` (${by})`}`),
        ...(nextCursor ? [`more: cursor ${nextCursor}`] : []),
      ]),
    async run({ incident_id: id, cursor = '0', limit }) {
      const entries = await store.read(id)
      if (entries.length === 0) throw new Fault('not_found', `There is no incident ${id}.`)
      const { items } = presentTimeline(entries)
      const from = Number(cursor)
      const end = from + limit
      const truncated = end < items.length
      return { items: items.slice(from, end), truncated, ...(truncated && { nextCursor: String(end) }) }
    },
  })
}
