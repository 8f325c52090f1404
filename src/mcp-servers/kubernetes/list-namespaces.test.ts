import { afterEach, expect, test } from 'vitest'
import { ago, object } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

test('the namespaces, and how to look for others', async () => {
  const namespace = (name: string, labels = {}) => ({
    ...object('v1', 'Namespace', name, { status: { phase: 'Active' } }),
    metadata: { name, uid: name, creationTimestamp: ago(5000), labels },
  })
  cluster = await simulatedCluster([namespace('shop', { team: 'a' }), namespace('web')])
  expect(await cluster.told('list_namespaces', { labels: 'team=a' })).toMatchInlineSnapshot(`"shop  Active  3d"`)
  expect(await cluster.told('list_namespaces', { labels: 'team=b' })).toMatchInlineSnapshot(
    `"No such namespaces. Try without labels."`,
  )
})
