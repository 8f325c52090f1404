// Nodes and the leases their kubelets renew, well; and what becomes of a node that is not.
import type { Millis } from '../../simulator/recording.ts'
import { event, warning } from './event.ts'
import type { Condition, Labels, Node, Pod, Quantities, Taint, Thing } from './kinds.ts'
import { add, DAY, digest, metadataOf, microStamp, MINUTE, next, SECOND, stamp, type World } from './world.ts'

export type NodeText = {
  name: string
  zone: string
  region: string
  labels?: Labels
  taints?: Taint[]
  /** e.g. { cpu: '4', memory: '16Gi' }, and devices */
  capacity: Quantities
  version: string
  os: string
  ageDays?: number
}

export function node(world: World, text: NodeText): Node {
  const { name, zone, region, capacity, version, os, ageDays = 60 } = text
  const number = next(world, 'nodes')
  const created = world.at - ageDays * DAY
  const size: Quantities = { 'ephemeral-storage': '104845292Ki', pods: '110', ...capacity }
  const made: Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metadataOf(world, 'Node', undefined, name, {
      created,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/zone': zone,
        'topology.kubernetes.io/region': region,
        ...text.labels,
      },
    }),
    spec: {
      podCIDR: `10.42.${number}.0/24`,
      providerID: `cloud:///${zone}/${digest(name).slice(0, 17)}`,
      ...(text.taints && { taints: text.taints }),
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: addressOf(number) },
        { type: 'Hostname', address: name },
      ],
      capacity: size,
      allocatable: { ...size, cpu: lessOf(size.cpu ?? '4'), memory: lessMemory(size.memory ?? '16Gi') },
      conditions: conditionsOf(world, created),
      nodeInfo: {
        kubeletVersion: version,
        osImage: os,
        kernelVersion: '6.1.128',
        containerRuntimeVersion: 'containerd://1.7.27',
        architecture: 'amd64',
        operatingSystem: 'linux',
      },
    },
  }
  add(world, lease(world, 'kube-node-lease', name, name, world.at - (2 + number) * SECOND))
  return add(world, made)
}

export function lease(world: World, namespace: string, name: string, holder: string, renewed: Millis): Thing {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: metadataOf(world, 'Lease', namespace, name, { created: world.at - 60 * DAY }),
    spec: { holderIdentity: holder, leaseDurationSeconds: 40, renewTime: microStamp(renewed) },
  }
}

export function nodesOf(world: World): Node[] {
  return world.objects.filter(({ kind }) => kind === 'Node') as Node[]
}

export function podsOn(world: World, { metadata: { name } }: Node): Pod[] {
  return world.objects.filter(object => object.kind === 'Pod' && (object as Pod).spec.nodeName === name) as Pod[]
}

/** Sets a condition of the node that is not as it should be, or is again. */
export function setCondition(
  target: Node,
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
  since: Millis,
): void {
  const others = target.status.conditions.filter(condition => condition.type !== type)
  const heartbeat = target.status.conditions[0]?.lastHeartbeatTime
  const changed = { type, status, reason, message, lastHeartbeatTime: heartbeat, lastTransitionTime: stamp(since) }
  target.status.conditions = [...others, changed]
}

/** The kubelet says nothing any more since `since`: what the node controller then writes on the node. */
export function losesContact(world: World, target: Node, since: Millis): void {
  const noticed = since + 50 * SECOND
  for (const { type } of target.status.conditions)
    setCondition(target, type, 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.', noticed)
  for (const condition of target.status.conditions) condition.lastHeartbeatTime = stamp(since)
  target.spec.taints = [
    ...(target.spec.taints ?? []),
    { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded: stamp(noticed) },
    { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: stamp(noticed + 5 * SECOND) },
  ]
  const held = world.objects.find(({ kind, metadata }) => kind === 'Lease' && metadata.name === target.metadata.name)
  if (held) held.spec = { ...(held.spec as object), renewTime: microStamp(since) }
  saysNotReady(world, target, noticed)
}

/** The kubelet itself says that the node is not ready, and why. */
export function isNotReady(world: World, target: Node, why: string, since: Millis): void {
  setCondition(target, 'Ready', 'False', 'KubeletNotReady', why, since)
  target.spec.taints = [
    ...(target.spec.taints ?? []),
    { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule', timeAdded: stamp(since) },
    { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded: stamp(since + 5 * SECOND) },
  ]
  kubeletSays(world, target, 'NodeNotReady', `Node ${target.metadata.name} status is now: NodeNotReady`, since)
  saysNotReady(world, target, since)
}

const PRESSURES = {
  MemoryPressure: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available', 'memory'],
  DiskPressure: ['KubeletHasDiskPressure', 'kubelet has disk pressure', 'disk'],
  PIDPressure: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available', 'pid'],
} as const

export function isUnderPressure(world: World, target: Node, type: keyof typeof PRESSURES, since: Millis): void {
  const [reason, message, word] = PRESSURES[type]
  setCondition(target, type, 'True', reason, message, since)
  target.spec.taints = [
    ...(target.spec.taints ?? []),
    { key: `node.kubernetes.io/${word}-pressure`, effect: 'NoSchedule', timeAdded: stamp(since) },
  ]
  kubeletSays(world, target, reason, `Node ${target.metadata.name} status is now: ${reason}`, since)
}

/** A person or an autoscaler takes the node out of service. */
export function cordon(world: World, target: Node, since: Millis): void {
  target.spec.unschedulable = true
  target.spec.taints = [
    ...(target.spec.taints ?? []),
    { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: stamp(since) },
  ]
  kubeletSays(
    world,
    target,
    'NodeNotSchedulable',
    `Node ${target.metadata.name} status is now: NodeNotSchedulable`,
    since,
  )
}

export function kubeletSays(world: World, target: Node, reason: string, message: string, at: Millis): void {
  event(world, target, { reason, message, component: 'kubelet', host: target.metadata.name, at })
}

function saysNotReady(world: World, target: Node, at: Millis): void {
  const { name } = target.metadata
  event(world, target, {
    reason: 'NodeNotReady',
    message: `Node ${name} status is now: NodeNotReady`,
    component: 'node-controller',
    at,
  })
  for (const pod of podsOn(world, target)) {
    const text = { reason: 'NodeNotReady', message: 'Node is not ready', component: 'node-controller', at }
    if (pod.status.phase === 'Running') warning(world, pod, text)
  }
}

function conditionsOf(world: World, since: Millis): Condition[] {
  const healthy: [string, 'True' | 'False', string, string][] = [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  ]
  return healthy.map(([type, status, reason, message]) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: stamp(world.at - 2 * MINUTE),
    lastTransitionTime: stamp(since + MINUTE),
  }))
}

function addressOf(number: number): string {
  return `10.0.${number}.${10 + ((number * 37) % 200)}`
}

function lessOf(cpu: string): string {
  return `${Number(cpu) * 1000 - 80}m`
}

function lessMemory(memory: string): string {
  return `${Number.parseInt(memory, 10) * 1024 * 1024 - 1_126_400}Ki`
}
