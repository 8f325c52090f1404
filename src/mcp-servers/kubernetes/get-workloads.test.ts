import { afterEach, expect, test } from 'vitest'
import { deployment, object, pod, workload } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const autoscaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'cart-sizer', {
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }, minReplicas: 2, maxReplicas: 4 },
  status: {
    currentReplicas: 4,
    desiredReplicas: 4,
    conditions: [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric' }],
  },
})
const budget = (name: string, selector: object) =>
  object('policy/v1', 'PodDisruptionBudget', name, { spec: { selector }, status: { disruptionsAllowed: 0 } })
const quota = object('v1', 'ResourceQuota', 'compute', {
  status: { hard: { 'requests.cpu': '4', pods: '10' }, used: { 'requests.cpu': '3900m', pods: '4' } },
})
const failing = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: compute' }

const shop = [
  ...workload('web'),
  deployment('cart', { status: { availableReplicas: 1, conditions: [failing] } }),
  pod('cart', 'aaaaa', { spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'cart-data' } }] } }),
  object('v1', 'PersistentVolumeClaim', 'cart-data', { status: { phase: 'Pending' } }),
  object('v1', 'PersistentVolumeClaim', 'nobodys', { status: { phase: 'Bound' } }),
  autoscaler,
  budget('cart', { matchExpressions: [{ key: 'app', operator: 'In', values: ['cart', 'basket'] }] }),
  budget('web', { matchLabels: { app: 'web' } }),
  quota,
]

test('those that are short first, with what sizes, protects and holds them', async () => {
  cluster = await simulatedCluster(shop)
  expect(await cluster.told('get_workloads')).toMatchInlineSnapshot(`
    "shop  Deployment/cart  1/2  registry.example/cart:v2  ReplicaFailure=True (FailedCreate: exceeded quota: compute)  autoscaler cart-sizer: 4 of 2-4, at its most, ScalingActive=False (FailedGetResourceMetric)  budget cart allows 0 to leave  claim cart-data Pending
    shop  Deployment/web  2/2  registry.example/web:v2  budget web allows 0 to leave
    quota shop/compute requests.cpu 3900m of 4 (98%)
    quota shop/compute pods 4 of 10 (40%)"
  `)
  expect(await cluster.call('get_workloads', { kind: 'Deployment', labels: 'app=web' })).toMatchObject({
    workloads: [{ name: 'web', available: '2/2', troubles: [], autoscalers: [], claims: [] }],
    total: 1,
    missing: [],
  })
  expect(await cluster.told('get_workloads', { namespace: 'other' })).toMatch(/^No such workloads/)
})

test('what may not be listed is named; the rest stands', async () => {
  cluster = await simulatedCluster(shop)
  cluster.trip((request, response) => {
    if (!request.url?.startsWith('/apis/policy')) return false
    response.writeHead(403).end('{"kind":"Status","code":403}')
    return true
  })
  const { workloads, missing } = await cluster.call('get_workloads', { kind: 'Deployment' })
  expect(workloads).toMatchObject([{ name: 'cart', budgets: [] }, { name: 'web' }])
  expect(missing).toEqual([expect.stringMatching(/^poddisruptionbudgets: /)])
})
