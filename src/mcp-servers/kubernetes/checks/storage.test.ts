// Volumes that do not come, and disks that are full.
import { expect, test } from 'vitest'
import {
  ago,
  deployment,
  event,
  node,
  object,
  pod,
  replicaSet,
  viewOf,
  workload,
} from '../../../../test/kubernetes/objects.ts'
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

test('a claim of a storage class that is not there, or of none: the claim, and whom it keeps waiting', () => {
  const told = event('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', {
    kind: 'PersistentVolumeClaim',
    name: 'data-db',
  })
  const [first] = runChecks(viewOf([...rest, claim({ storageClassName: 'fast' }), waiting(UNBOUND), told]))
  const mounted = { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data-db' }
  expect(first).toMatchObject({ object: mounted, concerns: { name: 'db' }, fault: 'ClaimPending', points: 12 })
  expect(first?.text).toBe('db: claim shop/data-db has no volume: there is no storage class fast')
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
  expect(verdictsOf([...rest, lost, waiting(UNBOUND)])[0]).toBe('PersistentVolumeClaim/shop/data-db ClaimLost 12')
})

test('who makes the volumes is down: that one, and the claims behind it; one of another driver has no part in it', () => {
  const image = 'registry.example/csi-provisioner:v5'
  const driver = (name: string, status: object) => deployment(name, { pod: { image }, status })
  const asked = claim({ storageClassName: 'fast' })
  const annotations = { 'volume.kubernetes.io/storage-provisioner': 'disk.csi.example.com' }
  Object.assign(asked.metadata, { annotations })
  const waits = [...rest, asked, waiting(UNBOUND)]
  const down = { replicas: 2, readyReplicas: 0, availableReplicas: 0 }
  const ill = verdictsOf([...waits, driver('disk-csi', down), driver('file-csi', {})])
  expect(ill[0]).toBe('Deployment/shop/disk-csi ProvisionerDown 16')
  expect(ill).toContain('PersistentVolumeClaim/shop/data-db ClaimPending 4')
  const other = verdictsOf([...waits, ...workload('disk-csi', { pod: { image } }), driver('file-csi', down)])
  expect(other.some(each => each.includes('ProvisionerDown'))).toBe(false)
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

test('a disk that is gone at the cloud: the claim; a file server that keeps silent: the server', () => {
  const failed = (reason: string, message: string) =>
    event(reason, message, { kind: 'Pod', name: POD }, { firstTimestamp: ago(9) })
  const bound = claim({ volumeName: 'pvc-1' }, 'Bound')
  const gone =
    'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = NotFound desc = Volume vol-7 not found'
  expect(verdictsOf([...rest, bound, creating, failed('FailedAttachVolume', gone)])[0]).toBe(
    'PersistentVolumeClaim/shop/data-db DiskGone 12',
  )
  const silent =
    'MountVolume.SetUp failed for volume "media" : mount failed: exit status 32\nMounting command: mount\nMounting ' +
    'arguments: -t nfs files.example.net:/media /var/lib/kubelet/pods/1/media\nOutput: mount.nfs: Connection timed out'
  expect(verdictsOf([...rest, creating, failed('FailedMount', silent)])[0]).toBe(
    'External//files.example.net FileServerSilent 10',
  )
  expect(verdictsOf([...workload('db'), failed('FailedMount', silent)])).toEqual([]) // it came
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
  const again = ['ddddd', 'eeeee'].map(suffix =>
    evicted('db', suffix, 'exceeded its local ephemeral storage limit "1Gi"'),
  )
  expect(verdictsOf([...workload('db'), ...again])).toEqual(['Deployment/shop/db StorageLimitExceeded 10'])
})

test('a file system that became read-only, as the own log says it', () => {
  const ill = [...rest, pod('db', 'aaaaa', { state: { ready: false } })]
  const line = 'ERROR could not write to file "base/1": Read-only file system'
  expect(verdictsOf(ill, { [POD]: [line, line] })).toEqual(['Deployment/shop/db ReadOnlyFileSystem 8'])
  expect(verdictsOf(ill, { [POD]: [line] })).toEqual([])
})

/** With a claim mounted at /data, which the template may make read-only, and a scratch volume at /tmp/cache. */
const mounting = (readOnly: boolean) => {
  const volumeMounts = [
    { name: 'data', mountPath: '/data', readOnly },
    { name: 'scratch', mountPath: '/tmp/cache' },
  ]
  const spec = { volumes: [...volumes, { name: 'scratch' }], containers: [{ name: 'db' }] }
  return [
    deployment('db', { pod: { volumeMounts } }),
    replicaSet('db', 2),
    pod('db', 'aaaaa', { spec }),
    pod('db', 'bbbbb', { spec }),
    claim({}, 'Bound'),
    node('node-1'),
  ]
}
const said = (line: string): [Record<string, string[]>, Record<string, string[]>] => [
  { [POD]: [line] },
  { [POD]: [line, line, line, line, line] },
]

test('a full volume is its claim, of pods that go on serving too; scratch space is the workload itself', () => {
  const full = 'ERROR write /data/wal/000012: no space left on device'
  expect(verdictsOf(mounting(false), ...said(full))[0]).toBe('PersistentVolumeClaim/shop/data-db VolumeFull 10')
  const scratch = 'ERROR write /tmp/cache/a: no space left on device'
  expect(verdictsOf(mounting(false), ...said(scratch))[0]).toBe('Deployment/shop/db DiskFull 8')
  expect(verdictsOf(mounting(false), { [POD]: [full, full] })).toEqual([]) // well, and just now
  expect(verdictsOf(mounting(false), {}, { [POD]: [full, full, full, full, full, full] })).toEqual([]) // and over
})

test('what cannot be written is the disk, or the template that says so', () => {
  const line = "ERROR [Errno 30] Read-only file system: '/data/upload.part'"
  expect(verdictsOf(mounting(false), ...said(line))[0]).toBe('PersistentVolumeClaim/shop/data-db VolumeReadOnly 10')
  expect(verdictsOf(mounting(true), ...said(line))[0]).toBe('Deployment/shop/db ReadOnlyFileSystem 8')
})
