import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SeriesPoints } from '#incident/signal.ts'
import { readWith } from '../../../test/read-with.ts'
import { roomDeps } from '../../../test/room-deps.ts'
import { openCloud } from '../../../simulator/cloud.ts'
import { cloudwatchApi } from '../../../simulator/cloudwatch/api.ts'
import { listen } from '../../../simulator/listen.ts'
import type { Handler, Listener } from '../../../simulator/listen.ts'
import { emptyRecords } from '../../../simulator/recording.ts'
import type { Recording } from '../../../simulator/recording.ts'
import type { ReadingPage } from '../signal-schema.ts'
import { entityOfMetric } from './mapper.ts'
import { cloudwatchSettings } from './schema.ts'
import type { CloudwatchSettings } from './schema.ts'
import { cloudwatchServer } from './server.ts'

const NOON = Date.parse('2026-11-03T12:00:00Z')
const minutes = (count: number) => count * 60_000
const keys = { accessKeyId: 'RIGHTKEY', secretAccessKey: 'very-secret-words' }
let now: number
let records: Recording['records']
let listener: Listener
let requests: string[]

beforeEach(() => {
  now = NOON + minutes(30)
  records = emptyRecords()
  requests = []
})
afterEach(async () => listener.close())

function clock(): number {
  return now
}

function measure(
  metric: string,
  values: Record<string, number>,
  { every = 1, count = 31, namespace = 'Shop' } = {},
): void {
  for (let i = 0; i < count; i++) {
    const at = NOON + minutes(i * every)
    const dimensions = { Service: 'cart' }
    records['cloudwatch/metrics'].push({
      at,
      namespace,
      metric,
      dimensions,
      unit: 'Seconds',
      period: every * 60,
      values,
    })
  }
  records['cloudwatch/metrics'].sort((a, b) => a.at - b.at)
}

async function served(settings: Partial<CloudwatchSettings> = {}, before?: (body: string) => string | undefined) {
  const recording = { name: 't', start: NOON, end: now + minutes(60), records, series: [], dashboards: [] }
  const api = cloudwatchApi(openCloud({ recording }, clock), { accessKeyId: keys.accessKeyId })
  const handle: Handler = (request, response, body) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    requests.push(operation)
    const instead = before?.(operation)
    if (instead === undefined) return api.handle(request, response, body)
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(instead)
  }
  listener = await listen(handle)
  const given = { endpoint: listener.url, region: 'eu-central-1', credentials: keys, ...settings }
  const server = cloudwatchServer(cloudwatchSettings.parse(given), roomDeps('cloudwatch', clock))
  return async (name: string, input: Record<string, unknown> = {}) =>
    (await readWith(server, clock, name, input)).output
}

function seriesOf(page: unknown): SeriesPoints[] {
  return (page as ReadingPage).signals.filter(each => each.kind === 'series')
}

test('each metric is watched by the statistics it has that tell most; units and dimensions come along', async () => {
  measure('latency', { Average: 0.2, p50: 0.1, p90: 0.4, p99: 0.9 })
  measure('requests', { Sum: 40 })
  measure('ReplicaLag', { Maximum: 3 })
  measure('QueueTime', { p99: 3 })
  measure('CallCount', { Sum: 1 }, { namespace: 'AWS/Usage' })
  const call = await served()
  const series = seriesOf(await call('get_signals', { from: now - minutes(1), to: now }))
  expect(series.map(each => `${each.metric} ${each.labels['statistic']}`).sort()).toEqual([
    'QueueTime p99',
    'ReplicaLag Maximum',
    'latency Average',
    'latency p90',
    'latency p99',
    'requests Sum',
  ])
  const p99 = series.find(each => each.metric === 'latency' && each.labels['statistic'] === 'p99')
  expect(p99).toMatchObject({
    id: 'cloudwatch:latency{Service="cart",namespace="Shop",statistic="p99"}',
    entity: { service: 'cart' },
    labels: { Service: 'cart', namespace: 'Shop', statistic: 'p99' },
    unit: 'Seconds',
    points: [-2, -1, 0].map(i => [now + minutes(i), 0.9]),
  })
  const requestsSum = series.find(each => each.metric === 'requests')
  expect(requestsSum?.points.at(-1)?.[0], 'the minute that is not over').toBe(now - minutes(1))
})

test('points at five minutes are asked for when the next can be there, and one that came late is still given', async () => {
  measure('cpu', { Average: 7 }, { every: 5, count: 20 })
  const call = await served()
  const seen: number[] = []
  for (let i = 0; i < 10; i++) {
    now += minutes(1)
    const [cpu] = seriesOf(await call('get_signals', { from: now - minutes(1), to: now }))
    seen.push(cpu?.points.length ?? 0)
  }
  expect(
    seen.filter(count => count === 0),
    'ticks that cost nothing',
  ).toHaveLength(7)
  expect(requests.filter(name => name === 'GetMetricData')).toHaveLength(3)
})

test('alarms name the series they guard; a composite one whom its child is about', async () => {
  measure('latency', { Average: 0.2 })
  const dimensions = [{ Name: 'Service', Value: 'cart' }]
  const cart = { AlarmName: 'cart-slow', MetricName: 'latency', Namespace: 'Shop', Statistic: 'Average', Period: 300 }
  const at = NOON + minutes(10)
  const alarms = records['cloudwatch/alarms']
  alarms.push({
    at,
    alarm: { ...cart, Dimensions: dimensions, Threshold: 1 },
    state: 'ALARM',
    reason: 'Threshold crossed',
  })
  alarms.push({
    at,
    alarm: { AlarmName: 'shop critical', AlarmRule: 'ALARM("cart-slow")' },
    state: 'ALARM',
    reason: 'child',
  })
  alarms.push({ at: NOON, alarm: { ...cart, AlarmName: 'fine' }, state: 'OK', reason: '' })
  const call = await served()

  const { signals } = (await call('get_signals', { from: now - minutes(1), to: now })) as ReadingPage
  const active = signals.filter(each => each.kind === 'alarm')
  expect(active).toMatchObject([
    { id: `cloudwatch:alarm:cart-slow@${at}`, active: true, severity: 'high', entity: { service: 'cart' }, at },
    { id: `cloudwatch:alarm:shop critical@${at}`, active: true, severity: 'critical', entity: { service: 'cart' } },
  ])
  expect(signals.map(each => each.id)).toContain(active[0]?.watches)

  alarms.push({ at: now + minutes(1), alarm: { ...cart, Dimensions: dimensions }, state: 'OK', reason: 'below' })
  now += minutes(2)
  const later = (await call('get_signals', { from: now - minutes(2), to: now })) as ReadingPage
  expect(later.signals.filter(each => each.kind === 'alarm')).toMatchObject([
    { id: `cloudwatch:alarm:cart-slow@${now - minutes(1)}`, active: false },
    { active: true },
  ])
  expect(await call('get_alarms', { state: 'ALARM' })).toMatchObject({ items: [{ alarmName: 'shop critical' }] })
})

test('a resource that is no service goes by its own name, the nearest to the application first', () => {
  const about = (Dimensions: Record<string, string>) =>
    entityOfMetric({ Namespace: 'AWS/X', MetricName: 'm', Dimensions }).service
  const balancer = { LoadBalancer: 'app/shop/50dc6c495c0c9188', AvailabilityZone: 'eu-central-1a' }
  expect(about({ ...balancer, TargetGroup: 'targetgroup/cart/73e2d6bc24d8a067' })).toBe('cart')
  expect(about(balancer)).toBe('shop')
  expect(about({ DBInstanceIdentifier: 'orders-prod' })).toBe('orders-prod')
  expect(about({ ClusterName: 'eu', ServiceName: 'pay' })).toBe('pay')
  expect(about({ Service: 'adoptions@db.example.com' })).toBe('adoptions@db.example.com')
  expect(about({})).toBe('AWS/X')
})

test('lines that tell of trouble are counted by minute, about the pod or resource that wrote them', async () => {
  const say = (group: string, stream: string, message: string, second: number) =>
    records['cloudwatch/logs'].push({ at: now - second * 1000, group, stream, message })
  say('/aws/lambda/resize', '2026/11/03/[$LATEST]ab', 'ERROR Task timed out after 3.01 seconds', 9)
  say('/aws/lambda/resize', '2026/11/03/[$LATEST]ab', 'ERROR Task timed out after 3.02 seconds', 8)
  const wrapped = {
    log: 'FATAL out of memory, token=ghp_0123456789abcdefghijABCDEFGHIJ012345',
    kubernetes: { pod_name: 'cart-5f6585d649-fnmft', namespace_name: 'shop' },
  }
  say('/aws/containerinsights/eu/application', 'x', JSON.stringify(wrapped), 7)
  say('/aws/containerinsights/eu/application', 'pay-7f9dd8b6c4-x7gr9', 'INFO 0 errors, all failed checks 0', 6)
  say('/aws/lambda/resize', 's', `ERROR ${'x'.repeat(1_000_000)}`, 5)
  const call = await served()
  const { signals } = (await call('get_signals', { from: now - minutes(1), to: now })) as ReadingPage
  expect(signals).toMatchObject([
    { kind: 'log', entity: { service: 'resize' }, count: 2, severity: 'high', writer: 'tenant' },
    { entity: { namespace: 'shop', kind: 'Pod', service: 'cart' }, severity: 'critical', count: 1 },
    { entity: { service: 'resize' }, count: 1 },
  ])
  expect(JSON.stringify(signals)).not.toContain('ghp_')
  expect(JSON.stringify(signals).length).toBeLessThan(12_000)
})

test('what is over the bound is said, and no namespace takes every place', async () => {
  for (let i = 0; i < 6; i++) measure(`disk${i}`, { Average: 1 }, { namespace: 'AWS/EBS' })
  measure('cpu', { Average: 1 }, { namespace: 'AWS/EC2' })
  const call = await served({ mostMetrics: 3 })
  const page = (await call('get_signals')) as ReadingPage
  expect(new Set(seriesOf(page).map(each => each.labels['namespace']))).toEqual(new Set(['AWS/EBS', 'AWS/EC2']))
  expect(page.missing).toMatchObject([{ what: 'metrics', why: expect.stringContaining('4 of 7') }])
})

test('get_metrics gives points of one metric by the statistic that tells most', async () => {
  measure('latency', { Average: 0.2, Maximum: 4 })
  const call = await served()
  const asked = { namespace: 'Shop', metric_name: 'latency', dimensions: { Service: 'cart' }, since: '10m' }
  const answer = await call('get_metrics', asked)
  expect(answer).toMatchObject({ statistic: 'Average', unit: 'Seconds', periodSeconds: 60 })
  expect(answer['datapoints']).toHaveLength(11)
  expect(await call('get_metrics', { ...asked, dimensions: {} })).toMatchObject({
    datapoints: [],
    hint: expect.any(String),
  })
})

test('refused credentials name their settings and stay out of the message', async () => {
  const call = await served({ credentials: { accessKeyId: 'WRONGKEY', secretAccessKey: 'very-secret-words' } })
  const refused = await call('get_signals').catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'authentication', message: expect.stringContaining('AWS_ACCESS_KEY_ID') })
  expect(String(refused)).not.toMatch(/WRONGKEY|very-secret/)
})

test('a part that fails leaves the others standing', async () => {
  measure('cpu', { Average: 1 })
  const call = await served({}, operation => (operation === 'DescribeAlarms' ? '<html>' : undefined))
  const page = (await call('get_signals')) as ReadingPage
  expect(seriesOf(page)).toHaveLength(1)
  expect(page.missing).toMatchObject([{ what: 'alarms' }])
})

test('being throttled is said as such', async () => {
  const call = await served({}, () => JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }))
  listener.close()
  listener = await listen((_request, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0', 'retry-after': '30' })
    response.end(JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }))
  }, listener.port)
  await expect(call('get_alarms')).rejects.toMatchObject({ code: 'rate_limit', retryAfter: 30 })
})
