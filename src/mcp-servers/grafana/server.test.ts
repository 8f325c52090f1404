// get_signals against a simulated Grafana, and how the server stands what goes wrong.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SeriesPoints } from '#incident/signal.ts'
import { minutes, NOON, openWorld } from '../../../test/grafana/served.ts'
import type { World } from '../../../test/grafana/served.ts'
import type { ReadingPage } from '../signal-schema.ts'

let world: World

beforeEach(() => {
  world = openWorld()
})
afterEach(async () => world.close())

const lastMinute = () => ({ from: world.now - minutes(1), to: world.now })

function seriesOf(page: unknown): SeriesPoints[] {
  return (page as ReadingPage).signals.filter(each => each.kind === 'series')
}

test('gauges as they are, counters per second, durations as means: new points only', async () => {
  const pod = { namespace: 'shop', pod: 'cart-5f6585d649-fnmft' }
  world.measure('container_memory_usage_bytes', pod, i => 100 + i)
  world.measure('http_requests_total', { ...pod, code: '500' }, i => (i < 30 ? i * 60 : 0))
  world.measure('http_request_duration_seconds_sum', pod, i => i * 3)
  world.measure('http_request_duration_seconds_count', pod, i => i * 6)
  const { call } = await world.serve()
  const window = { from: world.now - 45_000, to: world.now } // samples of 15 s before it are read again: they may have come late
  const page = await call('get_signals', window)
  const found = seriesOf(page).map(({ metric, unit, points, entity }) => ({
    metric,
    unit,
    points,
    service: entity.service,
  }))
  expect(found.sort((a, b) => (a.metric < b.metric ? -1 : 1))).toEqual([
    { metric: 'container_memory_usage_bytes', unit: 'Bytes', points: [[world.now, 130]], service: 'cart' },
    { metric: 'http_request_duration_seconds', unit: 'Seconds', points: [[world.now, 0.5]], service: 'cart' },
    { metric: 'http_request_per_second', unit: 'Count/Second', points: [[world.now, 0.1]], service: 'cart' },
    { metric: 'http_requests_per_second', unit: 'Count/Second', points: [[world.now, 0]], service: 'cart' },
  ])
  expect(seriesOf(page)[0]?.entity).toEqual({ namespace: 'shop', kind: 'Pod', name: pod.pod, service: 'cart' })
  expect((page as ReadingPage).missing).toEqual([])

  world.requests = []
  expect(await call('get_signals', window), 'the same window again').toEqual(page)
  expect(
    world.requests.filter(each => each.includes('/query')),
    'gauges and counters',
  ).toHaveLength(2)
})

test('a long window comes in pages without a point lost or doubled', async () => {
  for (let i = 0; i < 600; i++) world.measure('queue_depth', { service: `s${i}` }, minute => minute)
  const { call } = await world.serve()
  const seen = new Map<string, number>()
  let cursor: unknown
  let pages = 0
  do {
    const page = (await call('get_signals', { from: NOON, to: world.now, cursor })) as ReadingPage
    for (const each of seriesOf(page)) seen.set(each.id, (seen.get(each.id) ?? 0) + each.points.length)
    cursor = page.nextCursor
    pages++
  } while (cursor)
  expect(pages).toBeGreaterThan(1)
  expect(seen.size).toBe(600)
  expect(new Set(seen.values()), 'noon itself read again, as it might have come late').toEqual(new Set([31]))
})

test('a service graph gives who calls whom, once a pair, and series about the callee', async () => {
  world.measure('traces_service_graph_request_total', { client: 'web', server: 'cart' }, i => i)
  world.measure('traces_service_graph_request_failed_total', { client: 'web', server: 'cart' }, () => 0)
  world.measure('traces_service_graph_request_total', { client: 'web', server: 'never' }, () => 0)
  world.measure(
    'istio_requests_total',
    { source_workload: 'cart', destination_workload: 'db', destination_workload_namespace: 'data' },
    i => i,
  )
  const { call } = await world.serve()
  const { relations, ...page } = (await call('get_signals', lastMinute())) as ReadingPage
  expect(relations).toMatchObject([
    { kind: 'calls', from: { service: 'cart' }, to: { service: 'db', namespace: 'data' } },
    { kind: 'calls', from: { service: 'web' }, to: { service: 'cart' } },
  ])
  const edge = seriesOf(page).find(each => each.metric === 'istio_requests_per_second')
  expect(edge).toMatchObject({ entity: { service: 'db' }, labels: { client: 'cart', server: 'db' } })
})

test('expressions of dashboards come first, histograms as quantiles; what is over the bound is said', async () => {
  for (const [le, share] of [
    ['0.1', 0.5],
    ['1', 0.9],
    ['+Inf', 1],
  ] as const) {
    world.measure('rpc_seconds_bucket', { service: 'cart', le }, i => i * 100 * share)
  }
  world.measure('http_requests_total', { service: 'cart', code: '200' }, i => i * 90)
  world.measure('http_requests_total', { service: 'cart', code: '500' }, i => i * 10)
  for (let i = 0; i < 5; i++) world.measure('go_goroutines', { service: `s${i}` }, () => 1)
  const expr =
    'sum by (service) (rate(http_requests_total{code=~"5..",service=~"$service"}[$__rate_interval])) / sum by (service) (rate(http_requests_total[$__rate_interval]))'
  world.recording.dashboards.push({
    uid: 'shop',
    title: 'Shop',
    templating: { list: [{ name: 'service', current: { value: ['$__all'] } }] },
    panels: [
      {
        type: 'row',
        panels: [
          {
            id: 7,
            title: 'Error rate',
            fieldConfig: { defaults: { unit: 'percentunit' } },
            targets: [{ refId: 'A', expr }],
          },
        ],
      },
      { id: 8, title: 'Broken', targets: [{ refId: 'A', expr: 'sum(rate(x{a="$nowhere"}[5m]))' }] },
      { id: 9, title: 'Text', options: { content: 'hello' } },
    ],
  })
  const { call } = await world.serve({ settings: { mostSeries: 7 } })
  const page = (await call('get_signals', lastMinute())) as ReadingPage
  const series = seriesOf(page)
  const rate = series.find(each => each.metric === 'Error rate')
  expect(rate).toMatchObject({
    unit: 'Ratio',
    entity: { service: 'cart' },
    url: expect.stringContaining('viewPanel=7'),
  })
  expect(rate?.points.at(-1)?.[0]).toBe(world.now)
  expect(rate?.points.at(-1)?.[1]).toBeCloseTo(0.1)
  const quantiles = series.filter(each => each.metric === 'rpc_seconds')
  expect(quantiles.map(each => each.labels['quantile']).sort()).toEqual(['0.5', '0.9', '0.99'])
  expect(quantiles[0]).toMatchObject({ unit: 'Seconds', entity: { service: 'cart' } })
  expect(quantiles[0]?.labels['le']).toBeUndefined()
  expect(page.missing).toMatchObject([
    { what: 'panels', why: expect.stringContaining('1 use') },
    { what: 'series', why: expect.stringContaining('go_goroutines') },
  ])
})

test('alerts that fire, and one that ended; annotations as changes and events', async () => {
  const labels = { alertname: 'Slow', severity: 'warning', service: 'cart' }
  const annotations = { summary: 'cart is slow' }
  const { 'grafana/alerts': alerts, 'grafana/annotations': notes } = world.recording.records
  alerts.push({ at: NOON + minutes(10), state: 'alerting', labels, annotations })
  notes.push({ at: world.now - minutes(1) + 1, text: 'Deployed v2.30 -> v2.31', tags: ['deploy', 'service:cart'] })
  notes.push({ at: world.now - 1, text: 'Instance db-7 may refuse connections', tags: ['rds', 'db-7', 'failure'] })
  const { call } = await world.serve()
  const { signals } = (await call('get_signals', lastMinute())) as ReadingPage
  const [alarm, change, event] = signals
  expect(alarm).toMatchObject({
    kind: 'alarm',
    active: true,
    severity: 'medium',
    entity: { service: 'cart' },
    text: 'Slow: cart is slow',
  })
  expect(change).toMatchObject({
    kind: 'change',
    entity: { service: 'cart' },
    change: { what: 'deploy', from: 'v2.30', to: 'v2.31' },
  })
  expect(event).toMatchObject({ kind: 'event', entity: { service: 'db-7' }, severity: 'medium' })

  alerts.push({ at: world.now + minutes(1), state: 'ok', labels, annotations })
  world.now += minutes(2)
  const later = (await call('get_signals', { from: world.now - minutes(2), to: world.now })) as ReadingPage
  expect(later.signals).toMatchObject([{ kind: 'alarm', active: false, at: world.now - minutes(1), severity: 'low' }])
  expect(await call('get_annotations', { tags: ['deploy'], since: '1h' })).toMatchObject({
    items: [{ tags: ['deploy', 'service:cart'] }],
  })
})

test('lines of Loki that tell of trouble are counted by minute', async () => {
  const lines = world.recording.records['grafana/logs']
  for (let i = 0; i < 5; i++)
    lines.push({ at: world.now - 9000 + i, labels: { app: 'cart' }, line: `ERROR order ${i} failed` })
  lines.push({ at: world.now - 1000, labels: { app: 'cart' }, line: 'level=info msg="no error"' })
  const { call } = await world.serve()
  const { signals } = (await call('get_signals', lastMinute())) as ReadingPage
  expect(signals).toMatchObject([
    { kind: 'log', entity: { service: 'cart' }, count: 5, severity: 'high', writer: 'tenant' },
  ])
})

test('a refused token names its setting and is not in the message', async () => {
  const { call } = await world.serve({ settings: { token: 'wrong-token' } })
  const refused = await call('get_signals').catch((error: unknown) => error)
  expect(refused).toMatchObject({
    code: 'authentication',
    message: expect.stringContaining('GRAFANA_SERVICE_ACCOUNT_TOKEN'),
  })
  expect(String(refused)).not.toContain('wrong-token')
})

test('a part that fails, is forbidden or answers a login page leaves the others standing', async () => {
  world.measure('queue_depth', { service: 'cart' }, i => i)
  const { call } = await world.serve({
    instead: path => {
      if (path.startsWith('/api/annotations')) return { status: 403, body: '{"message":"no"}' }
      if (path.startsWith('/api/prometheus/grafana')) return { status: 200, body: '<html>Log in</html>' }
      return undefined
    },
  })
  const page = (await call('get_signals', lastMinute())) as ReadingPage
  expect(seriesOf(page)).toHaveLength(1)
  expect(page.missing).toEqual([
    { source: 'grafana', what: 'alerts', why: expect.stringContaining('GRAFANA_URL') },
    { source: 'grafana', what: 'annotations', why: expect.stringContaining('readme') },
  ])
})

test('a data source that is down leaves the others standing, and is watched again once it is back', async () => {
  world.measure('queue_depth', { service: 'cart' }, i => i)
  world.recording.records['grafana/logs'].push({ at: world.now - 1000, labels: { app: 'cart' }, line: 'ERROR one' })
  let down = true
  const { call } = await world.serve({
    instead: path => (down && path.includes('/uid/prometheus/') ? { status: 502, body: '' } : undefined),
  })
  const page = (await call('get_signals', lastMinute())) as ReadingPage
  expect(page.signals.map(each => each.kind)).toEqual(['log'])
  expect(page.missing).toEqual([
    { source: 'grafana', what: 'data source Prometheus', why: expect.stringContaining('502') },
  ])
  down = false
  expect(seriesOf(await call('get_signals', lastMinute()))).toHaveLength(1)

  down = true
  world.recording.records['grafana/alerts'].push({
    at: world.now + 1,
    state: 'alerting',
    labels: { service: 'cart' },
    annotations: {},
  })
  world.now += minutes(1)
  const later = (await call('get_signals', lastMinute())) as ReadingPage
  expect(later.signals.map(each => each.kind)).toEqual(['alarm', 'log'])
  expect(later.missing.map(each => each.what)).toEqual(['alerts of Prometheus', 'series of Prometheus'])
})

test('a redirect is not followed', async () => {
  const { call } = await world.serve({ instead: () => ({ status: 302, body: '' }) })
  await expect(call('get_annotations')).rejects.toMatchObject({
    code: 'validation',
    message: expect.stringContaining('redirects'),
  })
  expect(world.requests).toHaveLength(1)
})
