import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Analysis } from '#incident/analyst.ts'
import type { Finding } from '#incident/finding.ts'
import type { AnomalyCluster, Correlation, Diagnosis } from '#incident/incident.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Json, RemedyDraft } from '#incident/remedy.ts'
import type { Signal, Window } from '#incident/signal.ts'
import type { IncidentStore } from '#incident/store.ts'
import { openSqliteStore } from '#store/sqlite.ts'
import { createToolbox } from '../toolbox.ts'
import { orchestratorServer } from './server.ts'

const NOW = Date.parse('2026-11-03T14:10:00Z')
const ana = { chat: 'web', user: 'ana', name: 'Ana' } as const
const checkout = { namespace: 'shop', kind: 'Deployment', name: 'checkout', service: 'checkout' }

function said(id: string, more: Partial<Signal> = {}): Signal {
  const seen = {
    id,
    source: 'sentry',
    entity: checkout,
    at: NOW,
    severity: 'high',
    labels: {},
    writer: 'public',
  } as const
  return { ...seen, kind: 'error', text: 'boom', count: 3, ...more } as Signal
}

const rollback: RemedyDraft = {
  type: 'rollback',
  target: checkout,
  call: { server: 'kubernetes', tool: 'rollback_workload', arguments: { namespace: 'shop', name: 'checkout' } },
  title: 'Roll back checkout to v2.30',
  reason: 'v2.31 crashes on start.',
  riskLevel: 'medium',
  prerequisites: ['v2.30 ran well'],
  evidence: ['sentry:1'],
}
const finding: Finding = {
  id: 'f1',
  kind: 'slo',
  entity: checkout,
  severity: 'high',
  title: 'checkout errors 31 %',
  since: NOW - 60_000,
  seen: NOW,
  score: 0.8,
  confidence: 0.9,
  strength: 4,
  signals: ['sentry:1'],
}
const diagnosis: Diagnosis = {
  key: 'checkout@14:02',
  phase: 'firing',
  wellAgain: { good: 0, of: 1 },
  onset: NOW - 60_000,
  severity: 'high',
  confidence: 0.91,
  title: '1 in 3 checkouts fail: v2.31 crashes on start.',
  description: 'As it stands.',
  services: ['checkout'],
  findings: [finding],
  signals: [said('sentry:1'), said('grafana:2', { source: 'grafana', writer: 'operator' })],
  rootCauses: [
    {
      entity: checkout,
      score: 3,
      confidence: 0.7,
      reasons: [{ text: 'rolled out at 14:01', evidence: ['grafana:2'] }],
      evidence: ['grafana:2'],
    },
  ],
  correlations: [
    { a: 'sentry:1', b: 'grafana:2', type: 'temporal', confidence: 0.8, timeWindow: 0, explanation: 'same minute' },
  ],
  clusters: [{ id: 'c', label: 'boom', centroid: [1, 0], members: ['sentry:1'], silhouetteScore: 0.9 }],
  remedies: [rollback],
  wellServices: [],
  ruledOut: [],
  missing: [],
}
const mild: Diagnosis = {
  ...diagnosis,
  key: 'cart@14:05',
  severity: 'low',
  title: 'cart is slow',
  signals: [],
  findings: [],
}
const over: Diagnosis = { ...diagnosis, key: 'old', phase: 'recovered' }

let folder: string
let store: IncidentStore
let looked: Window[]
let analysis: Analysis
const correlate = vi.fn(async (_signals: Signal[]): Promise<Correlation[]> => diagnosis.correlations)
const cluster = vi.fn(async (_signals: Signal[]): Promise<AnomalyCluster[]> => diagnosis.clusters)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orchestrator-'))
  store = openSqliteStore(folder)
  looked = []
  analysis = { at: NOW, diagnoses: [diagnosis, mild, over], watching: [], signals: 2, millis: 1 }
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

async function call(tool: string, given: Record<string, Json>) {
  const look = async (window: Window) => {
    looked.push(window)
    return { analysis, missing: [{ source: 'grafana' as const, what: 'logs', why: 'access denied', since: NOW }] }
  }
  const servers = [orchestratorServer({ look, analyst: { correlate, cluster }, store })]
  const toolbox = await createToolbox({ servers, clock: () => NOW, log: SILENT, observe: UNOBSERVED })
  return toolbox.call({ server: 'orchestrator', tool, arguments: given }, { deadlineMillis: 5000 })
}

async function recorded(): Promise<void> {
  const opened = { type: 'opened', key: diagnosis.key, reason: 'first seen', diagnosis } as const
  await store.append('INC-1', 0, NOW, 'system', [opened])
  await store.append('INC-1', 1, NOW, 'system', [{ type: 'proposed', remedy: 'INC-1-R1', draft: rollback }])
  await store.append('INC-1', 2, NOW, ana, [{ type: 'acknowledged' }])
}

it('detects: one look, in the shape everybody gets, and what is missing beside it', async () => {
  const { structured, text } = await call('detect_incidents', { time_range: '30m', severity: 'medium' })
  expect(looked).toEqual([{ from: NOW - 30 * 60_000, to: NOW }])
  expect(structured['incidents']).toMatchObject([
    {
      id: 'checkout@14:02',
      status: 'open',
      timestamp: '2026-11-03T14:09:00.000Z',
      sources: [
        { type: 'sentry', sourceId: 'sentry:1', relevanceScore: 0.8 },
        { type: 'grafana', sourceId: 'grafana:2', relevanceScore: 0.7 },
      ],
      correlations: [{ sourceA: { sourceId: 'sentry:1' }, correlationType: 'temporal' }],
      clusters: [{ clusterSize: 1, members: [{ sourceId: 'sentry:1' }] }],
      remediationSuggestions: [{ target: 'shop/Deployment/checkout', automatable: true, tool: 'rollback_workload' }],
      groupedSignals: [{ id: 'sentry:1', at: '2026-11-03T14:10:00.000Z' }, { id: 'grafana:2' }],
    },
  ])
  expect(JSON.stringify(structured)).not.toMatch(/"(centroid|data)"/)
  expect(structured['missing']).toMatchObject([{ what: 'logs', since: '2026-11-03T14:10:00.000Z' }])
  expect(text).toContain('1 in 3 checkouts fail')
})

it('says which open incident a trouble belongs to, and what became of its remedies', async () => {
  await recorded()
  const { structured } = await call('detect_incidents', {})
  expect(structured['incidents']).toMatchObject([
    {
      id: 'INC-1',
      status: 'investigating',
      acknowledgedBy: 'Ana',
      remediationSuggestions: [{ id: 'INC-1-R1', state: 'PROPOSED' }],
    },
    { id: 'cart@14:05' },
  ])
})

it('refuses a range that no source should be asked for', async () => {
  await expect(call('detect_incidents', { time_range: '7h' })).rejects.toMatchObject({ code: 'validation' })
  await expect(call('detect_incidents', { time_range: { from: 'now', to: '1h' } })).rejects.toMatchObject({
    code: 'validation',
  })
  expect(looked).toEqual([])
})

it('correlates signals that are kept for a day and those that incidents hold, and names the others', async () => {
  await recorded()
  await store.remember([said('sentry:9')], NOW)
  const { structured } = await call('correlate_events', { event_ids: ['sentry:9', 'grafana:2', 'gone'] })
  expect(correlate.mock.lastCall?.[0].map(({ id }) => id)).toEqual(['sentry:9', 'grafana:2'])
  expect(structured['unknown']).toEqual(['gone'])
  await expect(call('correlate_events', { event_ids: ['gone', 'sentry:9'] })).rejects.toMatchObject({
    code: 'not_found',
  })
})

it('suggests what the record proposes', async () => {
  await recorded()
  const { structured } = await call('get_remediation_suggestions', { incident_id: 'INC-1' })
  expect(structured['items']).toMatchObject([{ id: 'INC-1-R1', approvals: { have: 0, need: 1 }, riskLevel: 'medium' }])
  await expect(call('get_remediation_suggestions', { incident_id: 'INC-9' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

it('clusters what is unusual, what is only watched included, of the sources asked for', async () => {
  await store.remember([said('sentry:9')], NOW)
  analysis = { ...analysis, watching: [{ ...finding, signals: ['sentry:9'] }] }
  const asked = { data_sources: ['sentry'], algorithm_params: { min_cluster_size: 3 } }
  const { structured } = await call('cluster_anomalies', asked)
  expect(cluster.mock.lastCall?.[0].map(({ id }) => id)).toEqual(['sentry:1', 'sentry:9'])
  expect(structured).toMatchObject({ signals: 2, clusters: [{ label: 'boom', clusterSize: 1 }] })
})
