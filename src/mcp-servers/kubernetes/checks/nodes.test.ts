// When it is the node, and when a node that looks odd is being looked after.
import { expect, test } from 'vitest'
import { ago, event, node, pod, service, viewOf, workload } from '../../../../test/kubernetes/objects.ts'
import type { Raw } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'
import { runChecks } from './index.ts'

const well = [...workload('cart'), ...workload('web'), node('node-1'), node('node-2')]
const withSpec = (made: Raw, spec: object): Raw => ({ ...made, spec })

test('the words of a node that fell silent; one that joins or leaves on purpose opens nothing', () => {
  const message = 'Kubelet stopped posting node status.'
  const silent = node('node-3')
  silent['status'] = { conditions: [{ type: 'Ready', status: 'Unknown', message, lastTransitionTime: ago(4) }] }
  const [first] = runChecks(viewOf([...well, silent]))
  expect(first?.text).toBe('node node-3: Ready is Unknown (Kubelet stopped posting node status.)')
  expect(runChecks(viewOf([...well, node('node-3', 'Unknown')]))[0]?.text).toBe(
    'node node-3: Ready is Unknown (its kubelet stopped reporting)',
  )
  const joining = node('node-3', 'False')
  Object.assign(joining.metadata, { creationTimestamp: ago(1) })
  expect(verdictsOf([...well, joining])).toEqual([])
  const unborn = node('node-3')
  unborn['status'] = { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusNeverUpdated' }] }
  Object.assign(unborn.metadata, { creationTimestamp: ago(1) })
  expect(verdictsOf([...well, unborn])).toEqual([])
  const lost = node('node-3', 'Unknown')
  Object.assign(lost.metadata, { creationTimestamp: ago(1) })
  expect(verdictsOf([...well, lost])).toEqual(['Node//node-3 NodeNotReady 20'])
  const leaving = withSpec(node('node-3', 'Unknown'), { taints: [{ key: 'ToBeDeletedByClusterAutoscaler' }] })
  expect(verdictsOf([...well, leaving])).toEqual(['Node//node-3 NodeNotReady 5'])
})

const waiting = (message: string) =>
  pod('cart', 'ccccc', {
    created: ago(3),
    state: { ready: false },
    spec: { nodeName: undefined },
    status: {
      phase: 'Pending',
      containerStatuses: [],
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    },
  })

test('a cordoned node that alone could take a pod; with full nodes beside it, it is less', () => {
  const cordoned = withSpec(node('node-2'), { unschedulable: true })
  const rest = [...workload('cart'), node('node-1'), cordoned]
  const only = waiting("0/2 nodes are available: 1 node(s) were unschedulable, 1 node(s) didn't match node selector.")
  expect(verdictsOf([...rest, only])[0]).toBe('Node//node-2 NodeCordoned 12')
  const full = waiting('0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable.')
  expect(verdictsOf([...rest, full])[0]).toBe('Deployment/shop/cart FailedScheduling 10')
  expect(verdictsOf(rest)).toEqual([])
})

const SANDBOX =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1": plugin type='
const creating = pod('cart', 'ccccc', {
  created: ago(5),
  state: { ready: false, state: { waiting: { reason: 'ContainerCreating' } } },
  spec: { nodeName: 'node-2', containers: [{ name: 'cart' }] },
  status: { phase: 'Pending' },
})
const sandbox = (why: string, more: object = {}) =>
  event('FailedCreatePodSandBox', SANDBOX + why, { kind: 'Pod', name: 'cart-7f9dd8b6c2-ccccc' }, more)

test('pods that get no network: the node, or the plugin that is unwell there', () => {
  const noAddress = sandbox('"aws-cni" failed (add): add cmd: failed to assign an IP address to container')
  const [first] = runChecks(viewOf([...well, creating, noAddress]))
  expect(first).toMatchObject({ object: { kind: 'Node', name: 'node-2' }, points: 10 })
  expect(first?.text).toContain('no address left')
  const plugin = pod('calico-node', 'x', {
    state: { ready: false },
    spec: { nodeName: 'node-2', containers: [{ name: 'calico-node' }] },
    metadata: {
      name: 'calico-node-x7k2p',
      ownerReferences: [{ kind: 'DaemonSet', name: 'calico-node', controller: true }],
    },
  })
  const failed = sandbox('"calico" failed (add): stat /var/lib/calico/nodename: no such file or directory')
  expect(verdictsOf([...well, creating, failed, plugin])[0]).toBe('DaemonSet/shop/calico-node SandboxFailing 14')
  expect(verdictsOf([...well, creating, sandbox('"calico"', { firstTimestamp: ago(1) })])).toEqual([])
})

test('one node from which nothing is reached, though all is well; not where the other nodes fail too', () => {
  const services = ['a-db', 'b-db', 'c-db'].flatMap(name => [...workload(name), service(name)])
  const lines = ['a-db', 'b-db', 'c-db'].map(name => `ERROR dial tcp ${name}:80: i/o timeout`)
  const on = (name: string, nodeName: string) => pod(name, 'zzzzz', { spec: { nodeName, containers: [{ name }] } })
  const objects = [...well, ...services, on('cart', 'node-2'), on('web', 'node-2')]
  const logs = { 'cart-7f9dd8b6c2-zzzzz': lines, 'web-7f9dd8b6c2-zzzzz': lines }
  expect(verdictsOf(objects, logs)).toEqual(['Node//node-2 NodeCutOff 8'])
  expect(verdictsOf(objects, { ...logs, 'web-7f9dd8b6c2-aaaaa': lines })).toEqual([])
})

test('exit codes in words', () => {
  const terminated = { exitCode: 139, reason: 'Error', finishedAt: ago(1) }
  const state = {
    ready: false,
    restartCount: 3,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated },
  }
  const [first] = runChecks(viewOf([...workload('cart'), pod('cart', 'ccccc', { state })]))
  expect(first?.text).toBe(
    'cart: cart ends with exit code 139 (it touched memory that is not its own) as soon as it starts (1 pod)',
  )
})
