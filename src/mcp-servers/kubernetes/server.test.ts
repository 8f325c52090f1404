// The reads over a simulated API server: what one look makes of a shop in trouble, and what stays when parts fail.
import { afterEach, expect, test } from 'vitest'
import type { Signal } from '#incident/signal.ts'
import { readingSchema } from '../signal-schema.ts'
import type { ReadingPage } from '../signal-schema.ts'
import {
  ago,
  crashing,
  deployment,
  event,
  node,
  NOW,
  object,
  pod,
  replicaSet,
  service,
  workload,
} from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const at = (minutes: number, seconds = 0) => NOW - minutes * 60_000 + seconds * 1000
const say = (pod_: string, line: string, when = at(1)) => ({ at: when, namespace: 'shop', pod: pod_, line })

async function look(from: number | string = at(5), to: number | string = NOW): Promise<ReadingPage> {
  return readingSchema.parse(await cluster.call('get_signals', { from, to }))
}

const one = <Kind extends Signal['kind']>(page: ReadingPage, kind: Kind) =>
  page.signals.filter((each): each is Signal & { kind: Kind } => each.kind === kind)

const badRollout = [
  deployment('cart', { status: { availableReplicas: 1, readyReplicas: 1, updatedReplicas: 1 } }),
  replicaSet('cart', 1, { pod: { env: [{ name: 'DB', value: 'db:5432' }] } }),
  replicaSet('cart', 2, { created: ago(3) }),
  pod('cart', 'aaaaa', { revision: 1 }),
  crashing('cart', 'bbbbb', { created: ago(3) }),
  event('BackOff', 'Back-off restarting failed container', { kind: 'Pod', name: 'cart-7f9dd8b6c2-bbbbb' }),
  service('cart'),
  ...workload('checkout', { pod: { env: [{ name: 'CART_URL', value: 'http://cart.shop.svc.cluster.local/api' }] } }),
  node('node-1'),
]

test('a bad rollout: state with its remedy, change with its undo, event, log lines, relations, and who is well', async () => {
  const line = 'ERROR cannot start, order 4711 token=abcdef0123456789 \u202E'
  cluster = await simulatedCluster(badRollout, {
    'kubernetes/logs': [
      say('cart-7f9dd8b6c2-bbbbb', 'INFO all is well with no error'),
      say('cart-7f9dd8b6c2-bbbbb', line),
      say('cart-7f9dd8b6c2-bbbbb', line.replace('4711', '4712'), at(1, 5)),
      say('checkout-7f9dd8b6c2-aaaaa', 'WARN cart answered slowly', at(2)),
    ],
    'kubernetes/metrics': [
      { at: at(1), namespace: 'shop', pod: 'cart-7f9dd8b6c1-aaaaa', container: 'cart', cpu: '250m', memory: '128Mi' },
    ],
  })
  const page = await look()

  const [crash] = one(page, 'state')
  expect(crash).toMatchObject({
    id: 'kubernetes:state:CrashLoopBackOff:Deployment/shop/cart',
    entity: { namespace: 'shop', kind: 'Deployment', name: 'cart', service: 'cart' },
    severity: 'high',
    since: at(3),
    points: 8,
  })
  const back = {
    server: 'kubernetes',
    tool: 'rollback_workload',
    arguments: {
      namespace: 'shop',
      kind: 'Deployment',
      name: 'cart',
      replicaSet: 'cart-7f9dd8b6c1',
      replicaSetUid: 'uid-cart-7f9dd8b6c1',
    },
  }
  expect(crash?.remedy?.call).toEqual(back)
  expect(one(page, 'change')).toMatchObject([
    {
      at: at(3),
      text: 'shop/cart rolled out v2 (was v1)',
      change: { what: 'rollout', from: 'v1', to: 'v2', undo: back },
    },
  ])
  expect(one(page, 'event')).toMatchObject([{ text: expect.stringMatching(/^BackOff: /), count: 3, writer: 'system' }])
  expect(
    one(page, 'log').map(({ severity, count, entity, writer }) => [entity.service, severity, count, writer]),
  ).toEqual([
    ['cart', 'high', 2, 'tenant'],
    ['checkout', 'low', 1, 'tenant'],
  ])
  expect(JSON.stringify(page)).not.toMatch(/abcdef0123456789|\u202E/)
  expect(one(page, 'series').map(({ metric, unit, points }) => [metric, unit, points])).toEqual([
    ['pod_cpu_usage', 'millicores', [[at(1), 250]]],
    ['pod_memory_usage', 'bytes', [[at(1), 128 * 2 ** 20]]],
  ])
  const related = page.relations.map(({ from, to, kind }) => `${from.kind}/${from.name} ${kind} ${to.kind}/${to.name}`)
  expect(related).toContain('Deployment/cart owns Pod/cart-7f9dd8b6c2-bbbbb')
  expect(related).toContain('Pod/cart-7f9dd8b6c2-bbbbb runs-on Node/node-1')
  expect(related).toContain('Service/cart selects Deployment/cart')
  expect(related).toContain('Deployment/checkout calls Service/cart')
  expect(page.healthy.map(({ name }) => name)).toEqual(['checkout'])
  expect(page.missing).toEqual([])
  expect(await look()).toEqual(page)
})

test('what is outside, or no workload, is an entity like any other: with who calls it, and what mends it', async () => {
  const line = 'ERROR POST https://api.payments.example.com/v1/charges: context deadline exceeded'
  cluster = await simulatedCluster(
    [
      ...workload('cart'),
      service('cart'),
      deployment('web'),
      replicaSet('web', 2),
      pod('web', 'aaaaa', { state: { ready: false } }),
      node('node-1'),
    ],
    { 'kubernetes/logs': [say('web-7f9dd8b6c2-aaaaa', line), say('web-7f9dd8b6c2-aaaaa', line, at(2))] },
  )
  const page = await look()
  const away = one(page, 'state').find(({ fault }) => fault === 'ExternalUnreachable')
  expect(away).toMatchObject({
    entity: { kind: 'External', name: 'api.payments.example.com', service: 'api.payments.example.com' },
    points: 9,
    labels: { mend: expect.stringContaining('egress') },
  })
  const related = page.relations.map(({ from, to, kind }) => `${from.name} ${kind} ${to.name}`)
  expect(related).toContain('web calls api.payments.example.com')
})

test('a scaling has the former count as its undo, unless an autoscaler made it', async () => {
  const scaled = event(
    'ScalingReplicaSet',
    'Scaled up replica set cart-7f9dd8b6c2 to 24 from 3',
    { kind: 'Deployment', name: 'cart' },
    { type: 'Normal', count: 1, lastTimestamp: ago(2), firstTimestamp: ago(2) },
  )
  const autoscaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'cart-sizer', {
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }, maxReplicas: 30 },
  })
  cluster = await simulatedCluster([...workload('cart'), scaled])
  const [change] = one(await look(), 'change')
  expect(change).toMatchObject({ at: at(2), change: { what: 'scale', from: '3', to: '24' } })
  expect(change?.change.undo?.arguments).toEqual({ namespace: 'shop', kind: 'Deployment', name: 'cart', replicas: 3 })
  await cluster.close()

  cluster = await simulatedCluster([...workload('cart'), scaled, autoscaler])
  const [sized] = one(await look(), 'change')
  expect(sized?.text).toContain('by autoscaler cart-sizer')
  expect(sized?.change.undo).toBeUndefined()
})

test('a quiet shop is quiet, and a rollback in its past is told with the moment it happened', async () => {
  cluster = await simulatedCluster([...workload('cart'), service('cart'), node('node-1')])
  expect((await look()).signals).toEqual([])

  const revived = replicaSet('checkout', 1, { created: ago(5000) })
  Object.assign(revived.metadata, {
    annotations: { 'deployment.kubernetes.io/revision': '3', 'deployment.kubernetes.io/revision-history': '1' },
  })
  const grew = event(
    'ScalingReplicaSet',
    'Scaled up replica set checkout-7f9dd8b6c1 to 1 from 0',
    { kind: 'Deployment', name: 'checkout' },
    { type: 'Normal', count: 1, lastTimestamp: ago(3), firstTimestamp: ago(3) },
  )
  await cluster.close()
  cluster = await simulatedCluster([deployment('checkout'), revived, replicaSet('checkout', 2), grew])
  expect(one(await look(), 'change').map(({ at: when, change }) => [when, change.from, change.to])).toEqual([
    [at(3), 'v2', 'v1'],
  ])
})

test('a kind that cannot be read is named, the rest stands; nothing readable is a Fault', async () => {
  cluster = await simulatedCluster(badRollout)
  cluster.trip((request, response) => {
    if (!request.url?.startsWith('/api/v1/events')) return false
    response.writeHead(403).end('{"kind":"Status","reason":"Forbidden","message":"secret words","code":403}')
    return true
  })
  const page = await look()
  expect(page.missing).toEqual([{ source: 'kubernetes', what: 'events', why: expect.stringContaining('403') }])
  expect(JSON.stringify(page)).not.toContain('secret words')
  expect(one(page, 'state')[0]?.fault).toBe('CrashLoopBackOff')

  cluster.trip((_request, response) => {
    response.writeHead(401).end('Unauthorized')
    return true
  })
  await expect(look()).rejects.toMatchObject({ code: 'authentication' })
})

test('malformed objects and answers are counted or refused, never a crash', async () => {
  cluster = await simulatedCluster([...workload('cart')])
  cluster.trip((request, response) => {
    if (request.url?.startsWith('/api/v1/pods?'))
      response.end('{"items":[{"metadata":{"name":7}},null,{"metadata":{"name":"ok"}}]}')
    else if (request.url?.startsWith('/api/v1/nodes')) response.end('<html>a proxy</html>')
    else return false
    return true
  })
  const { missing } = await look()
  expect(missing.map(({ what, why }) => `${what}: ${why}`)).toEqual([
    expect.stringContaining('nodes: What answered'),
    'pods: 2 could not be understood',
  ])
})

test('lists go on page by page, also after their token has expired', async () => {
  cluster = await simulatedCluster([])
  const pages = [
    { metadata: { continue: 'one' }, items: [{ metadata: { name: 'a' } }] },
    { reason: 'Expired', code: 410, metadata: { continue: 'two' } },
    { metadata: {}, items: [{ metadata: { name: 'b' } }] },
  ]
  cluster.trip((request, response) => {
    if (!request.url?.startsWith('/api/v1/pods')) return false
    const page = pages.shift()
    response.writeHead(page && 'code' in page ? 410 : 200).end(JSON.stringify(page))
    return true
  })
  const { pods } = await cluster.call('get_pods')
  expect((pods as { name: string }[]).map(({ name }) => name)).toEqual(['a', 'b'])
  expect(cluster.requests.map(({ path }) => new URL(path, 'http://x').searchParams.get('continue'))).toEqual([
    null,
    'one',
    'two',
  ])
})

test('get_pods: of a pod that runs and is not ready, the probe that fails', async () => {
  const probe = 'Readiness probe failed: HTTP probe failed with statuscode: 503'
  cluster = await simulatedCluster([
    pod('web', 'aaaaa', { state: { ready: false } }),
    event('Unhealthy', probe, { kind: 'Pod', name: 'web-7f9dd8b6c2-aaaaa' }),
  ])
  expect(await cluster.told('get_pods')).toMatchInlineSnapshot(
    `"shop  web-7f9dd8b6c2-aaaaa  Running  0/1  restarts 0  8h  web not ready: Readiness probe failed: HTTP probe failed with statuscode: 503"`,
  )
})

test('get_pods: those in trouble first, with the one reason; selectors are checked before any request', async () => {
  cluster = await simulatedCluster(badRollout)
  const all = await cluster.call('get_pods', { namespace: 'shop', limit: 2 })
  expect(all).toMatchObject({ total: 4, truncated: true, nextCursor: '2' })
  expect((all['pods'] as object[])[0]).toMatchObject({
    name: 'cart-7f9dd8b6c2-bbbbb',
    ready: '0/1',
    restarts: 4,
    whyNotReady: expect.stringMatching(/^cart: CrashLoopBackOff, last ended Error with exit code 1/),
  })
  const ill = await cluster.call('get_pods', { labels: 'app in (cart, web),app!=web', status: 'NotReady' })
  expect(ill).toMatchObject({ total: 1, truncated: false })

  const asked = cluster.requests.length
  for (const input of [
    { namespace: 'shop --server=evil' },
    { namespace: '../secrets' },
    { labels: 'app=cart&limit=9' },
    { limit: 0 },
    { all: true },
  ]) {
    await expect(cluster.call('get_pods', input)).rejects.toThrow()
  }
  expect(cluster.requests).toHaveLength(asked)
})
