// What a preview looked into before a remedy, over a simulated API server: what holds, what does not, and what it could not tell.
import { afterEach, expect, test } from 'vitest'
import type { Prerequisite, Preview } from '#incident/remedy.ts'
import { ago, deployment, NOW, object, pod, replicaSet } from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { simulatedCluster } from '../../../../test/kubernetes/simulated-cluster.ts'
import type { SimulatedCluster } from '../../../../test/kubernetes/simulated-cluster.ts'

let cluster: SimulatedCluster
afterEach(() => cluster.close())

const cart = { namespace: 'shop', kind: 'Deployment', name: 'cart' }
const toFirst = { ...cart, replicaSet: 'cart-7f9dd8b6c1', replicaSetUid: 'uid-cart-7f9dd8b6c1' }

async function previewOf(objects: Raw[], tool: string, input: object, metrics: object[] = []): Promise<Preview> {
  cluster = await simulatedCluster(objects, { 'kubernetes/metrics': metrics as never })
  return (await cluster.call(tool, { ...input })) as unknown as Preview
}

/** what -> 'holds: saw', 'fails: saw', 'unknown: saw' */
function told({ checked = [] }: Preview): Record<string, string> {
  const outcome = ({ holds }: Prerequisite) => (holds === undefined ? 'unknown' : holds ? 'holds' : 'fails')
  return Object.fromEntries(checked.map(each => [each.what, `${outcome(each)}: ${each.saw}`]))
}

test('a rollback: the former revision is there and how long it ran is said; a config map it needs may be gone', async () => {
  const needs = {
    envFrom: [{ configMapRef: { name: 'cart-settings' } }, { configMapRef: { name: 'x', optional: true } }],
  }
  const objects = [
    deployment('cart'),
    replicaSet('cart', 1, { pod: needs }),
    replicaSet('cart', 2, { created: ago(10) }),
  ]
  const preview = await previewOf(objects, 'rollback_workload', toFirst)
  expect(told(preview)).toEqual({
    'the former revision exists': 'holds: cart-7f9dd8b6c1, revision 1',
    'the former revision was healthy': 'unknown: it ran 9h; none of its pods is left to ask',
    'what its pods need is still there': 'fails: there is no ConfigMap cart-settings',
    'some pods serve while others are replaced': 'holds: a new pod is started first, maxSurge 25%',
    'no GitOps controller would undo it': 'holds: no mark of Argo CD or Flux on it',
    'nothing pins what it runs': 'holds: not paused, RollingUpdate',
    'its disruption budget has room': 'holds: no budget covers it',
  })
  expect(preview.former).toEqual({ from: Date.parse(ago(599)), to: Date.parse(ago(10)) })
  expect(preview.refusals).toEqual([])
  await cluster.close()

  const settings = object('v1', 'ConfigMap', 'cart-settings', { data: {} })
  expect(told(await previewOf([...objects, settings], 'rollback_workload', toFirst))).toMatchObject({
    'what its pods need is still there': 'holds: ConfigMap cart-settings',
  })
})

test('a restart: strategy Recreate stops all pods; a budget without room is said and refuses nothing', async () => {
  const budget = object('policy/v1', 'PodDisruptionBudget', 'cart', {
    spec: { selector: { matchLabels: { app: 'cart' } } },
    status: { disruptionsAllowed: 0 },
  })
  const objects = [deployment('cart', { spec: { strategy: { type: 'Recreate' } } }), replicaSet('cart', 2), budget]
  const preview = await previewOf(objects, 'restart_workload', cart)
  expect(told(preview)).toMatchObject({
    'some pods serve while others are replaced': 'fails: strategy Recreate: all pods stop before new ones start',
    'its disruption budget has room': 'fails: cart allows 0 now, 2 of 2 pods available',
    'no rollout of it is under way': 'holds: all pods are of one version',
  })
  expect(preview.refusals).toEqual([])
})

test('scaling back: the pods left carry the traffic, or would not, or nobody can tell', async () => {
  const requests = { resources: { requests: { cpu: '200m' }, limits: { memory: '256Mi' } } }
  const bounded = (name: string): Raw => {
    const made = pod('cart', name)
    const [container] = (made['spec'] as { containers: object[] }).containers
    return { ...made, spec: { nodeName: 'node-1', containers: [{ ...container, ...requests }] } }
  }
  const objects = [deployment('cart', { pod: requests }), replicaSet('cart', 2), bounded('a'), bounded('b')]
  const using = (cpu: string) =>
    ['a', 'b'].map(suffix => ({
      at: NOW - 30_000,
      namespace: 'shop',
      pod: `cart-7f9dd8b6c2-${suffix}`,
      container: 'cart',
      cpu,
      memory: '64Mi',
    }))
  const toOne = { ...cart, replicas: 1 }
  const what = '1 of 2 pods carry the traffic'
  expect(told(await previewOf(objects, 'scale_workload', toOne, using('50m')))[what]).toBe(
    'holds: those left would have cpu at 50 %, memory at 50 %',
  )
  await cluster.close()
  expect(told(await previewOf(objects, 'scale_workload', toOne, using('150m')))[what]).toMatch(/^fails: .*cpu at 150 %/)
  await cluster.close()
  expect(told(await previewOf(objects, 'scale_workload', toOne))[what]).toMatch(/^unknown: /)
  await cluster.close()
  expect(told(await previewOf(objects, 'scale_workload', { ...cart, replicas: 5 }))).not.toHaveProperty(what)
})

test('a paused one is pinned to what it runs, and Argo CD would put the change back', async () => {
  const managed = { labels: { app: 'cart', 'argocd.argoproj.io/instance': 'shop' } }
  const objects = [deployment('cart', { metadata: managed, spec: { paused: true } }), replicaSet('cart', 2)]
  const preview = await previewOf(objects, 'restart_workload', cart)
  expect(told(preview)).toMatchObject({
    'no GitOps controller would undo it': 'fails: Argo CD manages it',
    'nothing pins what it runs': 'fails: it is paused',
  })
  expect(preview.refusals).toHaveLength(2)
})
