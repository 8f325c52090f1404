// Those who should act on what others write: silent, overloaded, or in the way.
import { expect, test } from 'vitest'
import {
  ago,
  crashing,
  deployment,
  event,
  node,
  pod,
  replicaSet,
  service,
  viewOf,
  workload,
} from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'
import { runChecks } from './index.ts'

const master = node('master')
Object.assign(master.metadata, { labels: { 'node-role.kubernetes.io/control-plane': '' } })
const well = [...workload('cart'), ...workload('web'), node('node-1'), master]

const changed = (minutes: number, manager = 'kubectl'): Raw[] => [
  deployment('pay', {
    metadata: { generation: 3, managedFields: [{ manager, time: ago(minutes) }] },
    status: { observedGeneration: 2 },
  }),
  replicaSet('pay', 2),
  pod('pay', 'aaaaa'),
  pod('pay', 'bbbbb'),
]

test('a change that no controller has seen for minutes; not one of this moment, and not while others are acted on', () => {
  expect(verdictsOf([...well, ...changed(5)])).toEqual(['Node//master ControllerSilent 16'])
  expect(verdictsOf([...well, ...changed(0)])).toEqual([])
  const seen = workload('stock', {
    metadata: { managedFields: [{ manager: 'kube-controller-manager', time: ago(1) }] },
  })
  expect(verdictsOf([...well, ...changed(5), ...seen])).toEqual([])
})

test('a deployment of which nothing was ever made', () => {
  const ignored = deployment('pay', { metadata: { creationTimestamp: ago(5) } })
  ignored['status'] = {}
  expect(verdictsOf([...well, ignored])[0]).toBe('Node//master ControllerSilent 16')
})

const CALL =
  'Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": failed to call webhook: Post "https://kyverno-svc.kyverno.svc:443/validate/fail?timeout=10s": '
const refused = (why: string) =>
  event('FailedCreate', `Error creating: ${CALL}${why}`, { kind: 'ReplicaSet', name: 'pay-7f9dd8b6c2' })
const none = [deployment('pay', { status: { replicas: 0, availableReplicas: 0 } }), replicaSet('pay', 2)]
const inKyverno = (objects: Raw[]) =>
  objects.map(each => ({ ...each, metadata: { ...each.metadata, namespace: 'kyverno' } }))

test('a webhook that does not answer is whoever answers for its service, and the service where nobody does', () => {
  const down = 'no endpoints available for service "kyverno-svc"'
  expect(verdictsOf([...well, ...none, refused(down)])[0]).toBe('Service/kyverno/kyverno-svc WebhookFailing 16')
  const kyverno = inKyverno([deployment('kyverno'), service('kyverno-svc', { selector: { app: 'kyverno' } })])
  const [first] = runChecks(viewOf([...well, ...none, ...kyverno, refused(down)]))
  expect(first).toMatchObject({ object: { kind: 'Deployment', namespace: 'kyverno', name: 'kyverno' }, points: 16 })
  expect(first?.healthOf?.name).toBe('pay')
  expect(verdictsOf([...well, ...workload('pay'), refused(down)]).join()).not.toContain('WebhookFailing 16') // it is over
})

test('an API server that two clients find silent; one that is throttled itself is not told of', () => {
  const kubernetes = { ...service('kubernetes', { clusterIP: '10.96.0.1', selector: {} }) }
  kubernetes.metadata = { ...kubernetes.metadata, namespace: 'default' }
  const line = 'E1103 12:00:00 Get "https://10.96.0.1:443/api/v1/pods": dial tcp 10.96.0.1:443: i/o timeout'
  const logs = { 'cart-7f9dd8b6c2-aaaaa': [line], 'web-7f9dd8b6c2-aaaaa': [line] }
  expect(verdictsOf([...well, kubernetes], logs)).toEqual(['Node//master ApiServerSilent 10'])
  expect(verdictsOf([...well, kubernetes], { 'cart-7f9dd8b6c2-aaaaa': [line] })).toEqual([])
})

test('what crashes among the static pods of a node is told of that pod, and the others do not make it well', () => {
  const part = (name: string, crashes: boolean) => {
    const made = crashes ? crashing(name, 'x') : pod(name, 'x')
    const ownerReferences = [{ kind: 'Node', name: 'master', controller: true }]
    Object.assign(made.metadata, { name: `${name}-master`, namespace: 'kube-system', ownerReferences })
    return made
  }
  expect(verdictsOf([...well, part('etcd', false), part('kube-scheduler', true)])).toEqual([
    'Pod/kube-system/kube-scheduler-master CrashLoopBackOff 8',
  ])
  const silent = node('master', 'Unknown')
  const rest = well.filter(({ metadata }) => metadata.name !== 'master')
  expect(verdictsOf([...rest, silent, part('etcd', false)])).toEqual(['Node//master NodeNotReady 20'])
})
