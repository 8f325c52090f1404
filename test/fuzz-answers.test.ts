// Every tool that reads, over answers of its vendor that are spoilt in one place: a Fault or a well-formed answer within its
// bounds, never a crash, and nothing asked that the vendor is not known for. FUZZ_ANSWERS sets how many, FUZZ_SEED which.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asFault, Fault } from '#incident/fault.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import type { Json } from '#incident/tool-call.ts'
import { SOURCES } from '#incident/signal.ts'
import type { Source } from '#incident/signal.ts'
import type { Server } from '#mcp-servers/define.ts'
import { openClient } from '#mcp-servers/kubernetes/client.ts'
import type { KubernetesClient } from '#mcp-servers/kubernetes/client.ts'
import { holdList } from '#mcp-servers/kubernetes/held-list.ts'
import { objectsSchema } from '#mcp-servers/kubernetes/answer-schema.ts'
import { podSchema } from '#mcp-servers/kubernetes/pod-schema.ts'
import type { Resilience } from '#mcp-servers/resilience.ts'
import { startSimulator } from '../simulator/serve.ts'
import type { Simulator } from '../simulator/serve.ts'
import { openSource } from './four-sources.ts'
import { unknownPaths } from './known-paths.ts'
import { readWith } from './read-with.ts'
import { replayVendors } from './replayed-vendors.ts'
import type { ReplayedVendors } from './replayed-vendors.ts'
import { spoil, spoiling } from './spoilt-answers.ts'
import { BEGIN, story } from './world.ts'

const ANSWERS = Number(process.env['FUZZ_ANSWERS'] ?? 10_000)
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_123)
const LARGEST_ANSWER = 384 * 1024 // bytes; a page of signals is 256 KB, relations and healthy entities beside it
const now = () => BEGIN + 6 * 60_000 // the bad rollout is under way

/** In the story; one that is not there would be no answer to spoil, and the first test says so. */
const CRASHING = 'checkout-c87d8d9f89-bdpwq'
const ISSUE = 'CHECKOUT-1'
const GROUP = '/aws/apigateway/shop'
const DASHBOARD = 'shop-services'
const METRIC = {
  namespace: 'AWS/ApplicationELB',
  metric_name: 'RequestCount',
  dimensions: {
    LoadBalancer: 'app/shop/50dc6c495c0c9188',
    TargetGroup: 'targetgroup/checkout/73e2d6bc24d8a067',
  },
}

type Input = Record<string, Json>
type Case = [tool: string, input?: Input]

/** A read of each tool that finds something in the story; more than one where it asks its vendor in more than one way. */
const CASES: Record<Source, readonly Case[]> = {
  kubernetes: [
    ['get_signals', { from: 'now-5m', to: 'now' }],
    ['get_pods', { namespace: 'shop' }],
    ['get_resource', { kind: 'Pod', namespace: 'shop', limit: 5 }],
    ['get_events', { since: '24h' }],
    ['get_logs', { namespace: 'shop', pod_name: CRASHING, previous: true }],
    ['get_metrics', { resource_type: 'workload' }],
    ['get_metrics', { resource_type: 'node' }],
    ['get_node_status'],
    ['get_resource', { kind: 'Deployment', namespace: 'shop' }],
    ['get_resource', { kind: 'Deployment', namespace: 'shop', name: 'checkout' }],
    ['get_resource', { kind: 'Pod', select: ['spec.nodeName'], limit: 5 }],
    ['get_rollout_history', { namespace: 'shop', name: 'checkout' }],
    ['get_workloads', { namespace: 'shop' }],
    ['list_namespaces'],
  ],
  sentry: [
    ['get_signals', { from: 'now-5m', to: 'now' }],
    ['get_issues', { limit: 3 }],
    ['get_issue', { issue_id: ISSUE }],
    ['get_events', { issue_id: ISSUE }],
    ['get_events', { since: '1h' }],
    ['search_errors', { query: 'checkout' }],
    ['get_performance_data'],
    ['get_releases'],
    ['list_projects'],
  ],
  cloudwatch: [
    ['get_signals', { from: 'now-5m', to: 'now' }],
    ['list_metrics', { limit: 5 }],
    ['get_metrics', METRIC],
    ['get_metrics', { ...METRIC, expression: 'm1 * 2' }],
    ['get_alarms'],
    ['get_alarm_history'],
    ['list_log_groups'],
    ['get_logs', { log_group: GROUP, limit: 5 }],
    ['query_insights', { log_groups: [GROUP], query: 'fields @timestamp, @message | limit 20' }],
  ],
  grafana: [
    ['get_signals', { from: 'now-5m', to: 'now' }],
    ['get_alerts', { state: 'all' }],
    ['get_dashboards', { full: true }],
    ['get_dashboard_summary', { dashboard_id: DASHBOARD, full: true }],
    ['query_panel', { dashboard_id: DASHBOARD, panel_id: 1 }],
    ['render_panel', { dashboard_id: DASHBOARD, panel_id: 1 }],
    ['list_datasources'],
    ['execute_query', { datasource: 'prometheus', query: 'sum by (service) (up)' }],
    ['execute_query', { datasource: 'loki', query: '{app="checkout"}' }],
    ['get_annotations'],
  ],
}

/** Of each case; those of get_signals ask a dozen requests, and are a quarter as many. */
const RUNS = Math.ceil(ANSWERS / (Object.values(CASES).flat().length - SOURCES.length * 0.75))
const RUNS_OF_SIGNALS = Math.ceil(RUNS / 4)

/** Asks once and hides nothing: what is no Fault is a defect of a client's, which the real one would pass off as ours. */
const BARE: Resilience = {
  run: (_what, ask, { signal }) => ask(signal),
}

let simulator: Simulator
let vendors: ReplayedVendors

beforeAll(async () => {
  const told = story('bad-rollout')
  const lines = ['ERROR no price rules', 'warn: retry 1', '{"level":"error","msg":"password=hunter2"}']
  const logs = lines.map((line, i) => ({ at: BEGIN + i * 60_000, labels: { app: 'checkout' }, line }))
  told.recording.records['grafana/logs'].push(...logs)
  simulator = await startSimulator({ story: told, clock: now })
  vendors = await replayVendors(simulator)
})
afterAll(async () => {
  await vendors.close()
  await simulator.close()
})

/** As new each time: what one answer left behind would be another one's failure. */
function open(source: Source): Server {
  const given = { clock: now, log: SILENT, observe: UNOBSERVED }
  return openSource(source, vendors.places, simulator.env, { ...given, resilience: BARE })
}

type Answered = { text: string; json: string }

async function answerOf(source: Source, tool: string, input: Input): Promise<Answered | Fault> {
  const server = open(source)
  try {
    const read = await readWith(server, now, tool, input)
    return { text: read.tool.text(read.output), json: JSON.stringify(read.output) }
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  } finally {
    server.close?.()
  }
}

describe.each(SOURCES)('%s', source => {
  it('is asked by each tool that reads, and each finds something', async () => {
    const server = open(source)
    const reading = server.tools.flatMap(tool => ('run' in tool ? [tool.name] : []))
    server.close?.()
    expect(new Set(CASES[source].map(([tool]) => tool))).toEqual(new Set(reading))
    for (const [tool, input = {}] of CASES[source]) {
      const asked = vendors.begin()
      const answer = await answerOf(source, tool, input)
      if (tool !== 'render_panel') expect(answer, tool).toMatchObject({ text: expect.stringMatching(/^[^]{20}/) })
      expect(asked.length, tool).toBeGreaterThan(0)
    }
  })

  it.each(CASES[source])('%s %j', { timeout: 300_000 }, async (tool, input = {}) => {
    const sound = vendors.begin()
    await answerOf(source, tool, input)
    const requests = sound.length
    const runs = tool === 'get_signals' ? RUNS_OF_SIGNALS : RUNS
    await fc.assert(
      fc.asyncProperty(fc.nat(requests - 1), spoiling, async (nth, how) => {
        const asked = vendors.begin((answer, at) => (at === nth ? spoil(answer, how) : answer))
        wellFormed(await answerOf(source, tool, input))
        expect(unknownPaths(asked)).toEqual([])
        expect(asked.length).toBeLessThan(requests + MOST_MORE)
      }),
      { numRuns: runs, seed: SEED + seedOf(source, tool) },
    )
  })
})

it('a watch of Kubernetes: a change, or a Fault', { timeout: 120_000 }, async () => {
  const client = openClient({ kubeconfig: vendors.places.kubeconfig })
  const { signal } = new AbortController()
  const lines = await watchLines(client, signal)
  let changes = 0
  const property = fc.asyncProperty(fc.array(spoiling, { minLength: 1, maxLength: 3 }), async all => {
    vendors.begin(answer => all.reduce(spoil, { ...answer, body: lines }))
    const held = holdList({ item: podSchema }, [], '1')
    try {
      for await (const change of await client.watch('/api/v1/pods', '1', signal)) {
        held.apply(change)
        changes++
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      expect(error.message).not.toMatch(FOREIGN)
    }
    expect(held.size()).toBeLessThan(100)
  })
  await fc.assert(property, { numRuns: RUNS, seed: SEED })
  client.close()
  expect(changes).toBeGreaterThan(RUNS)
})

/** A few pods come, change and go; a bookmark; the version is too old. */
async function watchLines(client: KubernetesClient, signal: AbortSignal): Promise<string> {
  vendors.begin()
  const { items } = objectsSchema.parse(await client.page('/api/v1/pods', signal, { limit: 3 }))
  const told = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`
  const changes = ['ADDED', 'MODIFIED', 'DELETED'].flatMap(type => items.map(pod => told(type, pod)))
  const metadata = { resourceVersion: '12' }
  const bookmark = told('BOOKMARK', { kind: 'Pod', apiVersion: 'v1', metadata })
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Expired', code: 410 }
  return [...changes, bookmark, told('ERROR', status)].join('')
}

/** Another for each, or all would be spoilt in the same ways. */
function seedOf(source: Source, tool: string): number {
  return Buffer.from(`${source} ${tool}`).reduce((sum, byte) => (sum * 31 + byte) % 1_000_000, 0)
}

const MOST_MORE = 60 // pages that a spoilt answer may promise

function wellFormed(answer: Answered | Fault): void {
  if (answer instanceof Fault) {
    expect(answer.message).not.toContain(DEFECT)
    expect(answer.message).not.toMatch(FOREIGN)
    expect(answer.message.length).toBeLessThan(1000)
    return
  }
  for (const said of [answer.text, answer.json]) {
    expect(Buffer.byteLength(said)).toBeLessThan(LARGEST_ANSWER)
    expect(said).not.toContain(DEFECT)
    expect(said).not.toMatch(INVISIBLE)
  }
}

/** How a part that failed by a defect of ours is said. */
const DEFECT = asFault(undefined).message
/** What no words of ours hold: the vendor's. */
const FOREIGN = /evil|attacker|169\.254|curl|x{200}/
/** Line breaks and tabs aside: what a terminal obeys, what turns text around, what cannot be seen. */
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u200b\u202a-\u202e\u2066-\u2069]|\\u00(?:0[0-8]|1)/
