import { afterEach, describe, expect, test } from 'vitest'
import {
  apply,
  deployment,
  pod,
  recordingOf,
  shop,
  start,
  startTinyCluster,
  web,
  type TinyCluster,
} from './tiny-cluster.ts'

let cluster: TinyCluster
afterEach(() => cluster.close())

const events = ['ua', 'ub'].map((uid, i) => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `web.${i}`, namespace: 'shop' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-new-a', uid },
  reason: i === 0 ? 'BackOff' : 'Pulled',
  message: 'said',
  type: i === 0 ? 'Warning' : 'Normal',
  source: { component: 'kubelet' },
  count: 3,
  firstTimestamp: '2026-11-20T09:00:00Z',
  lastTimestamp: '2026-11-20T09:58:00Z',
}))

describe('what a recording leaves out', () => {
  test('is filled in as an API server would have: uid, generation, version, times, namespace', async () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'bare', uid: 'named-by-its-set' }
    const bare = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'bare' }, spec: {}, status: {} }
    const set = { ...bare, kind: 'ReplicaSet', metadata: { name: 'bare-1', ownerReferences: [owner] } }
    cluster = await startTinyCluster({ recording: recordingOf({ objects: [bare, set] }) })
    const path = '/apis/apps/v1/namespaces/default'
    const { body } = await cluster.ask('GET', `${path}/deployments/bare`)
    expect(body).toMatchObject({
      metadata: {
        uid: 'named-by-its-set',
        generation: 1,
        creationTimestamp: '2026-11-20T09:59:00Z',
        namespace: 'default',
      },
      spec: { replicas: 1 },
      status: { observedGeneration: 1 },
    })
    expect(body.metadata.resourceVersion).toMatch(/^\d+$/)
    expect((await cluster.ask('GET', `${path}/replicasets/bare-1`)).body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/)
    const spaces = (await cluster.ask('GET', '/api/v1/namespaces')).body.items
    expect(spaces.map((space: { metadata: { name: string } }) => space.metadata.name)).toEqual(['default'])
  })

  test('objects appear, change and go as the clock goes on; a changed spec is a new generation', async () => {
    const lines = [
      apply(deployment('web:1'), start - 1),
      apply(deployment('web:1'), start + 1_000),
      apply(deployment('web:2'), start + 2_000),
      { at: start + 3_000, op: 'delete' as const, object: deployment('web:2') },
    ]
    cluster = await startTinyCluster({ recording: recordingOf({ objects: lines }) })
    const first = (await cluster.ask('GET', web)).body
    cluster.pass(1_500)
    expect((await cluster.ask('GET', web)).body).toEqual(first)
    cluster.pass(1_000)
    expect((await cluster.ask('GET', web)).body.metadata.generation).toBe(2)
    cluster.pass(1_000)
    expect((await cluster.ask('GET', web)).status).toBe(404)
  })
})

describe('list', () => {
  test('selects by labels and by the fields a server knows', async () => {
    const canary = pod('web-canary', 'web-old')
    canary.metadata.labels = { app: 'web', track: 'canary' }
    cluster = await startTinyCluster({ recording: recordingOf({ objects: [...shop(), canary, ...events] }) })
    const names = async (path: string) =>
      (await cluster.ask('GET', path)).body.items.map((item: { metadata: { name: string } }) => item.metadata.name)
    const pods = '/api/v1/namespaces/shop/pods'
    expect(await names(`${pods}?labelSelector=app=web,track!=canary`)).toEqual(['web-new-a', 'web-new-b'])
    expect(await names(`${pods}?labelSelector=track+in+(canary,beta),app`)).toEqual(['web-canary'])
    expect(await names(`${pods}?labelSelector=!track`)).toEqual(['web-new-a', 'web-new-b'])
    expect(await names(`${pods}?fieldSelector=spec.nodeName=node-a,metadata.name!=web-new-a`)).toEqual([
      'web-canary',
      'web-new-b',
    ])
    expect(await names('/api/v1/events?fieldSelector=involvedObject.uid=ua,type=Warning')).toEqual(['web.0'])
    expect(await names('/apis/events.k8s.io/v1/events?fieldSelector=regarding.uid=ub')).toEqual(['web.1'])
    for (const swapped of ['/api/v1/events?fieldSelector=regarding.uid=ua', `${pods}?fieldSelector=spec.color=red`])
      expect((await cluster.ask('GET', swapped)).body).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  test('an Event reads the same in both versions, whichever it was recorded in', async () => {
    const newer = {
      ...events[0],
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'new', namespace: 'shop' },
    }
    const renamed = { ...newer, involvedObject: undefined, regarding: { uid: 'uc' }, note: 'heard' }
    cluster = await startTinyCluster({ recording: recordingOf({ objects: [...events, renamed] }) })
    const old = await cluster.ask('GET', '/api/v1/namespaces/shop/events/new')
    expect(old.body).toMatchObject({ apiVersion: 'v1', message: 'heard', involvedObject: { uid: 'uc' } })
    const { body } = await cluster.ask('GET', '/apis/events.k8s.io/v1/namespaces/shop/events/web.0')
    expect(body).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      note: 'said',
      regarding: { uid: 'ua' },
      deprecatedCount: 3,
      deprecatedLastTimestamp: '2026-11-20T09:58:00Z',
    })
    expect(body).not.toHaveProperty('involvedObject')
  })

  test('pages are of one moment; a forgotten one is 410 with a token that goes on', async () => {
    const objects = ['a', 'b', 'c', 'd', 'e'].map(name => pod(name, 'web-new'))
    cluster = await startTinyCluster({ recording: recordingOf({ objects }) })
    const pods = '/api/v1/namespaces/shop/pods'
    const first = (await cluster.ask('GET', `${pods}?limit=2`)).body
    expect(first.metadata.remainingItemCount).toBe(3)
    await cluster.ask('DELETE', `${pods}/c`)
    cluster.pass(5_000)
    const next = `${pods}?limit=2&continue=${first.metadata.continue}`
    const second = (await cluster.ask('GET', next)).body
    expect(second.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['c', 'd'])
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)

    cluster.api.expireWatches()
    const expired = await cluster.ask('GET', next)
    expect([expired.status, expired.body.reason]).toEqual([410, 'Expired'])
    const rest = (await cluster.ask('GET', `${pods}?continue=${expired.body.metadata.continue}`)).body
    expect(rest.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['d', 'e'])

    expect((await cluster.ask('GET', `${pods}?limit=2&resourceVersion=0`)).body.items).toHaveLength(4)
    expect((await cluster.ask('GET', `${pods}?limit=1&labelSelector=app`)).body.metadata).not.toHaveProperty(
      'remainingItemCount',
    )
    expect((await cluster.ask('GET', `${pods}?continue=garbage`)).status).toBe(400)
    expect((await cluster.ask('GET', `${next}&resourceVersion=5`)).status).toBe(400)
  })

  test('a version from the future is 504, garbage 500', async () => {
    cluster = await startTinyCluster()
    const future = await cluster.ask('GET', '/api/v1/pods?resourceVersion=99999')
    expect(future.body).toMatchObject({ code: 504, reason: 'Timeout', details: { retryAfterSeconds: 1 } })
    const garbage = await cluster.ask('GET', '/api/v1/pods?resourceVersion=abc')
    expect(garbage.status).toBe(500)
    expect(garbage.body).not.toHaveProperty('reason')
  })
})

test('tables show what kubectl prints', async () => {
  const backOff = { waiting: { reason: 'CrashLoopBackOff' } }
  const lastState = { terminated: { exitCode: 1, finishedAt: '2026-11-20T09:55:00Z' } }
  const crashing = pod('web-bad', 'web-new', {
    containerStatuses: [{ name: 'web', ready: false, restartCount: 5, state: backOff, lastState }],
  })
  cluster = await startTinyCluster({
    recording: recordingOf({ objects: [deployment('web:1', 3), crashing, ...events] }),
  })
  const cells = async (path: string) => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
    const { body } = await cluster.ask('GET', path, undefined, { accept })
    const shown = body.columnDefinitions.map(({ priority }: { priority: number }) => priority === 0)
    return body.rows.map(({ cells: row }: { cells: unknown[] }) => row.filter((_, i) => shown[i]))
  }
  expect(await cells('/api/v1/pods')).toEqual([['web-bad', '0/1', 'CrashLoopBackOff', '5 (5m ago)', '60m']])
  expect(await cells(web)).toEqual([['web', '3/3', 3, 3, '60s']])
  expect(await cells('/api/v1/events?fieldSelector=reason=BackOff')).toEqual([
    ['2m', 'Warning', 'BackOff', 'pod/web-new-a', 'said'],
  ])
})

describe('watch', () => {
  type Line = { type: string; object: { metadata: { name: string; resourceVersion: string }; code?: number } }

  /** Lines of a watch as they come; `next` waits for one. */
  async function watch(path: string) {
    const abort = new AbortController()
    const response = await fetch(`${cluster.url}${path}`, { signal: abort.signal })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    return {
      status: response.status,
      stop: () => abort.abort(),
      async next(): Promise<Line | undefined> {
        while (!text.includes('\n')) {
          const chunk = await reader?.read()
          if (!chunk || chunk.done) return undefined
          text += chunk.value
        }
        const [line = '', ...rest] = text.split('\n')
        text = rest.join('\n')
        return JSON.parse(line) as Line
      },
    }
  }

  test('goes on from a list, through what a client does and what follows from it', async () => {
    cluster = await startTinyCluster()
    const list = (await cluster.ask('GET', '/api/v1/namespaces/shop/pods')).body
    const { next, stop } = await watch(
      `/api/v1/namespaces/shop/pods?watch=true&resourceVersion=${list.metadata.resourceVersion}`,
    )
    await cluster.ask('DELETE', '/api/v1/namespaces/shop/pods/web-new-a')
    expect(await next()).toMatchObject({ type: 'MODIFIED', object: { metadata: { name: 'web-new-a' } } })
    expect(await next()).toMatchObject({ type: 'ADDED' }) // its successor, before it is gone
    cluster.pass(1_000)
    expect(await next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'web-new-a' } } })
    stop()
  })

  test('an object that ceases to match is deleted for that watch; without a version it begins with what is there', async () => {
    cluster = await startTinyCluster()
    const { next, stop } = await watch('/apis/apps/v1/deployments?watch=true&labelSelector=app=web')
    expect(await next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'web' } } })
    await cluster.mergePatch(web, { metadata: { labels: { app: 'other' } } })
    expect(await next()).toMatchObject({ type: 'DELETED' })
    stop()
  })

  test('a version that is too old is 200 and one ERROR line; expiry ends the open ones', async () => {
    cluster = await startTinyCluster()
    const { metadata } = (await cluster.ask('GET', '/api/v1/pods')).body
    const path = `/api/v1/pods?watch=true&resourceVersion=${metadata.resourceVersion}`
    const open = await watch(path)
    cluster.api.expireWatches()
    for (const expired of [open, await watch(path)]) {
      expect(expired.status).toBe(200)
      expect(await expired.next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })
      expect(await expired.next()).toBeUndefined()
    }
    const again = (await cluster.ask('GET', '/api/v1/pods')).body.metadata.resourceVersion
    const fresh = await watch(`/api/v1/pods?watch=true&resourceVersion=${again}`)
    await cluster.ask('DELETE', '/api/v1/namespaces/shop/pods/web-new-b')
    expect(await fresh.next()).toMatchObject({ type: 'MODIFIED' })
    fresh.stop()
  })
})

describe('logs', () => {
  const startedAt = '2026-11-20T09:50:00Z'
  const lastState = {
    terminated: { exitCode: 1, startedAt: '2026-11-20T09:40:00Z', finishedAt: '2026-11-20T09:49:59Z' },
  }
  const containerStatuses = [
    { name: 'web', ready: true, restartCount: 1, state: { running: { startedAt } }, lastState },
  ]
  const line = (at: string, text: string) => ({ at: Date.parse(at), namespace: 'shop', pod: 'web-1', line: text })
  const logs = [
    line('2026-11-20T09:41:00Z', 'first life'),
    line('2026-11-20T09:49:59.900Z', 'dying'),
    line('2026-11-20T09:50:00.100Z', 'second life'),
    line('2026-11-20T09:59:30Z', 'later'),
    line('2026-11-20T10:00:30Z', 'not yet'),
  ]
  const log = (query = '') => cluster.ask('GET', `/api/v1/namespaces/shop/pods/web-1/log${query}`)

  test('are of the running container, or of the one before it, cut as asked', async () => {
    const objects = [pod('web-1', 'web-new', { containerStatuses })]
    cluster = await startTinyCluster({ recording: recordingOf({ objects, logs }) })
    expect((await log()).text).toBe('second life\nlater\n')
    expect((await log('?previous=true')).text).toBe('first life\ndying\n')
    expect((await log('?tailLines=1&timestamps=true')).text).toBe('2026-11-20T09:59:30.000000000Z later\n')
    expect((await log('?sinceSeconds=60')).text).toBe('later\n')
    expect((await log('?sinceTime=2026-11-20T09:59:00Z&limitBytes=3')).text).toBe('lat')
    cluster.pass(30_000)
    expect((await log('?sinceSeconds=10')).text).toBe('not yet\n')
    expect((await log('?container=other')).body.message).toBe('container other is not valid for pod web-1')
  })

  test('of a pod without a previous container are a 400, of no pod a 404', async () => {
    cluster = await startTinyCluster({ recording: recordingOf({ objects: [pod('web-1', 'web-new')], logs }) })
    const previous = await log('?previous=true')
    expect([previous.status, previous.body.message]).toEqual([
      400,
      'previous terminated container "web" in pod "web-1" not found',
    ])
    expect((await cluster.ask('GET', '/api/v1/namespaces/shop/pods/none/log')).body.reason).toBe('NotFound')
  })
})

test('metrics are the newest of each container and node', async () => {
  const usage = { namespace: 'shop', pod: 'web-new-a', memory: '64Mi' }
  const metrics = [
    { ...usage, at: start - 90_000, cpu: '10m' },
    { ...usage, at: start - 30_000, cpu: '20m' },
    { ...usage, pod: 'gone', at: start - 30_000, cpu: '30m' },
    { node: 'node-a', at: start - 30_000, cpu: '1', memory: '2Gi' },
  ]
  cluster = await startTinyCluster({ recording: recordingOf({ objects: shop(), metrics }) })
  const { body } = await cluster.ask('GET', '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods')
  expect(body.items).toMatchObject([
    { metadata: { name: 'web-new-a' }, containers: [{ name: 'web', usage: { cpu: '20m' } }] },
  ])
  const node = await cluster.ask('GET', '/apis/metrics.k8s.io/v1beta1/nodes/node-a')
  expect(node.body).toMatchObject({ kind: 'NodeMetrics', usage: { cpu: '1', memory: '2Gi' } })
  expect((await cluster.ask('GET', '/apis')).text).toContain('metrics.k8s.io')
})
