// What the shop's pods live among: namespace, nodes, Services and their Endpoints.
import type { KubernetesObject, Millis } from '../recording.ts'
import { condition, hostIp, identity, labelsOf } from './object-parts.ts'
import { namespace, nodes, type Service } from './services.ts'
import type { PodLife } from './story-line.ts'
import { port } from './workload-objects.ts'

export function serviceObject({ name }: Service, createdAt: Millis): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...identity('Service', name, createdAt), labels: labelsOf(name) },
    spec: {
      type: 'ClusterIP',
      selector: { app: name },
      ports: [{ name: 'http', port: 80, targetPort: port, protocol: 'TCP' }],
    },
    status: { loadBalancer: {} },
  }
}

export function endpoints({ name }: Service, ready: PodLife[], createdAt: Millis): KubernetesObject {
  const addresses = ready.map(life => ({
    ip: life.ip,
    nodeName: life.node,
    targetRef: { kind: 'Pod', namespace, name: life.name, uid: life.uid },
  }))
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...identity('Endpoints', name, createdAt), labels: labelsOf(name) },
    subsets: addresses.length > 0 ? [{ addresses, ports: [{ name: 'http', port, protocol: 'TCP' }] }] : [],
  }
}

export function namespaceObject(createdAt: Millis): KubernetesObject {
  const { namespace: _, ...metadata } = identity('Namespace', namespace, createdAt)
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata,
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }
}

export function nodeObject(name: string, createdAt: Millis): KubernetesObject {
  const { namespace: _, ...metadata } = identity('Node', name, createdAt)
  const quiet = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map(type =>
    condition(type, false, `KubeletHasNo${type}`, `kubelet has no ${type}`, createdAt),
  )
  const resources = { cpu: '4', memory: '16384Mi', pods: '110' }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { ...metadata, labels: { 'kubernetes.io/hostname': name } },
    spec: { podCIDR: `10.244.${nodes.indexOf(name as (typeof nodes)[number])}.0/24` },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address: hostIp(name) },
        { type: 'Hostname', address: name },
      ],
      conditions: [...quiet, condition('Ready', true, 'KubeletReady', 'kubelet is posting ready status', createdAt)],
      nodeInfo: { kubeletVersion: 'v1.33.4', osImage: 'Debian GNU/Linux 12 (bookworm)', architecture: 'amd64' },
    },
  }
}
