// Lists from memory against the simulated API server: what they hold is what a fresh list would be, whatever happens to the
// watches behind them.
import type { ServerResponse } from 'node:http'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { SILENT } from '#incident/observe.ts'
import { event, node, NOW, pod, service, workload } from '../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import { readingSchema } from '../signal-schema.ts'
import type { KubernetesClient } from './client.ts'
import { cacheLists } from './list-cache.ts'
import type { CachingClient } from './list-cache.ts'
import { eventSchema } from './schema.ts'
import { podSchema } from './pod-schema.ts'

let cluster: SimulatedCluster
let cache: CachingClient
const clock = { now: NOW }
afterEach(async () => {
  cache.close()
  await cluster.close()
})

async function open(objects: Raw[]): Promise<void> {
  cluster = await simulatedCluster(objects)
  cache = cacheLists(cluster.client, {
    log: SILENT,
    now: () => clock.now++, // so that only of an open watch the age is 0
    random: () => 0,
    pause: async () => new Promise(resolve => void setImmediate(resolve)),
  })
}

const PODS = { path: '/api/v1/pods', item: podSchema }
const EVENTS = { path: '/api/v1/events', item: eventSchema }
const soon = () => AbortSignal.timeout(10_000)
const isWatch = (path: string) => path.includes('watch=true')
const watches = () => cluster.requests.filter(({ path }) => isWatch(path)).length
const lists = () => cluster.requests.length - watches()
const podNames = async () => (await cache.list(PODS, soon())).items.map(({ metadata }) => metadata.name)

/** Asked twice, and the watch is open. */
async function warm(): Promise<void> {
  await podNames()
  await podNames()
  await vi.waitFor(() => expect(cache.lastKnown(PODS)?.ageMillis).toBe(0), WAITING)
}
const WAITING = { timeout: 5000, interval: 2 }

test('the first time is a list, the second too; from then on a watch tells, and nothing is listed', async () => {
  await open([pod('cart', 'aaaaa')])
  await cache.list(PODS, soon())
  expect([lists(), watches()]).toEqual([1, 0])
  await warm()
  expect(watches()).toBe(1)
  const asked = lists()
  const labels = { tier: 'front' }
  await cluster.send('PATCH', '/api/v1/namespaces/shop/pods/cart-7f9dd8b6c2-aaaaa', { metadata: { labels } })
  await vi.waitFor(async () => {
    const [only] = (await cache.list(PODS, soon())).items
    expect(only?.metadata.labels).toMatchObject(labels)
  }, WAITING)
  expect(lists()).toBe(asked)
})

test('two questions far apart are two lists', async () => {
  await open([pod('cart', 'aaaaa')])
  for (let i = 0; i < 3; i++) {
    await podNames()
    clock.now += 200_000
  }
  expect([lists(), watches()]).toEqual([3, 0])
})

test('a watch that nobody has asked about for minutes is not taken up again', async () => {
  await open([pod('cart', 'aaaaa')])
  const responses = watchResponses()
  await warm()
  clock.now += 301_000
  for (const response of responses) response.end()
  await vi.waitFor(() => expect(cache.lastKnown(PODS)).toBeUndefined(), WAITING)
  expect(watches()).toBe(1)
  const asked = lists()
  await podNames()
  expect(lists()).toBe(asked + 1)
})

test('where an account may not watch, lists are read as ever, and it is not tried each time', async () => {
  await open([pod('cart', 'aaaaa')])
  cluster.trip((request, response) => {
    if (!isWatch(request.url ?? '')) return false
    response.writeHead(403).end('{"kind":"Status","reason":"Forbidden","code":403}')
    return true
  })
  await podNames()
  await podNames()
  await vi.waitFor(() => expect(cache.lastKnown(PODS)).toBeUndefined(), WAITING)
  expect(await podNames()).toEqual(['cart-7f9dd8b6c2-aaaaa'])
  expect([lists(), watches()]).toEqual([3, 1])
})

test('a watch that was not heard of for minutes is not believed: the list is read, and watched afresh', async () => {
  await open([pod('cart', 'aaaaa')])
  await warm()
  const asked = lists()
  clock.now += 151_000
  expect(cache.lastKnown(PODS)?.ageMillis).toBeGreaterThan(150_000)
  await podNames()
  expect(lists()).toBe(asked + 1)
  await warm()
  expect(watches()).toBe(2)
})

test('a list whose continue token expired on the way is whole, and no watch is built on it', async () => {
  const many = Array.from({ length: 600 }, (_, i) => pod('cart', `${1000 + i}`))
  await open(many)
  let expired = 0
  cluster.trip(request => {
    if (request.url?.includes('continue=') && expired++ === 0) cluster.expireWatches()
    return false
  })
  const read = await cache.list(PODS, soon())
  expect(read.items).toHaveLength(600)
  expect(read.version).toBeUndefined()
  expired = 0
  await podNames()
  expect(watches()).toBe(0)
  await warm()
  expect(watches()).toBe(1)
})

test('a list that is too long for the one who asks is read to its end behind them', async () => {
  await open([pod('cart', 'aaaaa')])
  const hasty: KubernetesClient = {
    ...cluster.client,
    async list(collection, signal, query, within) {
      const whole = await cluster.client.list(collection, signal, query)
      return within === undefined ? { ...whole, items: [], truncated: true } : whole
    },
  }
  cache = cacheLists(hasty, { log: SILENT, now: () => clock.now++ })
  expect(await podNames()).toEqual([])
  expect(await podNames()).toEqual([])
  await vi.waitFor(() => expect(cache.lastKnown(PODS)?.ageMillis).toBe(0), WAITING)
  expect(await podNames()).toEqual(['cart-7f9dd8b6c2-aaaaa'])
})

test('while a server cannot be had, get_signals says how old what it tells is, and calls nobody well', async () => {
  await open([...workload('cart'), service('cart'), node('node-1')])
  const look = () => cluster.call('get_signals', { from: NOW - 300_000, to: NOW })
  expect((await look())['healthy']).toHaveLength(1)
  const responses = watchResponses()
  await look()
  await vi.waitFor(() => expect(responses.size).toBe(16), WAITING)
  const asked = lists()
  expect((await look())['healthy']).toHaveLength(1)
  expect(lists()).toBe(asked + 3) // the logs of both pods, and metrics: nothing else

  cluster.trip(request => Boolean(request.socket.destroy()))
  for (const response of responses) response.destroy()
  const { healthy, missing: told } = await vi.waitFor(async () => {
    const page = readingSchema.parse(await look())
    const missing = page.missing.find(({ what }) => what === 'pods')
    if (!missing) throw new Error('the watch is not known to have ended')
    return { ...page, missing }
  }, WAITING)
  expect(healthy).toEqual([])
  expect(told).toMatchObject({ why: expect.stringMatching(/^as it was \d+s ago\. /), since: expect.any(Number) })
})

test('what a write rests on is never from memory', async () => {
  await open(workload('cart'))
  for (let i = 0; i < 3; i++) await cluster.call('get_workloads')
  const before = cluster.requests.length
  await cluster.call('scale_workload', { namespace: 'shop', kind: 'Deployment', name: 'cart', replicas: 3 })
  const asked = cluster.requests.slice(before).filter(({ path }) => !isWatch(path))
  expect(asked.filter(({ method }) => method === 'GET').length).toBeGreaterThanOrEqual(4)
})

/** Those that were opened, as the cluster answers them from now on. */
function watchResponses(): Set<ServerResponse> {
  const opened = new Set<ServerResponse>()
  cluster.trip((request, response) => {
    if (isWatch(request.url ?? '')) opened.add(response)
    return false
  })
  return opened
}

// Random lives of a cluster.

const NAMES = ['a', 'b', 'c', 'd', 'e']
const place = { namespace: fc.constantFrom('shop', 'shop-two'), name: fc.constantFrom(...NAMES) }
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('create' as const), ...place }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), ...place, count: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('calm' as const), ...place }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), ...place }) },
  fc.constantFrom({ do: 'drop' as const }, { do: 'expire' as const }, { do: 'bookmark' as const }),
)
type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never

test('after anything that may happen, what is held is what a fresh list says', { timeout: 60_000 }, async () => {
  const first = event('BackOff', 'again', { kind: 'Pod', name: 'x' })
  await open([first, { ...first, metadata: { name: 'other', namespace: 'shop-two' } }])
  const responses = watchResponses()
  const questions = [
    { collection: EVENTS, query: {} },
    { collection: { ...EVENTS, path: '/api/v1/namespaces/shop/events' }, query: {} },
    { collection: EVENTS, query: { fieldSelector: 'type=Warning' } },
  ]
  const agree = async () => {
    for (const { collection, query } of questions) {
      await vi.waitFor(async () => {
        const fresh = await cluster.client.list(collection, soon(), query)
        await cache.list(collection, soon(), query)
        expect(cache.lastKnown(collection, query)).toEqual({ items: fresh.items, ageMillis: 0 })
      }, WAITING)
    }
  }
  const happen = async (one: Happening): Promise<void> => {
    if (one.do === 'expire') return cluster.expireWatches()
    if (one.do === 'drop') {
      for (const response of responses) response.destroy()
      return responses.clear()
    }
    if (one.do === 'bookmark') {
      const { version: resourceVersion } = await cluster.client.list(EVENTS, soon())
      const line = JSON.stringify({ type: 'BOOKMARK', object: { kind: 'Event', metadata: { resourceVersion } } })
      for (const response of responses) if (response.writable) response.write(`${line}\n`)
      return
    }
    const { namespace, name } = one
    const path = `/api/v1/namespaces/${namespace}/events`
    if (one.do === 'delete') await cluster.send('DELETE', `${path}/${name}`)
    if (one.do === 'calm') await cluster.send('PATCH', `${path}/${name}`, { type: 'Normal' })
    if (one.do === 'change') await cluster.send('PATCH', `${path}/${name}`, { type: 'Warning', count: one.count })
    if (one.do !== 'create') return
    const about = { kind: 'Pod', namespace, name: 'x' }
    await cluster.send('POST', path, { ...first, metadata: { name, namespace }, involvedObject: about })
  }

  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 12 }), async life => {
      for (const one of life) await happen(one)
      await agree()
    }),
    { numRuns: 25 },
  )
})
