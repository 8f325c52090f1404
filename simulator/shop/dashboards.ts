// The shop's Grafana dashboards: what its people look at.
import type { Recording } from '../recording.ts'
import { database, namespace } from './services.ts'

const datasource = { type: 'prometheus', uid: 'prometheus' }

export const dashboards: Recording['dashboards'] = [
  dashboard('shop-services', 'Shop / Services', [
    ['Errors in %', 'percent', `service_error_ratio_percent{namespace="${namespace}"}`, '{{service}}'],
    ['Latency p95', 's', `service_latency_seconds{namespace="${namespace}",quantile="0.95"}`, '{{service}}'],
    ['Latency p50', 's', `service_latency_seconds{namespace="${namespace}",quantile="0.5"}`, '{{service}}'],
    ['Latency p99', 's', `service_latency_seconds{namespace="${namespace}",quantile="0.99"}`, '{{service}}'],
    ['Requests', 'reqps', `service_requests_per_second{namespace="${namespace}"}`, '{{service}}'],
  ]),
  dashboard('shop-calls', 'Shop / Calls', [
    [
      'Calls',
      'reqps',
      'sum by (client, server) (rate(traces_service_graph_request_total[1m]))',
      '{{client}} to {{server}}',
    ],
    [
      'Time a call takes',
      's',
      'traces_service_graph_request_client_seconds{quantile="0.5"}',
      '{{client}} to {{server}}',
    ],
  ]),
  dashboard('shop-resources', 'Shop / Resources', [
    ['CPU of pods', 'short', `pod_cpu_usage_millicores{namespace="${namespace}"}`, '{{pod}}'],
    ['Memory of pods', 'bytes', `container_memory_usage_bytes{namespace="${namespace}"}`, '{{pod}}'],
    ['CPU of nodes', 'percent', 'node_cpu_usage_percent', '{{node}}'],
    ['Database connections', 'short', `database_connections{database="${database}"}`, '{{service}}'],
    ['Database connections, all', 'short', `sum(database_connections{database="${database}"})`, 'open'],
  ]),
]

function dashboard(
  uid: string,
  title: string,
  panels: [string, string, string, string][],
): Recording['dashboards'][number] {
  return {
    uid,
    title,
    tags: [namespace],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [] },
    panels: panels.map(([name, unit, expr, legendFormat], i) => ({
      id: i + 1,
      type: 'timeseries',
      title: name,
      datasource,
      gridPos: { h: 8, w: 12, x: (i % 2) * 12, y: Math.floor(i / 2) * 8 },
      fieldConfig: { defaults: { unit }, overrides: [] },
      targets: [{ refId: 'A', datasource, expr, legendFormat }],
    })),
  }
}
