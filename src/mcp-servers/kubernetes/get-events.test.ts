import { afterEach, expect, test } from 'vitest'
import { ago, event, pod } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const about = { kind: 'Pod', name: 'cart-7f9dd8b6c2-aaaaa' }
const scheduled = { type: 'Normal', count: 1, firstTimestamp: ago(30), lastTimestamp: ago(30) }
const events = [
  event('BackOff', 'Back-off restarting failed container', about),
  event('Scheduled', 'Successfully assigned shop/cart to node-1', about, scheduled),
  event(
    'FailedMount',
    'mount failed: password=hunter2hunter2',
    { kind: 'Pod', name: 'web-0' },
    { lastTimestamp: ago(9) },
  ),
  event('Old', 'long past', about, { firstTimestamp: ago(90), lastTimestamp: ago(90) }),
]

test('newest first with counts, of the last hour, without secrets', async () => {
  cluster = await simulatedCluster([pod('cart', 'aaaaa'), ...events])
  expect(await cluster.told('get_events')).toMatchInlineSnapshot(`
    "60s  Warning  shop  Pod/cart-7f9dd8b6c2-aaaaa  BackOff (x3): Back-off restarting failed container
    9m  Warning  shop  Pod/web-0  FailedMount (x3): mount failed: password=[redacted]
    30m  Normal  shop  Pod/cart-7f9dd8b6c2-aaaaa  Scheduled (x1): Successfully assigned shop/cart to node-1"
  `)
  expect(await cluster.call('get_events', { limit: 1 })).toMatchObject({
    events: [{ reason: 'BackOff', count: 3, first: '2026-11-03T13:58:00Z', last: '2026-11-03T14:01:00Z', ago: '60s' }],
    total: 3,
    truncated: true,
    nextCursor: '1',
  })
  const next = await cluster.call('get_events', { limit: 1, cursor: '1' })
  expect(next['events']).toMatchObject([{ reason: 'FailedMount' }])
})

test('filters are asked of the API server, in its own grammar', async () => {
  cluster = await simulatedCluster(events)
  const found = await cluster.call('get_events', { namespace: 'shop', ...about, type: 'Warning', since: '2h' })
  expect(found['events']).toMatchObject([{ reason: 'BackOff' }, { reason: 'Old' }])
  const { searchParams } = new URL(cluster.requests.at(-1)?.path ?? '', 'http://localhost')
  expect(searchParams.get('fieldSelector')).toBe(
    'type=Warning,involvedObject.kind=Pod,involvedObject.name=cart-7f9dd8b6c2-aaaaa',
  )
  expect(await cluster.told('get_events', { reason: 'Nothing' })).toContain('No such events')
  await expect(cluster.call('get_events', { reason: 'a,type=Normal' })).rejects.toThrow('expected a reason')
  await expect(cluster.call('get_events', { name: 'web,reason=x' })).rejects.toThrow('expected a name')
})
