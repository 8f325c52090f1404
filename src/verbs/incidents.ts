// incidents: what the record holds, listed, shown, exported.
import { incidentCard } from '#cards/incident-card.ts'
import { cardText } from '#cards/text.ts'
import { Fault } from '#incident/fault.ts'
import { fold } from '#incident/fold.ts'
import type { Incident } from '#incident/incident.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import { presentIncident, presentListed, presentTimeline } from '#mcp-servers/present.ts'
import { openSqliteStore } from '../store/sqlite.ts'
import { postmortem } from '../postmortem.ts'
import { dataFolder } from './data-folder.ts'
import { ownZone, STYLE } from './terminal.ts'

type Options = { data?: string; json?: boolean }

const SHOWN = 50

export async function list(options: Options): Promise<boolean> {
  return withStore(options.data, async store => {
    const ids = await store.list({ limit: SHOWN })
    const incidents = await Promise.all(ids.map(id => readIncident(store, id)))
    if (options.json) process.stdout.write(`${JSON.stringify({ items: incidents.map(presentListed) })}\n`)
    else for (const incident of incidents) process.stdout.write(`${row(incident)}\n`)
    if (!options.json && incidents.length === 0) process.stdout.write('No incident so far.\n')
  })
}

export async function show(id: string, options: Options): Promise<boolean> {
  return withStore(options.data, async store => {
    const incident = await readIncident(store, id)
    if (options.json) process.stdout.write(`${JSON.stringify(presentIncident(incident))}\n`)
    else process.stdout.write(`${cardText(incidentCard(incident, { now: Date.now(), zone: ownZone() }), STYLE)}\n`)
  })
}

export async function exportOne(id: string, options: Options & { format: string }): Promise<boolean> {
  if (options.format !== 'markdown' && options.format !== 'json') {
    throw new Fault('validation', `--format: expected markdown or json, got ${options.format}`)
  }
  return withStore(options.data, async store => {
    const entries = await store.read(id)
    if (entries.length === 0) throw new Fault('not_found', `There is no incident ${id}.`)
    const incident = fold(entries)
    const timeline = presentTimeline(entries)
    if (options.format === 'json') {
      process.stdout.write(`${JSON.stringify({ incident: presentIncident(incident), timeline: timeline.items })}\n`)
    } else process.stdout.write(postmortem(entries))
  })
}

async function withStore(data: string | undefined, work: (store: IncidentStore) => Promise<void>): Promise<boolean> {
  const store = openSqliteStore(dataFolder(data))
  try {
    await work(store)
    return true
  } finally {
    await store.close()
  }
}

function row({ id, severity, phase, openedAt, title }: Incident): string {
  const opened = new Date(openedAt).toISOString().slice(0, 16).replace('T', ' ')
  return `${id.padEnd(8)}${severity.padEnd(10)}${phase.padEnd(14)}${opened}  ${title}`
}
