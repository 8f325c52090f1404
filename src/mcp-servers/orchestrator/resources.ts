// What can be read by address: incidents with their timelines, signals that are still kept, and how each source does.
import { Fault } from '#incident/fault.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Resource } from '../define.ts'
import { iso, presentTimeline } from '../present.ts'
import { bounded } from './bounded.ts'
import { findSignals } from './find-signals.ts'
import type { OrchestratorPorts } from './ports.ts'

const MOST_SHOWN = 50 // of the last opened; the others are found by their address

export function orchestratorResources({ store, health }: OrchestratorPorts): Resource[] {
  return [
    {
      name: 'incident',
      title: 'Incident',
      description: 'One incident and its timeline, such as incident://INC-42. Tells its subscribers when it changes.',
      mimeType: 'application/json',
      uri: 'incident://{id}',
      async list() {
        const ids = await store.list({ limit: MOST_SHOWN })
        return Promise.all(
          ids.map(async id => ({ uri: incidentUri(id), title: `${id}: ${(await readIncident(store, id)).title}` })),
        )
      },
      async read({ id = '' }) {
        return incidentText(store, id)
      },
    },
    {
      name: 'signal',
      title: 'Signal',
      description: 'One signal by its source and its percent-encoded id. Kept for a day, or as long as its incident.',
      mimeType: 'application/json',
      uri: 'signal://{source}/{id}',
      async read({ source = '', id = '' }) {
        const [signal] = await findSignals(store, [id])
        if (signal?.source !== source) throw new Fault('not_found', `No signal ${id} of ${source} is kept.`)
        return JSON.stringify(signal)
      },
    },
    {
      name: 'source',
      title: 'Source',
      description: 'Whether a source that is watched can be read, and since when it cannot.',
      mimeType: 'application/json',
      uri: 'source://{name}',
      list: async () => health().map(({ source }) => ({ uri: `source://${source}`, title: source })),
      async read({ name = '' }) {
        const known = health().find(({ source }) => source === name)
        if (!known) throw new Fault('not_found', `${name} is not watched.`)
        const { source, up, since } = known
        return JSON.stringify({ source, up, ...(since !== undefined && { downSince: iso(since) }) })
      },
    },
  ]
}

export function incidentUri(id: string): string {
  return `incident://${id}`
}

const LAST_STEPS = 200 // of the timeline; get_timeline has them all

/** As the resource has it. Throws a Fault `not_found`. */
export async function incidentText(store: IncidentStore, id: string): Promise<string> {
  const { incident, truncated } = bounded(await readIncident(store, id))
  const { items } = presentTimeline(await store.read(id))
  return JSON.stringify({
    incident,
    timeline: items.slice(-LAST_STEPS),
    truncated: truncated || items.length > LAST_STEPS,
  })
}
