import { afterEach, expect, test } from 'vitest'
import { node, NOW, pod, replicaSet } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const resources = { requests: { cpu: '500m', memory: '128Mi' }, limits: { memory: '256Mi' } }
const sized = (name: string, suffix: string) => pod(name, suffix, { spec: { containers: [{ name, resources }] } })
const usage = (name: string, cpu: string, memory: string) => ({
  at: NOW - 30_000,
  namespace: 'shop',
  pod: name,
  container: name.split('-')[0] ?? '',
  cpu,
  memory,
})
const shop = [
  sized('cart', 'aaaaa'),
  sized('cart', 'bbbbb'),
  pod('web', 'aaaaa'),
  replicaSet('cart', 2),
  replicaSet('web', 2),
]
const records = {
  'kubernetes/metrics': [
    usage('cart-7f9dd8b6c2-aaaaa', '450m', '250Mi'),
    usage('cart-7f9dd8b6c2-bbbbb', '50m', '64Mi'),
    usage('web-7f9dd8b6c2-aaaaa', '100m', '700Mi'),
    { at: NOW - 30_000, node: 'node-1', cpu: '1', memory: '3Gi' },
  ],
}

test('pods, the most first, against what they requested and may use', async () => {
  cluster = await simulatedCluster(shop, records)
  expect(await cluster.told('get_metrics')).toMatchInlineSnapshot(`
    "shop  Pod/cart-7f9dd8b6c2-aaaaa  cpu 450m (90%)  memory 250Mi (98%)
    shop  Pod/web-7f9dd8b6c2-aaaaa  cpu 100m  memory 700Mi
    shop  Pod/cart-7f9dd8b6c2-bbbbb  cpu 50m (10%)  memory 64Mi (25%)"
  `)
  expect(await cluster.call('get_metrics', { sort: 'memory', limit: 1 })).toMatchObject({
    available: true,
    usage: [{ name: 'web-7f9dd8b6c2-aaaaa', memoryBytes: 700 * 2 ** 20, ago: '30s' }],
    total: 3,
    nextCursor: '1',
  })
  expect(await cluster.told('get_metrics', { name: 'gone' })).toMatch(/^Nothing was measured there/)
})

test('workloads are the sum of their pods; nodes are measured against what they can give', async () => {
  const room = { cpu: '4', memory: '12Gi' }
  const plain = node('node-1')
  const sizedNode = { ...plain, status: { ...(plain['status'] as object), allocatable: room } }
  cluster = await simulatedCluster([...shop, sizedNode], records)
  expect(await cluster.told('get_metrics', { resource_type: 'workload' })).toMatchInlineSnapshot(`
    "shop  Deployment/cart  2 pods  cpu 500m (50%)  memory 314Mi (61%)
    shop  Deployment/web  1 pod  cpu 100m  memory 700Mi"
  `)
  expect(await cluster.told('get_metrics', { resource_type: 'node' })).toMatchInlineSnapshot(
    `"Node/node-1  cpu 1000m (25%)  memory 3072Mi (25%)"`,
  )
})

test('a cluster without metrics-server says so', async () => {
  cluster = await simulatedCluster(shop)
  const answer = await cluster.call('get_metrics')
  expect(answer).toMatchObject({ available: false, usage: [], hint: expect.stringContaining('no metrics.k8s.io') })
  expect(await cluster.told('get_metrics', { resource_type: 'node' })).toContain('no metrics.k8s.io')
})

test('what was measured of pods that cannot be understood is not told as all', async () => {
  cluster = await simulatedCluster(shop, records)
  cluster.trip((request, response) => {
    if (!request.url?.startsWith('/api/v1/pods')) return false
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [{ spec: 7 }] }))
    return true
  })
  const answer = await cluster.call('get_metrics', { resource_type: 'workload' })
  expect(answer).toMatchObject({ truncated: true, hint: expect.stringContaining('Not all') })
})
