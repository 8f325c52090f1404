// Kubernetes objects of a made application, as an API server shows them: what all have in common, and the small ones. What
// happens to them is the faults' business.
import { randomOf, uuid } from '../../simulator/shop/random.ts'
import type { KubernetesObject, Millis, RecordOf } from '../../simulator/recording.ts'
import type { Application, Part } from './application.ts'

export type ObjectRecord = RecordOf['kubernetes/objects']

export const PORT = 8080
export const OWNED = { controller: true, blockOwnerDeletion: true }

export function apply(at: Millis, object: KubernetesObject): ObjectRecord {
  return { at, op: 'apply', object }
}

export function remove(at: Millis, object: KubernetesObject): ObjectRecord {
  return { at, op: 'delete', object }
}

export function stamp(at: Millis): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}

export function identity(kind: string, namespace: string | undefined, name: string, at: Millis) {
  const uid = uuid(randomOf(0, `${kind} ${namespace ?? ''}/${name}`))
  return { name, ...(namespace !== undefined && { namespace }), uid, creationTimestamp: stamp(at) }
}

export function labelsOf(part: string): Record<string, string> {
  return { app: part, 'app.kubernetes.io/name': part }
}

export function condition(type: string, holds: boolean, reason: string, at: Millis, message = '') {
  return {
    type,
    status: holds ? 'True' : 'False',
    reason,
    message,
    lastTransitionTime: stamp(at),
    lastUpdateTime: stamp(at),
  }
}

export function nodeObject(name: string, founded: Millis, lost?: Millis): KubernetesObject {
  const quiet = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map(type =>
    condition(type, false, `KubeletHasNo${type}`, founded),
  )
  const conditions =
    lost === undefined
      ? [...quiet, condition('Ready', true, 'KubeletReady', founded, 'kubelet is posting ready status')]
      : ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map(type => ({
          ...condition(type, false, 'NodeStatusUnknown', lost, 'Kubelet stopped posting node status.'),
          status: 'Unknown',
        }))
  const unreachable = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: stamp(lost ?? founded) }
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { ...identity('Node', undefined, name, founded), labels: { 'kubernetes.io/hostname': name } },
    spec: lost === undefined ? {} : { taints: [unreachable] },
    status: {
      capacity: { cpu: '8', memory: '32Gi', pods: '110' },
      allocatable: { cpu: '8', memory: '32Gi', pods: '110' },
      addresses: [{ type: 'Hostname', address: name }],
      conditions,
      nodeInfo: { kubeletVersion: 'v1.33.4', osImage: 'Debian GNU/Linux 12 (bookworm)', architecture: 'amd64' },
    },
  }
}

export function serviceObject({ name: app }: Application, { name }: Part, founded: Millis): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...identity('Service', app, name, founded), labels: labelsOf(name) },
    spec: {
      type: 'ClusterIP',
      selector: { app: name },
      ports: [{ name: 'http', port: PORT, targetPort: PORT, protocol: 'TCP' }],
    },
    status: { loadBalancer: {} },
  }
}

/** The same event again: give the later record a higher `count`. */
export function eventObject(
  at: Millis,
  about: KubernetesObject,
  {
    type = 'Normal',
    reason,
    message,
    component,
    count = 1,
    first = at,
  }: {
    type?: 'Normal' | 'Warning'
    reason: string
    message: string
    component: string
    count?: number
    first?: Millis
  },
): ObjectRecord {
  const { name, namespace = 'default', uid } = about.metadata
  return apply(at, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: identity('Event', namespace, `${name}.${uuid(randomOf(first, reason + message)).slice(0, 8)}`, first),
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace: about.metadata.namespace, name, uid },
    type,
    reason,
    message,
    count,
    firstTimestamp: stamp(first),
    lastTimestamp: stamp(at),
    source: { component },
    reportingComponent: component,
    eventTime: null,
  })
}
