// get_timeline: what happened to an incident and by whom, a page of sentences of its record.
import { Fault } from '#incident/fault.ts'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { pageOf, pageText } from '../list-page.ts'
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
    text: ({ items, ...page }) =>
      pageText(
        items.map(({ at, text, by }) => `${at} ${text}${by === undefined ? '' : ` (${by})`}`),
        page,
      ),
    async run({ incident_id: id, ...page }) {
      const entries = await store.read(id)
      if (entries.length === 0) throw new Fault('not_found', `There is no incident ${id}.`)
      const { items } = presentTimeline(entries)
      return pageOf(items, page, HINTS)
    },
  })
}

const HINTS = { empty: 'Nothing is told of it.', narrow: 'Later ones exist: pass nextCursor as cursor.' }
