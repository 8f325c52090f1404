// Volumes that do not come, and disks that are full.
import { expect, test } from 'vitest'
import { ago, event, node, object, pod, viewOf, workload } from '../../../../test/kubernetes/objects.ts'
import { verdictsOf } from '../../../../test/kubernetes/verdicts.ts'
import { runChecks } from './index.ts'

const POD = 'db-7f9dd8b6c2-aaaaa'
const rest = [...workload('db').filter(({ metadata }) => metadata.name !== POD), node('node-1')]
const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db' } }]
const claim = (spec: object, phase = 'Pending') => {
  const made = object('v1', 'PersistentVolumeClaim', 'data-db', { spec, status: { phase } })
  Object.assign(made.metadata, { creationTimestamp: ago(10) })
  return made
}
const waiting = (message: string) =>
  pod('db', 'aaaaa', {
    created: ago(9),
    state: { ready: false },
    spec: { nodeName: undefined, volumes, containers: [{ name: 'db' }] },
    status: {
      phase: 'Pending',
      containerStatuses: [],
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    },
  })
const UNBOUND = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.'

test('a claim of a storage class that is not there, or of none: the workload that mounts it', () => {
  const told = event('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', {
    kind: 'PersistentVolumeClaim',
    name: 'data-db',
  })
  const [first] = runChecks(viewOf([...rest, claim({ storageClassName: 'fast' }), waiting(UNBOUND), told]))
  expect(first).toMatchObject({ object: { kind: 'Deployment', name: 'db' }, fault: 'ClaimPending', points: 12 })
  expect(first?.text).toBe('claim shop/data-db has no volume: there is no storage class fast')
  const [none] = runChecks(viewOf([...rest, claim({}), waiting(UNBOUND)]))
  expect(none?.text).toContain('it names no storage class')
})

test('a claim that waits for its first pod is as it should be, and so is one that nobody mounts', () => {
  const full = waiting('0/1 nodes are available: 1 Insufficient memory.')
  expect(verdictsOf([...rest, claim({ storageClassName: 'standard' }), full])).toEqual([
    'Deployment/shop/db FailedScheduling 10',
  ])
  expect(verdictsOf([...workload('db'), claim({ storageClassName: 'standard' })])).toEqual([])
})

test('a claim that lost its volume', () => {
  const lost = claim({ storageClassName: 'standard', volumeName: 'pv-1' }, 'Lost')
  expect(verdictsOf([...rest, lost, waiting(UNBOUND)])[0]).toBe('Deployment/shop/db ClaimLost 12')
})

const creating = pod('db', 'aaaaa', {
  created: ago(9),
  state: { ready: false, state: { waiting: { reason: 'ContainerCreating' } } },
  spec: { nodeName: 'node-2', volumes, containers: [{ name: 'db' }] },
  status: { phase: 'Pending' },
})
const HELD = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-7f9dd8b6c2-bbbbb'
const held = (more: object = {}) => event('FailedAttachVolume', HELD, { kind: 'Pod', name: POD }, more)

test('a volume that another node holds: by whom, and where; not while pods move', () => {
  const [first] = runChecks(viewOf([...rest, creating, held()]))
  expect(first).toMatchObject({ fault: 'VolumeHeld', points: 10, object: { name: 'db' } })
  expect(first?.text).toBe('db: volume pvc-1 is still held on node node-1 by db-7f9dd8b6c2-bbbbb')
  expect(verdictsOf([...rest, creating, held({ firstTimestamp: ago(2) })])).toEqual([])
  expect(verdictsOf([...workload('db'), held()])).toEqual([]) // it came
})

test('storage that does not answer, once it has not for minutes', () => {
  const slow = (firstTimestamp: string) =>
    event(
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: DeadlineExceeded',
      { kind: 'Pod', name: POD },
      { firstTimestamp },
    )
  expect(verdictsOf([...rest, creating, slow(ago(6))])).toEqual(['Deployment/shop/db VolumeStuck 8'])
  expect(verdictsOf([...rest, creating, slow(ago(2))])).toEqual([])
})

const evicted = (name: string, suffix: string, message: string, nodeName = 'node-1') =>
  pod(name, suffix, {
    created: ago(8),
    spec: { nodeName, containers: [{ name }] },
    status: { phase: 'Failed', reason: 'Evicted', message, conditions: [], containerStatuses: [] },
  })
const LOW =
  'The node was low on resource: memory. Threshold quantity: 100Mi, available: 48Mi. Container db was using 3Gi, request is 0.'

test('put out for what it wrote: the workload; put out with others: the node; replaced meanwhile: nobody', () => {
  const ill = [...rest, pod('db', 'ccccc', { state: { ready: false } })]
  const wrote = evicted('db', 'ddddd', 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.')
  expect(verdictsOf([...ill, wrote])[0]).toBe('Deployment/shop/db StorageLimitExceeded 10')
  const others = [...ill, evicted('db', 'ddddd', LOW), ...workload('web'), evicted('web', 'eeeee', LOW)]
  expect(verdictsOf(others)[0]).toBe('Node//node-1 Evicted 12')
  expect(verdictsOf([...workload('db'), evicted('db', 'ddddd', LOW)])).toEqual([])
})

test('a file system that became read-only, as the own log says it', () => {
  const ill = [...rest, pod('db', 'aaaaa', { state: { ready: false } })]
  const line = 'ERROR could not write to file "base/1": Read-only file system'
  expect(verdictsOf(ill, { [POD]: [line, line] })).toEqual(['Deployment/shop/db ReadOnlyFileSystem 8'])
  expect(verdictsOf(ill, { [POD]: [line] })).toEqual([])
})
