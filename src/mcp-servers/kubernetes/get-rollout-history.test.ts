import { afterEach, expect, test } from 'vitest'
import { ago, deployment, object, replicaSet, template } from '../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const sized = (memory: string) => ({ resources: { limits: { memory } } })

test('newest first: what each revision changed, when, and what a rollback to it takes', async () => {
  const annotations = { 'deployment.kubernetes.io/revision': '3', 'kubernetes.io/change-cause': 'save memory' }
  cluster = await simulatedCluster([
    deployment('cart', { pod: sized('128Mi') }),
    replicaSet('cart', 1, { pod: sized('256Mi') }),
    replicaSet('cart', 2, { created: ago(90), pod: { ...sized('256Mi'), args: ['--token=x'] } }),
    replicaSet('cart', 3, { created: ago(5), pod: sized('128Mi'), metadata: { annotations } }),
    deployment('web'),
    replicaSet('web', 1),
  ])
  const asked = { namespace: 'shop', name: 'cart' }
  expect(await cluster.told('get_rollout_history', asked)).toMatchInlineSnapshot(`
    "3 (current)  5m ago  registry.example/cart:v3  image: registry.example/cart:v2 -> registry.example/cart:v3; limits.memory: 256Mi -> 128Mi; args changes  cause: save memory  cart-7f9dd8b6c3
    2  90m ago  registry.example/cart:v2  image: registry.example/cart:v1 -> registry.example/cart:v2; args changes  cart-7f9dd8b6c2
    1  9h ago  registry.example/cart:v1  the first one kept  cart-7f9dd8b6c1"
  `)
  const { revisions } = await cluster.call('get_rollout_history', { ...asked, limit: 1 })
  expect(revisions).toEqual([
    {
      revision: 3,
      current: true,
      at: '2026-11-03T13:57:00Z',
      ago: '5m',
      images: ['registry.example/cart:v3'],
      changes: expect.arrayContaining(['limits.memory: 256Mi -> 128Mi', 'args changes']),
      cause: 'save memory',
      replicaSet: 'cart-7f9dd8b6c3',
      replicaSetUid: 'uid-cart-7f9dd8b6c3',
    },
  ])
  await expect(cluster.call('get_rollout_history', { namespace: 'shop', name: 'gone' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a StatefulSet tells its own by its ControllerRevisions; one taken up again does not say when', async () => {
  const revision = (number: number, version: string, created: string) => ({
    ...object('apps/v1', 'ControllerRevision', `db-${number}`, {}),
    metadata: {
      name: `db-${number}`,
      namespace: 'shop',
      uid: `uid-db-${number}`,
      creationTimestamp: created,
      labels: { app: 'db' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'uid-db', controller: true }],
    },
    revision: number,
    data: { spec: { template: template('db', version) } },
  })
  const db = { ...deployment('db'), kind: 'StatefulSet' }
  cluster = await simulatedCluster([db, revision(2, 'v2', ago(60)), revision(3, 'v1', ago(600))])
  expect(
    await cluster.told('get_rollout_history', { kind: 'StatefulSet', namespace: 'shop', name: 'db' }),
  ).toMatchInlineSnapshot(`
    "3 (current)  when is forgotten  registry.example/db:v1  image: registry.example/db:v2 -> registry.example/db:v1
    2  60m ago  registry.example/db:v2  the first one kept"
  `)
})

test('a list that cannot be understood whole is not told as one', async () => {
  cluster = await simulatedCluster([deployment('cart'), replicaSet('cart', 2)])
  cluster.trip((request, response) => {
    if (!request.url?.includes('/events')) return false
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items: [{ reason: 'odd' }] }))
    return true
  })
  const answer = await cluster.call('get_rollout_history', { namespace: 'shop', name: 'cart' })
  expect(answer).toMatchObject({
    revisions: [{ revision: 2 }],
    truncated: true,
    hint: expect.stringContaining('Not all'),
  })
})
