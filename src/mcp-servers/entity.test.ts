import { expect, test } from 'vitest'
import { entityOf, NOBODY, ownerOf } from './entity.ts'

test.each([
  [{ service: 'cart', app: 'shop' }, { service: 'cart' }],
  [{ Service: 'PetSite' }, { service: 'PetSite' }],
  [{ 'app.kubernetes.io/name': 'cart', job: 'kubelet' }, { service: 'cart' }],
  [
    { namespace: 'shop', pod: 'cart-5f6585d649-fnmft', container: 'server', job: 'kubelet' },
    { namespace: 'shop', kind: 'Pod', name: 'cart-5f6585d649-fnmft', service: 'cart' },
  ],
  [
    { kube_namespace: 'shop', kube_deployment: 'cart' },
    { namespace: 'shop', kind: 'Deployment', name: 'cart', service: 'cart' },
  ],
  [
    { workload_name: 'cart', workload_type: 'deployment', cluster_name: 'eu' },
    { cluster: 'eu', kind: 'Deployment', name: 'cart', service: 'cart' },
  ],
  [{ node: '10.0.0.7' }, { kind: 'Node', name: '10.0.0.7', service: '10.0.0.7' }],
  [{ job: 'node-exporter', instance: '10.0.0.7:9100' }, { service: 'node-exporter' }],
  [
    { kube_namespace: 'shop', resource_quota: 'default' },
    { namespace: 'shop', kind: 'Namespace', name: 'shop', service: 'shop' },
  ],
  [{ alertname: 'Watchdog', service: '' }, { service: NOBODY }],
])('%j is about %j', (labels, entity) => {
  expect(entityOf(labels as Record<string, string>)).toEqual(entity)
})

test('a pod belongs to the workload its name begins with', () => {
  expect(ownerOf('payments-api-7f9dd8b6c4-x7gr9')).toBe('payments-api')
  expect(ownerOf('kafka-2')).toBe('kafka')
  expect(ownerOf('node-agent-x7k2p')).toBe('node-agent')
  expect(ownerOf('my-cache-redis')).toBe('my-cache-redis')
})
