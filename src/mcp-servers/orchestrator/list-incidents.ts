// list_incidents: a row for each incident, last opened first; get_incident tells the rest.
import type { Incident } from '#incident/incident.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { turn } from '#incident/turn.ts'
import type { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import { pageText } from '../list-page.ts'
import { statusOf } from '../present.ts'
import { momentOf } from '../window.ts'
import type { OrchestratorPorts } from './ports.ts'
import { listInput, listOutput } from './schema.ts'
import { lineOf, summaryOf } from './summary.ts'

const MOST_READ = 500 // incidents a call: a filter that fits nothing must not read years of them
const A_PAGE = 50
const A_TURN = 20 // incidents read before whoever waits for an answer gets it

export function listIncidents({ store }: OrchestratorPorts): ReadTool {
  return defineReadTool({
    name: 'list_incidents',
    title: 'Incidents',
    description: 'Incidents on record, last opened first, filtered by status, severity, service or age.',
    input: listInput,
    output: listOutput,
    hints: { openWorld: false },
    text: ({ items, ...page }) => pageText(items.map(lineOf), page),
    async run(query, { now }) {
      const since = query.since === undefined ? -Infinity : momentOf(query.since, now())
      const { found, cursor, more } = await search(store, query, incident => isWanted(incident, query, since))
      const truncated = more && cursor !== undefined
      return {
        items: found.map(summaryOf),
        truncated,
        ...(truncated && { nextCursor: cursor }),
        ...(found.length === 0 && {
          hint: truncated
            ? `None of the last ${MOST_READ} opened fits. Go on with the cursor, or ask for less.`
            : 'No incident fits. Leave out a filter; detect_incidents looks at what is wrong now.',
        }),
      }
    },
  })
}

type Query = z.output<typeof listInput>

/** Reads on from the cursor until the page is full, nothing is left, or enough was read. `cursor` is the last one read. */
async function search(store: IncidentStore, { cursor: from, limit }: Query, fits: (incident: Incident) => boolean) {
  const found: Incident[] = []
  let cursor = from
  for (let read = 0; read < MOST_READ; ) {
    const ids = await store.list({ limit: A_PAGE, ...(cursor !== undefined && { before: cursor }) })
    for (const id of ids) {
      cursor = id
      if (read++ % A_TURN === 0) await turn()
      const incident = await readIncident(store, id)
      if (fits(incident)) found.push(incident)
      if (found.length === limit) return { found, cursor, more: true }
    }
    if (ids.length < A_PAGE) return { found, cursor, more: false }
  }
  return { found, cursor, more: true }
}

function isWanted(incident: Incident, { status, severity, service }: Query, since: number): boolean {
  if (incident.openedAt < since) return false
  if (severity && incident.severity !== severity) return false
  if (service !== undefined && !incident.services.includes(service)) return false
  return !status || statusOf(incident) === status
}
