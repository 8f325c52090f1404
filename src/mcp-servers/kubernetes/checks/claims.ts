// Which pods mount which claims, which claim a volume is bound to, and what is mounted where a line speaks of. Pure; for the checks
// that speak of storage.
import type { LogGroup } from '../pod-logs.ts'
import type { Claim } from '../schema.ts'
import type { Pod } from '../pod-schema.ts'
import { named } from '../view.ts'
import type { Reference, View } from '../view.ts'

export function claimReference({ metadata: { namespace, name } }: Claim): Reference {
  return { kind: 'PersistentVolumeClaim', namespace, name }
}

const mounting = new WeakMap<View, Map<string, Pod[]>>()

/** By `namespace/claim`. */
export function podsByClaim(view: View): ReadonlyMap<string, Pod[]> {
  const known = mounting.get(view)
  if (known) return known
  const found = new Map<string, Pod[]>()
  for (const pod of view.pods) {
    for (const name of claimNames(pod)) {
      const key = named({ ...pod.metadata, name })
      const pods = found.get(key)
      if (pods) pods.push(pod)
      else found.set(key, [pod])
    }
  }
  mounting.set(view, found)
  return found
}

/** Of its own namespace. */
export function claimNames({ spec }: Pod): string[] {
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? [])
}

/** Those of a pod that are known. */
export function claimsOf(pod: Pod, view: View): Claim[] {
  const names = new Set(claimNames(pod))
  if (names.size === 0) return []
  const { namespace } = pod.metadata
  return view.claims.filter(({ metadata }) => metadata.namespace === namespace && names.has(metadata.name))
}

/** The one that is bound to a volume of that name. */
export function claimOfVolume(volume: string, view: View): Claim | undefined {
  return view.claims.find(({ spec }) => spec?.volumeName === volume)
}

/** Who was asked to make its volume, once somebody was: https://kubernetes.io/docs/reference/labels-annotations-taints/ */
export function driverOf({ metadata: { annotations } }: Pick<Claim, 'metadata'>): string | undefined {
  return (
    annotations['volume.kubernetes.io/storage-provisioner'] ??
    annotations['volume.beta.kubernetes.io/storage-provisioner']
  )
}

/** It waits for a volume, as the scheduler says; not the volume for it to be placed. */
export function isHeldBack(pod: Pod, view: View): boolean {
  const told = [
    ...(pod.status?.conditions ?? []).map(({ message = '' }) => message),
    ...view.eventsOf(view.ownerOf(pod)).map(({ message = '' }) => message),
  ]
  return told.some(message =>
    /unbound immediate PersistentVolumeClaims|binding volumes|provisioning volume/.test(message),
  )
}

export type Mounted = { claim?: Claim; isReadOnly: boolean }

/** What the line's path lies in; where it has no path that is mounted, the only claim of the pod. Undefined: it cannot be told. */
export function mountedIn({ pod, container, text }: LogGroup, view: View): Mounted | undefined {
  const template = view.workload(view.ownerOf(pod))?.spec?.template?.spec
  const mounts = template?.containers.find(({ name }) => name === container)?.volumeMounts ?? []
  const [mount] = mounts
    .filter(({ mountPath = '/' }) => mountPath.length > 1 && text.includes(mountPath))
    .toSorted((a, b) => (b.mountPath?.length ?? 0) - (a.mountPath?.length ?? 0)) // one may lie within another
  const claims = claimsOf(pod, view)
  if (!mount) return claims.length === 1 ? { claim: claims[0], isReadOnly: false } : undefined
  const volume = pod.spec?.volumes.find(({ name }) => name === mount.name)
  const claim = claims.find(({ metadata }) => metadata.name === volume?.persistentVolumeClaim?.claimName)
  return { ...(claim && { claim }), isReadOnly: mount.readOnly ?? false }
}
