// Volumes that are not made, not found, lost, full, held by another, or only to be read.
import { callersFail, install, keepSaying, linesIn, says } from '../application.ts'
import { pendingClaim, type ClaimText } from '../claim.ts'
import { event, warning } from '../event.ts'
import { casesOf, type Fault } from '../fault.ts'
import type { Pod, Thing } from '../kinds.ts'
import { nodesOf } from '../node.ts'
import { crashes, FAILED, unready } from '../pod-state.ts'
import { staysCreating, unschedulable } from '../pod-waiting.ts'
import { rollOut } from '../rollout.ts'
import { klog } from '../system.ts'
import { add, find, HOUR, MINUTE, remove, SECOND, stamp, type World } from '../world.ts'
import { mainOf, podsOf, specsOf, workload, type Workload } from '../workload.ts'
import { nodeOf } from './run.ts'
import { recreated } from './scheduling.ts'

const faults: Fault[] = [
  {
    name: 'storage-class-unknown',
    meets: { beacon: 'log-store', foundry: 'queue' },
    make(app, target) {
      const { world } = app
      const { claim, set } = waitingSet(world, target, 'ultra-fast', 25)
      warning(world, claim, {
        reason: 'ProvisioningFailed',
        message: 'storageclass.storage.k8s.io "ultra-fast" not found',
        component: 'persistentvolume-controller',
        first: world.at - 25 * MINUTE,
        at: world.at - 9 * SECOND,
        count: 102,
      })
      return { truth: claim, also: [set.object, { kind: 'StorageClass', name: 'ultra-fast' }] }
    },
  },
  {
    name: 'no-class-and-no-default',
    meets: { tidal: 'columns', larder: 'stock-db' },
    make(app, target) {
      const { world } = app
      for (const each of world.objects) if (each.kind === 'StorageClass') each.metadata.annotations = {}
      const { claim, set } = waitingSet(world, target, '', 33)
      event(world, claim, {
        reason: 'FailedBinding',
        message: 'no persistent volumes available for this claim and no storage class is set',
        component: 'persistentvolume-controller',
        first: world.at - 33 * MINUTE,
        at: world.at - 5 * SECOND,
        count: 134,
      })
      return { truth: claim, also: [set.object, ...world.objects.filter(({ kind }) => kind === 'StorageClass')] }
    },
  },
  {
    name: 'provisioner-down',
    meets: { larder: 'ebs-csi-controller', beacon: 'collector-operator' },
    make(app, target) {
      const { world } = app
      const driver =
        app.name === 'larder'
          ? target
          : install(app, {
              namespace: 'longhorn-system',
              name: 'csi-provisioner',
              labels: { app: 'csi-provisioner' },
              image: 'longhornio/csi-provisioner:v5.2.0',
              language: 'plain',
              replicas: 2,
              probe: false,
            })
      const provisioner = app.name === 'larder' ? 'ebs.csi.aws.com' : 'driver.longhorn.io'
      const since = world.at - 52 * MINUTE
      for (const pod of podsOf(world, driver))
        crashes(world, pod, {
          death: FAILED,
          since,
          says: at => [
            klog(at, 'I', 'main.go:71', 'starting'),
            app.name === 'larder'
              ? klog(
                  at,
                  'E',
                  'main.go:154',
                  'could not get credentials: operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
                )
              : klog(
                  at,
                  'E',
                  'main.go:98',
                  'failed to connect to CSI driver: context deadline exceeded, address unix:///csi/csi.sock',
                ),
          ],
        })
      const waiter = app.workloads.find(({ text }) => ['photos', 'series-store'].includes(text.name)) ?? target
      const { claim } = waitingSet(world, waiter, app.storageClasses[0] ?? '', 41)
      event(world, claim, {
        reason: 'ExternalProvisioning',
        message: `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
        component: 'persistentvolume-controller',
        first: world.at - 41 * MINUTE,
        at: world.at - 8 * SECOND,
        count: 166,
      })
      return { truth: driver.object, also: podsOf(world, driver) }
    },
  },
  {
    name: 'cloud-refuses-the-volume',
    meets: { ledgerly: 'books-pg', foundry: 'queue' },
    make(app, target) {
      const { world } = app
      const { claim, set } = waitingSet(world, target, app.storageClasses[0] ?? '', 28)
      const words =
        app.name === 'ledgerly'
          ? 'rpc error: code = Internal desc = Retriable: false, RetryAfter: 0s, HTTPStatusCode: 409, RawError: {"error":{"code":"OperationNotAllowed","message":"The maximum disk count of 50 in region westeurope has been reached"}}'
          : "rpc error: code = ResourceExhausted desc = CreateVolume failed to create single zonal disk: googleapi: Error 403: QUOTA_EXCEEDED - Quota 'SSD_TOTAL_GB' exceeded. Limit: 2500.0 in region europe-west4."
      warning(world, claim, {
        reason: 'ProvisioningFailed',
        message: `failed to provision volume with StorageClass "${app.storageClasses[0]}": ${words}`,
        component: 'csi-provisioner',
        first: world.at - 28 * MINUTE,
        at: world.at - 70 * SECOND,
        count: 14,
      })
      return {
        truth: claim,
        also: [set.object, { kind: 'External', name: app.name === 'ledgerly' ? 'westeurope' : 'europe-west4' }],
      }
    },
  },
  {
    name: 'claim-lost-its-volume',
    meets: { larder: 'photos', foundry: 'llm' },
    make(app, target) {
      const { world } = app
      const { claim, volume } = storageOf(world, target)
      remove(world, volume)
      claim.status = { phase: 'Lost' }
      const since = world.at - 35 * MINUTE
      warning(world, claim, {
        reason: 'ClaimLost',
        message: 'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
        component: 'persistentvolume-controller',
        at: since,
      })
      const [pod] = podsOf(world, target)
      const nodes = nodesOf(world).length
      if (pod) {
        pod.metadata.creationTimestamp = stamp(since + MINUTE)
        unschedulable(
          world,
          pod,
          `0/${nodes} nodes are available: persistentvolumeclaim "${claim.metadata.name}" bound to non-existent persistentvolume "${volume.metadata.name}". preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`,
          since + MINUTE,
        )
      }
      callersFail(app, target, 'refused', 20)
      return { truth: claim, also: [volume] }
    },
  },
  {
    name: 'held-by-the-old-pod',
    meets: { larder: 'photos', foundry: 'llm' },
    make({ world }, target) {
      target.object.spec.strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
      const [old] = podsOf(world, target)
      const { claim, volume } = storageOf(world, target)
      const at = world.at - 20 * MINUTE
      const pods = rollOut(world, target, {
        at,
        change: ({ spec }) => {
          mainOf(spec.containers, target).image += '-p1'
        },
      })
      const other =
        nodesOf(world).find(node => node.metadata.name !== old?.spec.nodeName && !node.spec.taints) ?? nodesOf(world)[0]
      for (const pod of pods) {
        if (pod.spec.nodeName === old?.spec.nodeName)
          pod.spec.nodeName = (old && elsewhere(world, pod, old)) ?? other?.metadata.name
        pod.status.hostIP = nodeOf(world, pod).status.addresses[0]?.address
        staysCreating(world, pod, at, [
          {
            reason: 'FailedAttachVolume',
            message: `Multi-Attach error for volume "${volume.metadata.name}" Volume is already used by pod(s) ${old?.metadata.name}`,
            component: 'attachdetach-controller',
            every: 30 * MINUTE,
          },
        ])
      }
      return { truth: target.object, also: [claim] }
    },
  },
  {
    name: 'volume-full',
    meets: { tidal: 'broker', ledgerly: 'books-pg', foundry: 'queue' },
    make(app, target) {
      const { world } = app
      const { claim } = storageOf(world, target)
      const path = target.text.claims?.[0]?.mountPath ?? ''
      const words: Record<string, string> = {
        java: `Error while writing to checkpoint file ${path}/recovery-point-offset-checkpoint: java.io.IOException: No space left on device`,
        postgres: 'could not write to file "pg_wal/xlogtemp.31": No space left on device',
        plain: `** Generic server ** error: {disk_log_error, "${path}/msg_store", no_space_left_on_device (enospc)}`,
      }
      const [pod] = podsOf(world, target)
      if (pod)
        crashes(world, pod, {
          container: target.text.container?.name ?? target.text.name,
          death: { ...FAILED, ranSeconds: 12 },
          since: world.at - 26 * MINUTE,
          says: linesIn(target.text.language, target.text.name, [words[target.text.language] ?? '']),
        })
      callersFail(app, target, 'refused', 14)
      return { truth: claim, also: [target.object] }
    },
  },
  {
    name: 'volume-turned-read-only',
    meets: { beacon: 'series-store', tidal: 'columns' },
    make(app, target) {
      const { world } = app
      const { claim, volume } = storageOf(world, target)
      const path = target.text.claims?.[0]?.mountPath ?? ''
      const [pod] = podsOf(world, target)
      if (!pod) throw new Error(`expected a ${target.text.name}, found none`)
      unready(world, pod, { message: 'HTTP probe failed with statuscode: 503', since: world.at - 16 * MINUTE })
      for (let at = world.at - 17 * MINUTE; at < world.at; at += 45 * SECOND)
        says(
          app,
          target,
          pod,
          at,
          'error',
          `cannot append to ${path}/wal/00000412: write ${path}/wal/00000412: read-only file system`,
        )
      const node = nodeOf(world, pod)
      warning(world, node, {
        reason: 'Ext4Error',
        message:
          'EXT4-fs error (device sdc): ext4_journal_check_start:83: Detected aborted journal; EXT4-fs (sdc): Remounting filesystem read-only',
        component: 'kernel-monitor',
        host: node.metadata.name,
        at: world.at - 17 * MINUTE,
      })
      return { truth: claim, also: [volume, pod, target.object] }
    },
  },
  {
    name: 'mounted-read-only-by-mistake',
    meets: { foundry: 'preparer', larder: 'photos' },
    make(app, target) {
      const { world } = app
      rollOut(world, target, {
        at: world.at - 19 * MINUTE,
        done: true,
        change: ({ spec }) => {
          for (const mount of mainOf(spec.containers, target).volumeMounts ?? []) mount.readOnly = true
        },
      })
      const path = target.text.container?.volumeMounts?.[0]?.mountPath
      keepSaying(app, target, 'error', `[Errno 30] Read-only file system: '${path}/tmp-upload.part'`, 15)
      return { truth: target.object }
    },
  },
  {
    name: 'file-server-does-not-answer',
    meets: { foundry: 'preparer', beacon: 'ruler' },
    make(app, target) {
      const { world } = app
      const since = world.at - 22 * MINUTE
      const [lost] = podsOf(world, target)
      const { namespace } = target.text
      const volume = app.name === 'foundry' ? storageOf(world, target).volume : archive(world, target)
      const share = app.name === 'foundry' ? '10.118.4.2:/datasets' : 'nas01.corp.example:/export/rules'
      Object.assign(volume.spec as object, {
        csi: undefined,
        nfs: { server: share.split(':')[0], path: share.split(':')[1] },
      })
      const name = app.name === 'foundry' ? 'datasets' : 'rules'
      if (lost) {
        lost.metadata.creationTimestamp = stamp(since)
        staysCreating(world, lost, since, [
          {
            reason: 'FailedMount',
            message: `MountVolume.SetUp failed for volume "${volume.metadata.name}" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs ${share} /var/lib/kubelet/pods/${lost.metadata.uid}/volumes/kubernetes.io~nfs/${volume.metadata.name}\nOutput: mount.nfs: Connection timed out`,
          },
        ])
      }
      return {
        truth: volume,
        also: [
          { kind: 'External', name: share.split(':')[0] ?? '' },
          { kind: 'PersistentVolumeClaim', namespace, name },
        ],
      }
    },
  },
  {
    name: 'disk-deleted-in-the-cloud',
    meets: { ledgerly: 'books-pg', larder: 'stock-db' },
    make(app, target) {
      const { world } = app
      const { claim, volume } = storageOf(world, target)
      const since = world.at - 17 * MINUTE
      const handle = (volume.spec as { csi: { volumeHandle: string } }).csi.volumeHandle
      for (const pod of recreated(world, target, since))
        staysCreating(world, pod, since, [
          {
            reason: 'FailedAttachVolume',
            message: `AttachVolume.Attach failed for volume "${volume.metadata.name}" : rpc error: code = NotFound desc = Volume "${handle}" not found`,
            component: 'attachdetach-controller',
          },
        ])
      callersFail(app, target, 'refused', 16)
      return { truth: volume, also: [claim] }
    },
  },
]

export const storageCases = () => casesOf('storage', faults)

/** A new StatefulSet beside the target whose first claim waits for a volume. */
function waitingSet(
  world: World,
  { text }: Workload,
  storageClass: string,
  minutes: number,
): { claim: Thing; set: Workload } {
  const { namespace } = text
  const name = `${text.name}-v2`
  const since = world.at - minutes * MINUTE
  const claimText: ClaimText = {
    namespace,
    name: `data-${name}-0`,
    size: '50Gi',
    storageClass,
    labels: { app: name },
    created: since,
  }
  const claim = pendingClaim(world, claimText)
  const set = workload(world, {
    kind: 'StatefulSet',
    namespace,
    name,
    labels: { app: name },
    image: text.image,
    language: text.language,
    claims: [{ name: 'data', size: '50Gi', storageClass, mountPath: '/data' }],
    ageDays: 1,
  })
  set.object.metadata.creationTimestamp = stamp(since)
  const nodes = nodesOf(world).length
  const known = world.objects.find(({ kind, metadata: its }) => kind === 'StorageClass' && its.name === storageClass)
  const words =
    known?.volumeBindingMode === 'WaitForFirstConsumer'
      ? 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'
      : `0/${nodes} nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`
  for (const pod of podsOf(world, set)) {
    pod.metadata.creationTimestamp = stamp(since + SECOND)
    unschedulable(world, pod, words, since + 2 * SECOND)
  }
  event(world, set.object, {
    reason: 'SuccessfulCreate',
    message: `create Claim data-${name}-0 Pod ${name}-0 in StatefulSet ${name} success`,
    component: 'statefulset-controller',
    at: since,
  })
  return { claim, set }
}

/** The first claim of the target's first pod, and its volume. */
function storageOf(world: World, target: Workload): { claim: Thing; volume: Thing } {
  const [pod] = podsOf(world, target)
  const name = pod?.spec.volumes?.find(each => each.persistentVolumeClaim)?.persistentVolumeClaim?.claimName ?? ''
  const claim = find(world, 'PersistentVolumeClaim', target.text.namespace, name)
  const volume = find(world, 'PersistentVolume', undefined, String((claim.spec as { volumeName: string }).volumeName))
  return { claim, volume }
}

/** A claim on a file server's share, mounted by all pods of the target. */
function archive(world: World, target: Workload): Thing {
  const { namespace } = target.text
  const created = world.at - 500 * HOUR
  const claim = pendingClaim(world, {
    namespace,
    name: 'rules',
    size: '10Gi',
    storageClass: 'nfs-archive',
    mode: 'ReadWriteMany',
    created,
  })
  const volumeName = `pvc-${claim.metadata.uid}`
  Object.assign(claim.spec as object, { volumeName })
  claim.status = { phase: 'Bound', accessModes: ['ReadWriteMany'], capacity: { storage: '10Gi' } }
  const mount = { name: 'rules', persistentVolumeClaim: { claimName: 'rules' } }
  for (const spec of specsOf(world, target)) {
    spec.volumes = [...(spec.volumes ?? []), mount]
    const main = mainOf(spec.containers, target)
    main.volumeMounts = [...(main.volumeMounts ?? []), { name: 'rules', mountPath: '/rules' }]
  }
  return add(world, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: volumeName,
      uid: `${claim.metadata.uid.slice(0, -1)}0`,
      creationTimestamp: stamp(created),
      labels: {},
      annotations: {},
    },
    spec: {
      accessModes: ['ReadWriteMany'],
      capacity: { storage: '10Gi' },
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name: 'rules', uid: claim.metadata.uid },
      storageClassName: 'nfs-archive',
    },
    status: { phase: 'Bound' },
  } satisfies Thing)
}

function elsewhere(world: World, pod: Pod, old: Pod): string | undefined {
  const wanted = pod.spec.nodeSelector ?? {}
  return nodesOf(world).find(
    ({ metadata: { name, labels } }) =>
      name !== old.spec.nodeName && Object.entries(wanted).every(([key, value]) => labels[key] === value),
  )?.metadata.name
}
