// The parts of Kubernetes' objects that the builders write and faults change. Fields nobody here touches stay unnamed.
import type { KubernetesObject } from '../../simulator/recording.ts'

export type Labels = Record<string, string>

export type Owner = { apiVersion: string; kind: string; name: string; uid: string; [field: string]: unknown }

export type Metadata = {
  name: string
  namespace?: string
  uid: string
  creationTimestamp: string
  labels: Labels
  annotations: Labels
  generation?: number
  ownerReferences?: Owner[]
  [field: string]: unknown
}

/** An object as the builders keep it: with everything in its metadata that an API server fills in. */
export type Thing = KubernetesObject & { metadata: Metadata }

export type Probe = {
  httpGet?: { path: string; port: number | string }
  tcpSocket?: { port: number | string }
  exec?: { command: string[] }
  initialDelaySeconds?: number
  periodSeconds: number
  failureThreshold: number
  timeoutSeconds?: number
}

export type Quantities = Record<string, string>

export type Variable = {
  name: string
  value?: string
  valueFrom?: {
    secretKeyRef?: { name: string; key: string; optional?: boolean }
    configMapKeyRef?: { name: string; key: string; optional?: boolean }
    fieldRef?: { fieldPath: string }
  }
}

export type Container = {
  name: string
  image: string
  command?: string[]
  args?: string[]
  ports?: { name?: string; containerPort: number; hostPort?: number; protocol: string }[]
  env?: Variable[]
  envFrom?: { configMapRef?: { name: string; optional?: boolean }; secretRef?: { name: string; optional?: boolean } }[]
  resources: { requests?: Quantities; limits?: Quantities }
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[]
  livenessProbe?: Probe
  readinessProbe?: Probe
  startupProbe?: Probe
  imagePullPolicy: string
  [field: string]: unknown
}

export type Volume = {
  name: string
  configMap?: { name: string; optional?: boolean; items?: { key: string; path: string }[] }
  secret?: { secretName: string; optional?: boolean; items?: { key: string; path: string }[] }
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean }
  [kind: string]: unknown
}

export type Toleration = {
  key?: string
  operator?: string
  value?: string
  effect?: string
  tolerationSeconds?: number
}

export type PodSpec = {
  containers: Container[]
  initContainers?: Container[]
  volumes?: Volume[]
  nodeName?: string
  nodeSelector?: Labels
  tolerations?: Toleration[]
  affinity?: Record<string, unknown>
  serviceAccountName?: string
  imagePullSecrets?: { name: string }[]
  [field: string]: unknown
}

export type Template = { metadata: { labels: Labels; annotations?: Labels }; spec: PodSpec }

export type Condition = {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
  lastTransitionTime: string
  [field: string]: unknown
}

export type Terminated = {
  exitCode: number
  reason: string
  message?: string
  startedAt: string
  finishedAt: string
  containerID?: string
}

export type ContainerState = {
  waiting?: { reason: string; message?: string }
  running?: { startedAt: string }
  terminated?: Terminated
}

export type ContainerStatus = {
  name: string
  image: string
  imageID: string
  ready: boolean
  started: boolean
  restartCount: number
  state: ContainerState
  lastState: ContainerState
  containerID?: string
}

export type PodStatus = {
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  conditions: Condition[]
  containerStatuses?: ContainerStatus[]
  initContainerStatuses?: ContainerStatus[]
  podIP?: string
  podIPs?: { ip: string }[]
  hostIP?: string
  startTime?: string
  reason?: string
  message?: string
  qosClass: string
  [field: string]: unknown
}

export type Pod = Thing & { kind: 'Pod'; spec: PodSpec; status: PodStatus }

export type Scaled = Thing & {
  spec: { replicas: number; selector: { matchLabels: Labels }; template: Template; [field: string]: unknown }
  status: Record<string, unknown>
}

export type Taint = { key: string; value?: string; effect: string; timeAdded?: string }

export type Node = Thing & {
  kind: 'Node'
  spec: { taints?: Taint[]; unschedulable?: boolean; providerID: string; podCIDR: string }
  status: {
    conditions: Condition[]
    capacity: Quantities
    allocatable: Quantities
    addresses: { type: string; address: string }[]
    nodeInfo: Record<string, string>
    [field: string]: unknown
  }
}

export type Service = Thing & {
  kind: 'Service'
  spec: {
    type: string
    clusterIP?: string
    selector?: Labels
    ports: { name?: string; port: number; targetPort: number | string; protocol: string; nodePort?: number }[]
    [field: string]: unknown
  }
}

export function nameOf(object: KubernetesObject) {
  const { kind, metadata } = object
  return metadata.namespace === undefined
    ? { kind, name: metadata.name }
    : { kind, namespace: metadata.namespace, name: metadata.name }
}
