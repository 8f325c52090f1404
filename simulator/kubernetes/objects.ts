// The shapes of the objects that the API server keeps and the controllers read.
// Recordings may leave out any field that is optional here; other kinds pass through as plain JSON.
import type { JsonMap } from './json.ts'

export type OwnerReference = { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }

/** What a client says of an object; the rest of the metadata is the server's. */
export type Naming = {
  name: string
  namespace?: string
  generation?: number
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  [field: string]: unknown
}
/** `creationTimestamp`, as every time in an object: RFC 3339 in seconds, UTC. */
export type Identity = Naming & { uid: string; creationTimestamp: string }
export type Metadata = Identity & { resourceVersion: string }

/** An object on its way into the store, which gives it its resourceVersion. */
export type Draft = { apiVersion: string; kind: string; metadata: Identity; [field: string]: unknown }
/** An object as the store keeps it. Never changed in place. */
export type StoredObject = Draft & { metadata: Metadata }

export type Container = { name: string; image?: string }
export type PodSpec = {
  containers?: Container[]
  initContainers?: Container[]
  nodeName?: string
  [field: string]: unknown
}
export type PodTemplate = {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string>; [field: string]: unknown }
  spec?: PodSpec
}
export type LabelSelector = {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

export type Condition = {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastTransitionTime?: string
  lastUpdateTime?: string
}

export type ContainerState = {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: {
    exitCode?: number
    reason?: string
    message?: string
    startedAt?: string
    finishedAt?: string
    signal?: number
  }
}
export type ContainerStatus = {
  name: string
  ready?: boolean
  started?: boolean
  restartCount?: number
  state?: ContainerState
  lastState?: ContainerState
  [field: string]: unknown
}

export type Pod = StoredObject & {
  spec?: PodSpec
  status?: {
    phase?: string
    reason?: string
    podIP?: string
    startTime?: string
    conditions?: Condition[]
    containerStatuses?: ContainerStatus[]
    initContainerStatuses?: ContainerStatus[]
  }
}

/** Deployment, ReplicaSet, StatefulSet or DaemonSet. */
export type Workload = StoredObject & {
  spec?: {
    replicas?: number
    selector?: LabelSelector
    template?: PodTemplate
    paused?: boolean
    minReadySeconds?: number
    progressDeadlineSeconds?: number
    revisionHistoryLimit?: number
    podManagementPolicy?: string
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } }
    updateStrategy?: { type?: string }
    [field: string]: unknown
  }
  status?: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    readyReplicas?: number
    availableReplicas?: number
    unavailableReplicas?: number
    currentRevision?: string
    updateRevision?: string
    conditions?: Condition[]
    [field: string]: unknown
  }
}

export type Status = JsonMap & { kind: 'Status'; message?: string; reason?: string; code: number }

/** "2026-11-23T10:00:00Z": the precision in which objects carry time. */
export function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

/** The uid of the controller that owns the object, if one does. */
export function ownerUid(object: StoredObject): string | undefined {
  const owners = object.metadata.ownerReferences
  if (!Array.isArray(owners)) return undefined
  return (owners.find(owner => owner.controller) ?? owners[0])?.uid
}

export function controlledBy(owner: StoredObject): OwnerReference & { blockOwnerDeletion: boolean } {
  const { apiVersion, kind, metadata } = owner
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true }
}
