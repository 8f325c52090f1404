// The ClusterRole that the readme asks for is what the tools need: nothing is refused with it, and nothing in it goes unused.
import { readFile } from 'node:fs/promises'
import { afterEach, expect, test } from 'vitest'
import { deployment, event, node, object, pod, service, workload } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

test('what is granted is what is asked for', async () => {
  // Something of each that makes a look ask for what could explain it.
  const symptoms = [
    event('BackoffLimitExceeded', 'Job has reached the specified backoff limit', { kind: 'Job', name: 'report' }),
    event('FailedCreate', 'failed calling webhook "pods.example"', { kind: 'ReplicaSet', name: 'cart-7f9dd8b6c2' }),
    event('FailedGetResourceMetric', 'unable to handle the request', { kind: 'HorizontalPodAutoscaler', name: 'cart' }),
    object('networking.k8s.io/v1', 'Ingress', 'front', { spec: { ingressClassName: 'nginx' } }),
    event('Unhealthy', 'Readiness probe failed: i/o timeout', { kind: 'Pod', name: 'cart-7f9dd8b6c2-aaaaa' }),
    deployment('web', { pod: { envFrom: [{ configMapRef: { name: 'web-settings' } }] } }),
    pod('web', 'aaaaa', { state: { ready: false } }),
  ]
  cluster = await simulatedCluster([...workload('cart'), service('cart'), node('node-1'), ...symptoms])
  const cart = { namespace: 'shop', name: 'cart' }
  await cluster.call('get_signals', { from: '5m', to: 'now' })
  await cluster.call('get_pods')
  await cluster.call('get_events')
  await cluster.call('get_logs', { namespace: 'shop', pod_name: 'cart-7f9dd8b6c2-aaaaa' })
  for (const type of ['pod', 'workload', 'node']) await cluster.call('get_metrics', { resource_type: type })
  await cluster.call('get_node_status')
  await cluster.call('get_rollout_history', cart)
  await expect(cluster.call('get_rollout_history', { ...cart, kind: 'StatefulSet' })).rejects.toThrow()
  await cluster.call('get_workloads')
  await cluster.call('list_namespaces')

  const asked = new Set(cluster.requests.filter(({ path }) => path !== '/apis').map(({ path }) => resourceOf(path)))
  const readme = await readFile(new URL('readme.md', import.meta.url), 'utf8')
  const [, role = ''] = /```yaml\n([^]*?)```/.exec(readme) ?? []
  const rules = [...role.matchAll(/apiGroups: \[(.*)\]\n\s+resources: \[(.*)\]/g)]
  const granted = rules.flatMap(([, group = '', resources = '']) =>
    resources.split(', ').map(resource => `${group.replaceAll('"', '')}/${resource}`),
  )
  // A StatefulSet's own revisions are asked for once it is there.
  expect([...asked, 'apps/controllerrevisions'].sort()).toEqual(granted.sort())
})

/** /apis/apps/v1/namespaces/shop/deployments/cart?x=y -> apps/deployments */
function resourceOf(path: string): string {
  const [, group = '', rest = ''] = /^\/api(?:s\/([^/]+))?\/v\d\w*\/([^?]*)/.exec(path) ?? []
  const [resource = '', , subresource] = rest.replace(/^namespaces\/[^/]+\//, '').split('/')
  return `${group}/${[resource, subresource].filter(Boolean).join('/')}`
}
