// Claims for storage and the volumes that were made for them.
import type { Millis } from '../../simulator/recording.ts'
import type { Labels, Thing } from './kinds.ts'
import { add, digest, find, metadataOf, stamp, type World } from './world.ts'

export type ClaimText = {
  namespace: string
  name: string
  size: string
  storageClass: string
  labels?: Labels
  mode?: string
  created: Millis
  zone?: string
}

/** A claim and the volume that was made for it. */
export function boundClaim(world: World, text: ClaimText): { claim: Thing; volume: Thing } {
  const { namespace, name, size, storageClass, labels, created, mode = 'ReadWriteOnce', zone } = text
  const base = metadataOf(world, 'PersistentVolumeClaim', namespace, name, { created, labels })
  const volumeName = `pvc-${base.uid}`
  const storage = { storage: size }
  const claim = add(world, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...base,
      annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
      finalizers: ['kubernetes.io/pvc-protection'],
    },
    spec: {
      accessModes: [mode],
      resources: { requests: storage },
      storageClassName: storageClass,
      volumeName,
      volumeMode: 'Filesystem',
    },
    status: { phase: 'Bound', accessModes: [mode], capacity: storage },
  } satisfies Thing)
  const driver = provisionerOf(world, storageClass)
  const volume = add(world, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: metadataOf(world, 'PersistentVolume', undefined, volumeName, { created: created + 8_000 }),
    spec: {
      accessModes: [mode],
      capacity: storage,
      claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid: base.uid, apiVersion: 'v1' },
      csi: { driver, volumeHandle: `vol-${digest(volumeName).slice(0, 17)}`, fsType: 'ext4' },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: storageClass,
      ...(zone !== undefined && {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [zone] }] },
            ],
          },
        },
      }),
    },
    status: { phase: 'Bound', lastPhaseTransitionTime: stamp(created + 9_000) },
  } satisfies Thing)
  return { claim, volume }
}

function provisionerOf(world: World, storageClass: string): string {
  return String(find(world, 'StorageClass', undefined, storageClass).provisioner)
}

/** A claim that nothing has been bound to yet. */
export function pendingClaim(
  world: World,
  { namespace, name, size, storageClass, labels, created, mode }: ClaimText,
): Thing {
  return add(world, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...metadataOf(world, 'PersistentVolumeClaim', namespace, name, { created, labels }),
      finalizers: ['kubernetes.io/pvc-protection'],
    },
    spec: {
      accessModes: [mode ?? 'ReadWriteOnce'],
      resources: { requests: { storage: size } },
      ...(storageClass !== '' && { storageClassName: storageClass }),
      volumeMode: 'Filesystem',
    },
    status: { phase: 'Pending' },
  } satisfies Thing)
}

export function addStorageClass(
  world: World,
  name: string,
  provisioner: string,
  {
    binding = 'WaitForFirstConsumer',
    standard = false,
    parameters = {},
  }: { binding?: string; standard?: boolean; parameters?: Labels } = {},
): Thing {
  return add(world, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: metadataOf(world, 'StorageClass', undefined, name, {
      created: world.at - 200 * 86_400_000,
      annotations: standard ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {},
    }),
    provisioner,
    parameters,
    reclaimPolicy: 'Delete',
    volumeBindingMode: binding,
    allowVolumeExpansion: true,
  } satisfies Thing)
}
