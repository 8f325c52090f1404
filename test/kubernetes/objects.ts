// A small shop in Kubernetes' own JSON, for the tests of the Kubernetes server: each builder gives a healthy object, and takes what differs.
import type { Millis } from '#incident/signal.ts'
import {
  apiServiceSchema,
  autoscalerSchema,
  claimSchema,
  configMapSchema,
  disruptionBudgetSchema,
  eventSchema,
  ingressClassSchema,
  ingressSchema,
  jobSchema,
  namespaceSchema,
  networkPolicySchema,
  nodeSchema,
  podMetricsSchema,
  quotaSchema,
  serviceSchema,
  WEBHOOK_KINDS,
  webhookConfigurationSchema,
  workloadSchema,
} from '#mcp-servers/kubernetes/schema.ts'
import { podSchema } from '#mcp-servers/kubernetes/pod-schema.ts'
import type { Pod } from '#mcp-servers/kubernetes/pod-schema.ts'
import { customOf } from '#mcp-servers/kubernetes/custom-resources.ts'
import { groupLines } from '#mcp-servers/kubernetes/pod-logs.ts'
import { createView } from '#mcp-servers/kubernetes/view.ts'
import type { View } from '#mcp-servers/kubernetes/view.ts'

export type Raw = {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; [field: string]: unknown }
  [field: string]: unknown
}

export const NOW: Millis = Date.parse('2026-11-03T14:02:00Z')
export const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString().replace('.000', '')

const NAMESPACE = 'shop'

export function deployment(
  name: string,
  more: { metadata?: object; spec?: object; status?: object; pod?: object } = {},
): Raw {
  const complete = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1 }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: `uid-${name}`,
      generation: 1,
      creationTimestamp: ago(600),
      labels: { app: name },
      annotations: { 'deployment.kubernetes.io/revision': '2' },
      ...more.metadata,
    },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: template(name, 'v2', more.pod),
      ...more.spec,
    },
    status: {
      ...complete,
      conditions: [
        { type: 'Available', status: 'True' },
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      ],
      ...more.status,
    },
  }
}

export function template(name: string, version: string, container: object = {}): object {
  return {
    metadata: { labels: { app: name } },
    spec: {
      containers: [
        { name, image: `registry.example/${name}:${version}`, ports: [{ containerPort: 8080 }], ...container },
      ],
    },
  }
}

/** `replicaSet('cart', 2)` is what runs now, by the deployment above. */
export function replicaSet(
  name: string,
  revision: number,
  more: { created?: string; pod?: object; metadata?: object } = {},
): Raw {
  const hash = `7f9dd8b6c${revision}`
  const current = revision >= 2 ? 2 : 0
  const labels = { app: name, 'pod-template-hash': hash }
  const { metadata, ...spec } = template(name, `v${revision}`, more.pod) as { metadata: object; spec: object }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace: NAMESPACE,
      uid: `uid-${name}-${hash}`,
      generation: 1,
      creationTimestamp: more.created ?? ago(600 - revision),
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, uid: `uid-${name}`, controller: true }],
      ...more.metadata,
    },
    spec: {
      replicas: current,
      selector: { matchLabels: labels },
      template: { ...spec, metadata: { ...metadata, labels } },
    },
    status: { replicas: current, readyReplicas: current, availableReplicas: current, observedGeneration: 1 },
  }
}

export function pod(
  name: string,
  suffix: string,
  more: { revision?: number; created?: string; state?: object; metadata?: object; spec?: object; status?: object } = {},
): Raw {
  const hash = `7f9dd8b6c${more.revision ?? 2}`
  const state = { ready: true, restartCount: 0, state: { running: { startedAt: ago(500) } }, ...more.state }
  const ready = state.ready ? 'True' : 'False'
  const since = more.created ?? ago(500)
  const { spec } = template(name, `v${more.revision ?? 2}`) as { spec: object }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${hash}-${suffix}`,
      namespace: NAMESPACE,
      uid: `uid-${name}-${suffix}`,
      creationTimestamp: since,
      labels: { app: name, 'pod-template-hash': hash },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-${hash}`, controller: true, uid: 'x' },
      ],
      ...more.metadata,
    },
    spec: { nodeName: 'node-1', ...spec, ...more.spec },
    status: {
      phase: 'Running',
      startTime: since,
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: ready, lastTransitionTime: since },
      ],
      containerStatuses: [{ name, ...state }],
      ...more.status,
    },
  }
}

/** A deployment with its two revisions and both pods, all well. */
export function workload(name: string, more: Parameters<typeof deployment>[1] = {}): Raw[] {
  return [deployment(name, more), replicaSet(name, 1), replicaSet(name, 2), pod(name, 'aaaaa'), pod(name, 'bbbbb')]
}

export function crashing(name: string, suffix: string, more: Parameters<typeof pod>[2] = {}): Raw {
  const terminated = { exitCode: 1, reason: 'Error', finishedAt: ago(1) }
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' }
  return pod(name, suffix, {
    created: ago(5),
    ...more,
    state: { ready: false, restartCount: 4, state: { waiting }, lastState: { terminated } },
  })
}

export function service(name: string, spec: object = {}): Raw {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE, uid: `uid-service-${name}`, creationTimestamp: ago(600) },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  }
}

export function node(name: string, ready: 'True' | 'False' | 'Unknown' = 'True', conditions: object[] = []): Raw {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, creationTimestamp: ago(6000) },
    status: { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: ago(4) }, ...conditions] },
  }
}

export function event(reason: string, message: string, about: { kind: string; name: string }, more: object = {}): Raw {
  const name = `${about.name}.${reason.toLowerCase()}`
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: NAMESPACE, uid: `uid-${name}` },
    involvedObject: { namespace: NAMESPACE, ...about },
    type: 'Warning',
    reason,
    message,
    count: 3,
    firstTimestamp: ago(4),
    lastTimestamp: ago(1),
    ...more,
  }
}

export function object(apiVersion: string, kind: string, name: string, rest: object): Raw {
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE, uid: `uid-${kind}-${name}` }, ...rest }
}

/** `logs` by pod name, lines without time; `earlier`: those of the minutes before, one a minute, the last six minutes ago. */
export function viewOf(
  objects: Raw[],
  logs: Record<string, string[]> = {},
  earlier: Record<string, string[]> = {},
): View {
  const of = (kind: string) => objects.filter(each => each.kind === kind)
  const pods = of('Pod').map(each => podSchema.parse(each))
  const workloads = (['Deployment', 'StatefulSet', 'DaemonSet'] as const).flatMap(kind =>
    of(kind).map(each => ({ ...workloadSchema.parse(each), kind })),
  )
  const linesOf = (each: Pod) => (logs[each.metadata.name] ?? []).map(line => `${ago(1)} ${line}`).join('\n')
  const formerLinesOf = (each: Pod) =>
    (earlier[each.metadata.name] ?? []).map((line, n, { length }) => `${ago(5 + length - n)} ${line}`).join('\n')
  const groups = (each: Pod, lines: string, from: Millis) =>
    groupLines(each, each.spec?.containers[0]?.name ?? '', lines, { from, to: NOW })
  return createView(NOW, {
    pods,
    workloads,
    replicaSets: of('ReplicaSet').map(each => workloadSchema.parse(each)),
    services: of('Service').map(each => serviceSchema.parse(each)),
    nodes: of('Node').map(each => nodeSchema.parse(each)),
    events: of('Event').map(each => eventSchema.parse(each)),
    claims: of('PersistentVolumeClaim').map(each => claimSchema.parse(each)),
    quotas: of('ResourceQuota').map(each => quotaSchema.parse(each)),
    autoscalers: of('HorizontalPodAutoscaler').map(each => autoscalerSchema.parse(each)),
    jobs: of('Job').map(each => jobSchema.parse(each)),
    ingresses: of('Ingress').map(each => ingressSchema.parse(each)),
    namespaces: of('Namespace').map(each => namespaceSchema.parse(each)),
    webhooks: WEBHOOK_KINDS.flatMap(kind =>
      of(kind).map(each => ({ ...webhookConfigurationSchema.parse(each), kind })),
    ),
    apiServices: of('APIService').map(each => apiServiceSchema.parse(each)),
    ingressClasses: of('IngressClass').map(each => ingressClassSchema.parse(each)),
    configMaps: of('ConfigMap').map(each => configMapSchema.parse(each)),
    customs: objects.filter(isCustom).flatMap(each => customOf(each, each.apiVersion.split('/')[0] ?? '', each.kind)),
    networkPolicies: of('NetworkPolicy').map(each => networkPolicySchema.parse(each)),
    budgets: of('PodDisruptionBudget').map(each => disruptionBudgetSchema.parse(each)),
    metrics: of('PodMetrics').map(each => podMetricsSchema.parse(each)),
    logs: pods.flatMap(each => groups(each, linesOf(each), NOW - 300_000)),
    earlier: pods.flatMap(each => groups(each, formerLinesOf(each), NOW - 900_000)),
  })
}

/** Of a group that Kubernetes itself does not have. */
function isCustom({ apiVersion }: Raw): boolean {
  const [group = ''] = apiVersion.split('/')
  return group.includes('.') && (!group.endsWith('.k8s.io') || group === 'gateway.networking.k8s.io')
}
