// Deployments and ReplicaSets of the shop as an API server would show them.
import type { KubernetesObject, Millis } from '../recording.ts'
import { condition, identity, labelsOf, owner } from './object-parts.ts'
import { database, namespace, type Workload } from './services.ts'

export type Revision = {
  number: number
  version: string
  hash: string
  createdAt: Millis
  workloadCreatedAt: Millis
  cause: string
  /** Name of the ConfigMap its containers read, where that is told. */
  settings?: string
}

/** Of every container. */
export const memoryLimitMebibytes = 512

/** Where every service listens. */
export const port = 8080

/** `ready` of `replicas` pods serve, `updated` of them run the newest template. */
export function deployment(
  service: Workload,
  revision: Revision,
  state: {
    replicas: number
    pods?: number
    ready: number
    updated: number
    generation: number
    since: Millis
    stuck?: boolean
  },
): KubernetesObject {
  const { replicas, pods = replicas, ready, updated, generation, since } = state
  const available = ready >= replicas - Math.floor(replicas / 4)
  const done = updated === replicas && ready === replicas && pods === replicas
  const set = `ReplicaSet "${service.name}-${revision.hash}"`
  const progress = state.stuck
    ? condition('Progressing', false, 'ProgressDeadlineExceeded', `${set} has timed out progressing.`, since)
    : done
      ? condition('Progressing', true, 'NewReplicaSetAvailable', `${set} has successfully progressed.`, since)
      : condition('Progressing', true, 'ReplicaSetUpdated', `${set} is progressing.`, since)
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      ...identity('Deployment', service.name, revision.workloadCreatedAt),
      generation,
      labels: labelsOf(service.name),
      annotations: annotationsOf(revision),
    },
    spec: {
      replicas,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: { app: service.name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: template(service, revision),
    },
    status: {
      observedGeneration: generation,
      replicas: pods,
      updatedReplicas: updated,
      readyReplicas: ready,
      availableReplicas: ready,
      ...(pods > ready ? { unavailableReplicas: pods - ready } : {}),
      conditions: [
        condition(
          'Available',
          available,
          available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
          available ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
          since,
        ),
        progress,
      ],
    },
  }
}

export function replicaSet(
  service: Workload,
  revision: Revision,
  replicas: number,
  ready = replicas,
): KubernetesObject {
  const hash = { 'pod-template-hash': revision.hash }
  const pods = template(service, revision)
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...identity('ReplicaSet', `${service.name}-${revision.hash}`, revision.createdAt),
      generation: 1,
      labels: { ...labelsOf(service.name), ...hash },
      annotations: {
        ...annotationsOf(revision),
        'deployment.kubernetes.io/desired-replicas': String(service.replicas),
      },
      ownerReferences: [owner('apps/v1', 'Deployment', service.name)],
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: service.name, ...hash } },
      template: { ...pods, metadata: { ...pods.metadata, labels: { ...pods.metadata.labels, ...hash } } },
    },
    status: {
      replicas,
      fullyLabeledReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: 1,
    },
  }
}

export function template(service: Workload, { version, settings }: Pick<Revision, 'version' | 'settings'>) {
  return {
    metadata: {
      labels: labelsOf(service.name),
      ...(settings !== undefined && { annotations: { 'checksum/settings': settings } }),
    },
    spec: {
      containers: [
        {
          name: service.name,
          image: imageOf(service, version),
          ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
          env: [
            ...Object.keys(service.calls).map(callee => ({
              name: callee === database ? 'DATABASE_URL' : `${callee.toUpperCase()}_URL`,
              value: urlOf(callee),
            })),
            ...(service.outside ? [service.outside] : []),
          ],
          ...(settings !== undefined && { envFrom: [{ configMapRef: { name: settings } }] }),
          readinessProbe: { httpGet: { path: '/healthz', port }, periodSeconds: 5, failureThreshold: 3 },
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: `${memoryLimitMebibytes}Mi` } },
        },
      ],
    },
  }
}

export function imageOf(service: Workload, version: string): string {
  return `registry.example/shop/${service.name}:${version}`
}

function annotationsOf(revision: Revision): Record<string, string> {
  return { 'deployment.kubernetes.io/revision': String(revision.number), 'kubernetes.io/change-cause': revision.cause }
}

function urlOf(callee: string): string {
  return callee === database ? `postgres://${database}:5432/shop` : `http://${callee}.${namespace}.svc.cluster.local`
}
