// What a client puts before a model on every turn: which tools there are, what they may break, what they take, at what cost.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { SERVERS } from '#incident/tool-call.ts'
import type { ServerName } from '#incident/tool-call.ts'
import { readConfig } from '../config.ts'
import { openHouse, SURROUNDINGS } from '../main.ts'
import type { House } from '../main.ts'
import { scenarioNamed } from '../../simulator/scenarios/index.ts'
import { startSimulator } from '../../simulator/serve.ts'
import type { Simulator } from '../../simulator/serve.ts'
import type { Tool } from './define.ts'
import { describe } from './describe.ts'

const TOKEN_CHARACTERS = 4 // of JSON, by the common rule of thumb; models count between three and four and a half
const MOST_TOKENS = 5000 // a server, output schemas included: what peers are criticised for is three times that

const folder = mkdtempSync(join(tmpdir(), 'tool-list-'))
let simulator: Simulator
let house: House

beforeAll(async () => {
  simulator = await startSimulator({ story: scenarioNamed('bad-rollout').tell(0, 42), clock: () => 0 })
  const environment = { HOME: folder, ...simulator.env }
  const config = readConfig({ environment, overrides: { data: join(folder, 'data') } })
  house = await openHouse(config, () => [], { ...SURROUNDINGS, log: SILENT, observe: UNOBSERVED })
})
afterAll(async () => {
  await house.close()
  await simulator.close()
  rmSync(folder, { recursive: true })
})

function toolsOf(name: ServerName): readonly Tool[] {
  return house.servers.find(server => server.name === name)?.tools ?? []
}

it.each(SERVERS)('%s costs at most 5,000 tokens, output schemas included', name => {
  const characters = JSON.stringify(toolsOf(name).map(describe)).length
  expect(Math.ceil(characters / TOKEN_CHARACTERS)).toBeLessThanOrEqual(MOST_TOKENS)
})

it('has these tools, with these arguments and hints', () => {
  expect(SERVERS.map(name => [name, ...toolsOf(name).map(rowOf)].join('\n')).join('\n\n')).toMatchInlineSnapshot(`
    "kubernetes
    get_signals(from?, to?, cursor?, limit?): read, idempotent, open world
    get_pods(namespace?, labels?, status?, limit?, cursor?): read, idempotent, open world
    get_events(namespace?, kind?, name?, type?, reason?, since?, limit?, cursor?): read, idempotent, open world
    get_logs(pod_name, namespace?, container?, since?, lines?, previous?, follow?, grep?): read, idempotent, open world
    get_metrics(resource_type?, namespace?, name?, sort?, limit?, cursor?): read, idempotent, open world
    get_node_status(name?, labels?, limit?, cursor?): read, idempotent, open world
    get_resource(kind, namespace?, name?, labels?, select?, limit?, cursor?): read, idempotent, open world
    get_rollout_history(kind?, namespace?, name, limit?, cursor?): read, idempotent, open world
    get_workloads(namespace?, kind?, labels?, limit?, cursor?): read, idempotent, open world
    list_namespaces(labels?, limit?, cursor?): read, idempotent, open world
    restart_workload(namespace, kind, name, dry_run?): write, destructive, idempotent, open world
    scale_workload(namespace, kind, name, replicas, dry_run?): write, destructive, idempotent, open world
    rollback_workload(namespace, kind, name, replicaSet, replicaSetUid, dry_run?): write, destructive, idempotent, open world

    sentry
    get_signals(from?, to?, cursor?, limit?): read, idempotent, open world
    get_issues(project?, since?, status?, sort?, limit?, cursor?): read, idempotent, open world
    get_issue(issue_id): read, idempotent, open world
    get_events(issue_id?, project?, since?, environment?, limit?, cursor?): read, idempotent, open world
    search_errors(query, since?, project?, environment?, limit?, cursor?): read, idempotent, open world
    get_performance_data(transaction?, project?, since?, environment?, limit?, cursor?): read, idempotent, open world
    get_releases(project?, query?, limit?, cursor?): read, idempotent, open world
    list_projects(query?, limit?, cursor?): read, idempotent, open world

    cloudwatch
    get_signals(from?, to?, cursor?, limit?): read, idempotent, open world
    get_metrics(namespace, metric_name, dimensions?, since?, until?, statistic?, period?, expression?, others?): read, idempotent, open world
    list_metrics(namespace?, metric_name?, dimensions?, active?, limit?, cursor?): read, idempotent, open world
    get_alarms(state?, alarm_names?, name_prefix?, limit?, cursor?): read, idempotent, open world
    get_alarm_history(alarm_name?, type?, since?, limit?, cursor?): read, idempotent, open world
    get_logs(log_group, since?, until?, filter_pattern?, stream_prefix?, limit?, cursor?): read, idempotent, open world
    list_log_groups(pattern?, limit?, cursor?): read, idempotent, open world
    query_insights(query, log_groups?, since?, until?, limit?, cursor?): read, idempotent, open world

    grafana
    get_signals(from?, to?, cursor?, limit?): read, idempotent, open world
    get_alerts(state?, labels?, limit?, cursor?): read, idempotent, open world
    get_dashboards(folder?, tags?, query?, full?, limit?, cursor?): read, idempotent, open world
    get_dashboard_summary(dashboard_id, full?, limit?, cursor?): read, idempotent, open world
    query_panel(dashboard_id, panel_id, time_range?, variables?, max_points?): read, idempotent, open world
    render_panel(dashboard_id, panel_id, time_range?, variables?, width?, height?, theme?): read, idempotent, open world
    list_datasources(type?, limit?, cursor?): read, idempotent, open world
    execute_query(datasource, query?, model?, time_range?, max_points?): read, idempotent, open world
    get_annotations(since?, tags?, dashboard_id?, limit?, cursor?): read, idempotent, open world

    orchestrator
    detect_incidents(time_range?, severity?): read, idempotent, open world
    list_incidents(status?, severity?, service?, since?, limit?, cursor?): read, idempotent
    get_incident(incident_id): read, idempotent
    get_timeline(incident_id, limit?, cursor?): read, idempotent
    explain_correlation(incident_id, event_ids?): read, idempotent
    correlate_events(event_ids, correlation_type?): read, idempotent, open world
    cluster_anomalies(data_sources?, algorithm_params?, time_range?): read, idempotent, open world
    find_similar_incidents(incident_id, limit?): read, idempotent
    get_remediation_suggestions(incident_id): read, idempotent
    simulate_remediation(remedy_id): read, idempotent, open world"
  `)
})

/** `get_pods(namespace?, status?): read, idempotent, open world` */
function rowOf(tool: Tool): string {
  const { inputSchema, annotations } = describe(tool)
  const required = new Set(inputSchema.required)
  const given = Object.keys(inputSchema.properties ?? {}).map(key => (required.has(key) ? key : `${key}?`))
  const hints = [
    annotations?.readOnlyHint ? 'read' : 'write',
    ...(annotations?.destructiveHint ? ['destructive'] : []),
    ...(annotations?.idempotentHint ? ['idempotent'] : []),
    ...(annotations?.openWorldHint ? ['open world'] : []),
  ]
  return `${tool.name}(${given.join(', ')}): ${hints.join(', ')}`
}
