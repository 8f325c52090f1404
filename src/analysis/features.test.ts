// Names of metrics as vendors and exporters really give them.
import { describe as group, expect, it } from 'vitest'
import type { SeriesPoints } from '#incident/signal.ts'
import { describe, groupOf } from './features.ts'

function seriesOf(metric: string, unit = '', labels: Record<string, string> = {}): SeriesPoints {
  const entity = { service: 'checkout', ...(labels['pod'] && { kind: 'Pod', name: labels['pod'] }) }
  const seen = { id: metric, source: 'grafana', writer: 'operator', at: 0, severity: 'low' } as const
  return { kind: 'series', ...seen, entity, labels, metric, unit, points: [] }
}

group('what a series measures', () => {
  it.each([
    ['http_request_duration_seconds', 'Seconds', 'latency', 1],
    ['TargetResponseTime', 'Seconds', 'latency', 1],
    ['traces_service_graph_request_server_seconds', '', 'latency', 1],
    ['pod_server_latency_p99_seconds', '', 'latency', 1],
    ['service_success_rate_percent', 'Percent', 'availability', -1],
    ['HTTPCode_Target_5XX_Count', 'Count', 'errors', 1],
    ['UnHealthyHostCount', 'Count', 'errors', 1],
    ['http_request_errors_total', '', 'errors', 1],
    ['CPUUtilization', 'Percent', 'cpu', 1],
    ['container_cpu_usage_seconds_total', 'Cores', 'cpu', 1],
    ['container_memory_working_set_bytes', 'Bytes', 'memory', 1],
    ['FreeableMemory', 'Bytes', 'memory', -1],
    ['FreeStorageSpace', 'Bytes', 'saturation', -1],
    ['DatabaseConnections', 'Count', 'saturation', 1],
    ['RequestCount', 'Count', 'traffic', -1],
    ['pod_network_receive_bytes_per_second', 'Bytes/Second', 'other', 0],
  ])('%s in %s is %s', (metric, unit, measure, bad) => {
    expect(describe(seriesOf(metric, unit))).toMatchObject({ measure, bad })
  })

  it('reads milliseconds and seconds as one thing', () => {
    expect(describe(seriesOf('request_duration', 'Milliseconds')).seconds).toBe(0.001)
    expect(describe(seriesOf('request_duration_seconds')).seconds).toBe(1)
  })

  it('knows a caller and a callee by the labels of Tempo and of Istio', () => {
    const tempo = describe(
      seriesOf('traces_service_graph_request_client_seconds', '', { client: 'cart', server: 'db' }),
    )
    expect(tempo).toMatchObject({ edge: { client: 'cart', server: 'db' }, side: 'client' })
    const labels = { source_workload: 'cart', destination_workload: 'db', reporter: 'destination' }
    expect(describe(seriesOf('istio_request_duration_milliseconds', '', labels))).toMatchObject({
      edge: { client: 'cart', server: 'db' },
      side: 'server',
    })
  })
})

it.each([
  ['latency_p99_seconds', {}, 'p99'],
  ['latency_p999_seconds', {}, 'p99.9'],
  ['latency', { quantile: '0.95' }, 'p95'],
  ['latency', { quantile: '95' }, 'p95'],
  ['TargetResponseTime', { statistic: 'Maximum' }, 'maximum'],
  ['TargetResponseTime', { statistic: 'Average' }, undefined],
  ['latency_p50_seconds', {}, undefined],
  ['latency_seconds', {}, undefined],
])('%s %o is of the tail %s', (metric, labels, tail) => {
  const { tail: found, central } = describe(seriesOf(metric, '', labels))
  expect([found, central]).toEqual([tail, tail === undefined])
})

group('which series act as one', () => {
  const key = (metric: string, labels: Record<string, string> = {}) => {
    const series = seriesOf(metric, '', labels)
    return groupOf(describe(series), series.entity, series.source)
  }

  it('quantiles of one latency do, those of two pods or two measures do not', () => {
    expect(key('latency_p50_seconds')).toBe(key('latency_p99_seconds'))
    expect(key('latency_p50_seconds', { pod: 'a' })).not.toBe(key('latency_p50_seconds', { pod: 'b' }))
    expect(key('latency_p50_seconds')).not.toBe(key('cpu_usage'))
  })
})
