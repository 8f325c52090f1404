// Deployments, StatefulSets and their ReplicaSets of a made application.
import type { KubernetesObject, Millis } from '../../simulator/recording.ts'
import type { Application, Part } from './application.ts'
import { condition, identity, labelsOf, OWNED, PORT } from './objects.ts'

/** One version of a part's pod template. */
export type Revision = {
  number: number
  version: string
  hash: string
  at: Millis
  annotations?: Record<string, string>
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

export function templateOf(app: Application, part: Part, { version, annotations = {} }: Revision) {
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
