// The orchestrator's tools: one look over all sources, and what the analyst and the record make of it. All read.
import type { Analyst } from '#incident/analyst.ts'
import { Fault } from '#incident/fault.ts'
import type { Incident } from '#incident/incident.ts'
import { SEVERITIES } from '#incident/signal.ts'
import type { Signal, Window } from '#incident/signal.ts'
import { readIncident } from '#incident/store.ts'
import type { IncidentStore } from '#incident/store.ts'
import type { Look } from '#incident/watch.ts'
import type { z } from 'zod'
import { defineReadTool } from '../define.ts'
import type { ReadTool } from '../define.ts'
import {
  iso,
  presentCluster,
  presentCorrelations,
  presentDiagnosis,
  presentFinding,
  presentMissing,
  presentRemedy,
  presentSources,
} from '../present.ts'
import { windowOf } from '../window.ts'
import {
  clusterInput,
  clusterOutput,
  correlateInput,
  correlateOutput,
  detectInput,
  detectOutput,
  MOST_CORRELATIONS,
  MOST_INCIDENTS,
  remediationInput,
  remediationOutput,
} from './schema.ts'

export type OrchestratorPorts = {
  /** Reads every source for the window and analyses it, leaving no trace. */
  look(window: Window): Promise<Look>
  analyst: Pick<Analyst, 'correlate' | 'cluster'>
  store: IncidentStore
}

export function orchestratorTools({ look, analyst, store }: OrchestratorPorts): ReadTool[] {
  return [
    defineReadTool({
      name: 'detect_incidents',
      title: 'Detect incidents',
      description:
        'Looks at all sources now and says what is wrong, since when, what most likely caused it and what could be done. ' +
        'Start here. Opens and posts nothing.',
      input: detectInput,
      output: detectOutput,
      text: detected,
      async run({ time_range: range, severity }, { now }) {
        const window = windowOf(rangeOf(range), now())
        const [{ analysis, missing }, open] = await Promise.all([look(window), openIncidents(store)])
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
    }),

    defineReadTool({
      name: 'correlate_events',
      title: 'Correlate events',
      description:
        'Says which of the given signals belong together and why: near in time, alike in meaning, or one causing the other.',
      input: correlateInput,
      output: correlateOutput,
      text: ({ correlations, unknown }) =>
        [
          ...correlations.map(
            each =>
              `${each.correlationType} ${each.confidence.toFixed(2)}: ${each.sourceA.sourceId} with ${each.sourceB.sourceId}: ${each.explanation}`,
          ),
          ...(unknown.length > 0 ? [`not known: ${unknown.join(', ')}`] : []),
        ].join('\n') || 'These signals have nothing to do with one another.',
      async run({ event_ids: ids, correlation_type: type }) {
        const signals = await findSignals(store, ids)
        const known = new Set(signals.map(({ id }) => id))
        const unknown = ids.filter(id => !known.has(id))
        if (signals.length < 2) {
          throw new Fault(
            'not_found',
            'Fewer than two of these ids are signals that are still kept. Take ids of get_signals or of an incident.',
          )
        }
        const correlations = presentCorrelations(await analyst.correlate(signals, type), presentSources(signals))
        const truncated = correlations.length > MOST_CORRELATIONS
        return {
          correlations: correlations.toSorted((a, b) => b.confidence - a.confidence).slice(0, MOST_CORRELATIONS),
          unknown,
          truncated,
          ...(truncated && { hint: 'Ask about fewer events, or one correlation_type.' }),
        }
      },
    }),

    defineReadTool({
      name: 'get_remediation_suggestions',
      title: 'Remediation suggestions',
      description:
        'What could be done about an open incident, best first, with its risk and what must hold before. ' +
        'Carrying one out takes a person: it has to be approved in the chat or on the dashboard.',
      input: remediationInput,
      output: remediationOutput,
      hints: { openWorld: false },
      text: ({ items }) =>
        items
          .map(each => `${each.id} ${each.state}, risk ${each.riskLevel}: ${each.description}. ${each.reason}`)
          .join('\n') || 'Nothing is suggested; look at the root causes of the incident.',
      async run({ incident_id: id }) {
        const { remedies } = await readIncident(store, id)
        return { items: remedies.map(presentRemedy) }
      },
    }),

    defineReadTool({
      name: 'cluster_anomalies',
      title: 'Cluster anomalies',
      description:
        'Groups what is unusual now by meaning, across sources, without any rule or example given beforehand.',
      input: clusterInput,
      output: clusterOutput,
      text: ({ clusters }) =>
        clusters
          .map(each => `${each.label}: ${each.clusterSize} signals, silhouette ${each.silhouetteScore.toFixed(2)}`)
          .join('\n') || 'Nothing unusual forms a cluster.',
      async run({ data_sources: sources, algorithm_params: given = {}, time_range: range }, { now }) {
        const { analysis } = await look(windowOf(rangeOf(range), now()))
        const watched = await findSignals(
          store,
          analysis.watching.flatMap(({ signals }) => signals),
        )
        const unusual = new Map<string, Signal>()
        for (const { signals } of analysis.diagnoses) for (const signal of signals) unusual.set(signal.id, signal)
        for (const signal of watched) unusual.set(signal.id, signal)
        const signals = [...unusual.values()].filter(({ source }) => !sources || sources.includes(source))
        const found = await analyst.cluster(signals, {
          ...(given.min_cluster_size !== undefined && { minClusterSize: given.min_cluster_size }),
          ...(given.min_samples !== undefined && { minSamples: given.min_samples }),
          ...(given.cluster_selection_epsilon !== undefined && {
            clusterSelectionEpsilon: given.cluster_selection_epsilon,
          }),
        })
        const source = presentSources(signals)
        return {
          clusters: found.map(each => {
            const { centroid: _centroid, ...cluster } = presentCluster(each, source)
            return cluster
          }),
          signals: signals.length,
        }
      },
    }),
  ]
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
  return lines.join('\n')
}

function rangeOf(range: z.output<typeof detectInput>['time_range']) {
  return typeof range === 'string' ? { from: range, to: 'now' } : range
}

function atLeast(severity: Signal['severity'], wanted: Signal['severity'] | undefined): boolean {
  return !wanted || SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(wanted)
}

const MOST_OPEN = 100 // incidents looked through; more than a team can have in hand

async function openIncidents(store: IncidentStore): Promise<Map<string, Incident>> {
  const ids = await store.list({ open: true, limit: MOST_OPEN })
  const incidents = await Promise.all(ids.map(id => readIncident(store, id)))
  return new Map(incidents.map(incident => [incident.key, incident]))
}

/** Signals kept for a day, and those that incidents hold, last opened first. */
async function findSignals(store: IncidentStore, ids: string[]): Promise<Signal[]> {
  const found = new Map((await store.recall(ids)).map(signal => [signal.id, signal]))
  const wanted = new Set(ids.filter(id => !found.has(id)))
  for (const incident of wanted.size > 0 ? await store.list({ limit: MOST_OPEN }) : []) {
    if (wanted.size === 0) break
    for (const signal of (await readIncident(store, incident)).signals) {
      if (wanted.delete(signal.id)) found.set(signal.id, signal)
    }
  }
  return [...found.values()]
}
