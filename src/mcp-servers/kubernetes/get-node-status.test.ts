import { afterEach, expect, test } from 'vitest'
import { ago, node, pod } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const pressed = {
  type: 'MemoryPressure',
  status: 'True',
  reason: 'KubeletHasInsufficientMemory',
  lastTransitionTime: ago(7),
}
const room = { cpu: '4', memory: '16Gi', pods: '110' }

function sized(name: string, conditions: object[] = [], spec: object = {}): ReturnType<typeof node> {
  const plain = node(name, 'True', conditions)
  const status = { ...(plain['status'] as object), capacity: room, allocatable: { ...room, memory: '15Gi' } }
  return { ...plain, status: { ...status, nodeInfo: { kubeletVersion: 'v1.27.16' } }, spec }
}

const requesting = (suffix: string, spec: object) => pod('cart', suffix, { spec })
const container = (name: string, requests: object) => ({ name, resources: { requests } })

test('the unwell first, with the reason; what its pods reserve against what it can give', async () => {
  cluster = await simulatedCluster([
    sized('node-1'),
    sized('node-2', [pressed], {
      unschedulable: true,
      taints: [{ key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }],
    }),
    requesting('aaaaa', { containers: [container('cart', { cpu: '1500m', memory: '3Gi' })] }),
    requesting('bbbbb', {
      initContainers: [
        { ...container('first', { cpu: '2' }) },
        { ...container('mesh', { cpu: '100m' }), restartPolicy: 'Always' },
      ],
      containers: [container('cart', { cpu: '500m', memory: '1Gi' })],
    }),
    pod('cart', 'ccccc', { status: { phase: 'Succeeded' }, spec: { containers: [container('cart', { cpu: '4' })] } }),
  ])
  expect(await cluster.told('get_node_status')).toMatchInlineSnapshot(`
    "node-2  Ready=True  worker v1.27.16  cpu 0 / 4 cores (0%)  memory 0 / 15 GiB (0%)  pods 0/110  taints node.kubernetes.io/memory-pressure:NoSchedule  MemoryPressure=True for 7m (KubeletHasInsufficientMemory)  cordoned: takes no new pods
    node-1  Ready=True  worker v1.27.16  cpu 3.5 / 4 cores (88%)  memory 4 / 15 GiB (27%)  pods 2/110"
  `)
  expect(await cluster.call('get_node_status', { name: 'node-1' })).toMatchObject({
    nodes: [{ name: 'node-1', cpu: '3.5 / 4 cores (88%)', memory: '4 / 15 GiB (27%)', pods: '2/110', troubles: [] }],
    total: 1,
  })
})

test('pods that may not be listed are named; the nodes stand', async () => {
  cluster = await simulatedCluster([sized('node-1')])
  cluster.trip((request, response) => {
    if (!request.url?.startsWith('/api/v1/pods')) return false
    response.writeHead(403).end('{"kind":"Status","code":403}')
    return true
  })
  const { nodes, missing } = await cluster.call('get_node_status')
  expect(nodes).toMatchObject([{ name: 'node-1', ready: 'True', cpu: '? / 4 cores', pods: '?/110' }])
  expect(missing).toEqual([expect.stringMatching(/^pods: .*403/)])
})
