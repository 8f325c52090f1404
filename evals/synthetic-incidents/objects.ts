// Kubernetes objects of a made application, as an API server shows them. What happens to them is the faults' business.
import { randomOf, uuid } from '../../simulator/shop/random.ts'
import type { KubernetesObject, Millis, RecordOf } from '../../simulator/recording.ts'
import type { Application, Part } from './application.ts'

export type ObjectRecord = RecordOf['kubernetes/objects']

/** One version of a part's pod template. */
export type Revision = {
  number: number
  version: string
  hash: string
  at: Millis
  annotations?: Record<string, string>
}

export type PodLife = {
  app: Application
  part: Part
  revision: Revision
  name: string
  ip: string
  node: string
  from: Millis
  until: Millis
}

export type PodState = {
  at: Millis
  phase: 'ready' | 'unready' | 'crashed' | 'creating'
  restarts?: number
  /** How its container ended before. */
  ended?: { reason: 'OOMKilled' | 'Error' | 'Completed'; exitCode: number; at: Millis }
  backOffSeconds?: number
}

export const PORT = 8080
const OWNED = { controller: true, blockOwnerDeletion: true }

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

function labelsOf(part: string): Record<string, string> {
  return { app: part, 'app.kubernetes.io/name': part }
}

function templateOf(app: Application, part: Part, { version, annotations = {} }: Revision) {
  const env = part.calls.map(({ to }) => ({
    name: `${to.replaceAll(/\W/g, '_').toUpperCase()}_ADDRESS`,
    value: addressOf(app, to),
  }))
  return {
    metadata: { labels: labelsOf(part.name), annotations },
    spec: {
      containers: [
        {
          name: part.name,
          image: `registry.example/${app.name}/${part.name}:${version}`,
          ports: [{ name: 'http', containerPort: PORT, protocol: 'TCP' }],
          env,
          readinessProbe: { httpGet: { path: '/ready', port: PORT }, periodSeconds: 5, failureThreshold: 3 },
          resources: { requests: { cpu: '200m', memory: '128Mi' }, limits: { memory: `${limitOf(part)}Mi` } },
        },
      ],
    },
  }
}

/** In mebibytes: twice what it usually needs. */
export function limitOf({ memoryMebibytes }: Part): number {
  return 2 * memoryMebibytes
}

function addressOf({ name: app, parts }: Application, to: string): string {
  const kind = parts.find(part => part.name === to)?.kind
  if (kind === 'outside') return `https://${to}`
  if (kind === 'managed') return `postgres://${to}.c4kq2mfx91ab.eu-west-1.rds.amazonaws.com:5432/${app}`
  return kind === 'queue'
    ? `https://sqs.eu-west-1.amazonaws.com/111122223333/${to}`
    : `http://${to}.${app}.svc.cluster.local:${PORT}`
}

/** `ready` of `replicas` pods serve; `updated` run the newest template. */
export function workloadObject(
  app: Application,
  part: Part,
  revision: Revision,
  {
    founded,
    replicas = part.replicas,
    ready = replicas,
    updated = replicas,
    at,
  }: { founded: Millis; replicas?: number; ready?: number; updated?: number; at: Millis },
): KubernetesObject {
  const done = ready === replicas && updated === replicas
  const isDeployment = part.kind === 'Deployment'
  return {
    apiVersion: 'apps/v1',
    kind: part.kind,
    metadata: {
      ...identity(part.kind, app.name, part.name, founded),
      generation: revision.number,
      labels: labelsOf(part.name),
      annotations: { 'deployment.kubernetes.io/revision': String(revision.number) },
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: part.name } },
      template: templateOf(app, part, revision),
      ...(isDeployment
        ? {
            progressDeadlineSeconds: 600,
            strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '50%' } },
          }
        : { serviceName: part.name, podManagementPolicy: 'OrderedReady' }),
    },
    status: {
      observedGeneration: revision.number,
      replicas,
      readyReplicas: ready,
      availableReplicas: ready,
      updatedReplicas: updated,
      ...(ready < replicas && { unavailableReplicas: replicas - ready }),
      ...(isDeployment && {
        conditions: [
          condition(
            'Available',
            ready * 2 >= replicas,
            ready * 2 >= replicas ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
            at,
          ),
          condition('Progressing', true, done ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated', at),
        ],
      }),
    },
  }
}

export function replicaSetObject(
  app: Application,
  part: Part,
  revision: Revision,
  replicas: number,
  ready = replicas,
): KubernetesObject {
  const name = `${part.name}-${revision.hash}`
  const hash = { 'pod-template-hash': revision.hash }
  const template = templateOf(app, part, revision)
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...identity('ReplicaSet', app.name, name, revision.at),
      labels: { ...labelsOf(part.name), ...hash },
      annotations: {
        'deployment.kubernetes.io/revision': String(revision.number),
        'deployment.kubernetes.io/desired-replicas': String(part.replicas),
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: part.name,
          uid: identity('Deployment', app.name, part.name, 0).uid,
          ...OWNED,
        },
      ],
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: part.name, ...hash } },
      template: { ...template, metadata: { ...template.metadata, labels: { ...labelsOf(part.name), ...hash } } },
    },
    status: { replicas, readyReplicas: ready, availableReplicas: ready, observedGeneration: 1 },
  }
}

export function podObject(
  life: PodLife,
  { at, phase, restarts = 0, ended, backOffSeconds = 10 }: PodState,
): KubernetesObject {
  const { app, part, revision, name, node, ip, from } = life
  const ready = phase === 'ready'
  const runs = ready || phase === 'unready'
  const owner =
    part.kind === 'StatefulSet' ? ['StatefulSet', part.name] : ['ReplicaSet', `${part.name}-${revision.hash}`]
  const hold = (type: string, holds: boolean, since: Millis) => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: stamp(since),
  })
  const backOff = `back-off ${backOffSeconds}s restarting failed container=${part.name} pod=${name}_${app.name}`
  const waiting =
    phase === 'creating' ? { reason: 'ContainerCreating' } : { reason: 'CrashLoopBackOff', message: backOff }
  const terminated = ended && {
    ...ended,
    startedAt: stamp(Math.max(from, ended.at - 60_000)),
    finishedAt: stamp(ended.at),
    at: undefined,
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...identity('Pod', app.name, name, from),
      labels: { ...labelsOf(part.name), ...(part.kind === 'Deployment' && { 'pod-template-hash': revision.hash }) },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: owner[0],
          name: owner[1],
          uid: identity(owner[0]!, app.name, owner[1]!, 0).uid,
          ...OWNED,
        },
      ],
    },
    spec: { ...templateOf(app, part, revision).spec, nodeName: node, restartPolicy: 'Always' },
    status: {
      phase: phase === 'creating' ? 'Pending' : 'Running',
      podIP: ip,
      startTime: stamp(from),
      conditions: [
        hold('PodScheduled', true, from),
        hold('Initialized', true, from),
        hold('ContainersReady', ready, at),
        hold('Ready', ready, at),
      ],
      containerStatuses: [
        {
          name: part.name,
          image: `registry.example/${app.name}/${part.name}:${revision.version}`,
          ready,
          started: runs,
          restartCount: restarts,
          state: runs ? { running: { startedAt: stamp(ended?.at ?? from) } } : { waiting },
          lastState: terminated ? { terminated } : {},
        },
      ],
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

export function endpointsObject(
  { name: app }: Application,
  { name }: Part,
  lives: readonly PodLife[],
  founded: Millis,
): KubernetesObject {
  const addresses = lives.map(life => ({
    ip: life.ip,
    nodeName: life.node,
    targetRef: { kind: 'Pod', namespace: app, name: life.name },
  }))
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...identity('Endpoints', app, name, founded), labels: labelsOf(name) },
    subsets: addresses.length > 0 ? [{ addresses, ports: [{ name: 'http', port: PORT, protocol: 'TCP' }] }] : [],
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
