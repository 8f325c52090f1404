// What metrics.k8s.io measured last, joined with what the measured reserve or have.
import type { Millis } from '#incident/signal.ts'
import type { KubernetesClient } from './client.ts'
import { kindNamed, pathOfKind } from './kinds.ts'
import { isWhole } from './lists.ts'
import { amounts, resourcesOf, together } from './reserved.ts'
import type { Resources } from './reserved.ts'
import { nodeMetricsSchema, nodeSchema, podMetricsSchema, workloadSchema } from './schema.ts'
import { podSchema } from './pod-schema.ts'
import { createView, keyOf, named } from './view.ts'
import type { Objects } from './view.ts'

export type Usage = {
  namespace?: string
  kind: string
  name: string
  /** Of a workload: how many were measured. */
  pods?: number
  used: Resources
  /** Requested cpu and the memory limit, or what a node can give; 0: there is none. */
  room: Resources
  /** When it was measured, of several the longest ago. */
  at?: Millis
}

/** `whole`: false where what it is made of could not be read to its end. */
export type Measured = { usage: Usage[]; whole: boolean }

/** Throws a Fault `not_found` where the cluster serves no metrics. */
export async function measure(
  client: KubernetesClient,
  type: 'pod' | 'workload' | 'node',
  namespace: string | undefined,
  now: Millis,
  signal: AbortSignal,
): Promise<Measured> {
  if (type === 'node') return measureNodes(client, signal)
  const path = `${METRICS}${namespace ? `/namespaces/${namespace}` : ''}/pods`
  const [metrics, pods, replicaSets] = await Promise.all([
    client.list({ path, item: podMetricsSchema }, signal),
    client.list({ path: pathOfKind(kindNamed('Pod'), namespace), item: podSchema }, signal),
    type === 'workload'
      ? client.list({ path: pathOfKind(kindNamed('ReplicaSet'), namespace), item: workloadSchema }, signal)
      : undefined,
  ])
  const whole = isWhole(metrics, pods, replicaSets)
  const view = createView(now, { ...NOTHING, pods: pods.items, replicaSets: replicaSets?.items ?? [] })
  const measured = metrics.items.map(({ metadata, timestamp, containers }) => {
    const pod = view.pod(metadata.namespace, metadata.name)
    const { cpu } = pod ? resourcesOf(pod, 'requests') : NONE
    const { memory } = pod ? resourcesOf(pod, 'limits') : NONE
    const usage: Usage = {
      namespace: metadata.namespace,
      kind: 'Pod',
      name: metadata.name,
      used: together(containers.map(each => amounts(each.usage))),
      room: { cpu, memory },
      at: timestamp,
    }
    return { usage, owner: pod ? view.ownerOf(pod) : { ...usage } }
  })
  if (type === 'pod') return { usage: measured.map(({ usage }) => usage), whole }
  const byOwner = Map.groupBy(measured, ({ owner }) => keyOf(owner)).values()
  const usage = [...byOwner].flatMap(group =>
    group[0]
      ? joined(
          group[0].owner,
          group.map(each => each.usage),
        )
      : [],
  )
  return { usage, whole }
}

const METRICS = '/apis/metrics.k8s.io/v1beta1'
const NONE: Resources = { cpu: 0, memory: 0 }

async function measureNodes(client: KubernetesClient, signal: AbortSignal): Promise<Measured> {
  const [metrics, nodes] = await Promise.all([
    client.list({ path: `${METRICS}/nodes`, item: nodeMetricsSchema }, signal),
    client.list({ path: pathOfKind(kindNamed('Node')), item: nodeSchema }, signal),
  ])
  const room = new Map(
    nodes.items.map(({ metadata, status }) => [named(metadata), { ...status?.capacity, ...status?.allocatable }]),
  )
  const measured = metrics.items.map(({ metadata: { name }, timestamp, usage }) => ({
    kind: 'Node',
    name,
    used: amounts(usage),
    room: amounts(room.get(name)),
    at: timestamp,
  }))
  return { usage: measured, whole: isWhole(metrics, nodes) }
}

/** A limit counts only where every pod has one. */
function joined({ namespace, kind, name }: Pick<Usage, 'namespace' | 'kind' | 'name'>, usages: Usage[]): Usage {
  const room = together(usages.map(usage => usage.room))
  const isBounded = (resource: keyof Resources): boolean => usages.every(usage => usage.room[resource] > 0)
  const times = usages.flatMap(({ at }) => at ?? [])
  return {
    namespace,
    kind,
    name,
    pods: usages.length,
    used: together(usages.map(({ used }) => used)),
    room: { cpu: isBounded('cpu') ? room.cpu : 0, memory: isBounded('memory') ? room.memory : 0 },
    ...(times.length > 0 && { at: Math.min(...times) }),
  }
}

/** Owners of pods are told by pods and ReplicaSets alone. */
const NOTHING: Objects = {
  pods: [],
  workloads: [],
  replicaSets: [],
  services: [],
  nodes: [],
  events: [],
  claims: [],
  quotas: [],
  autoscalers: [],
  metrics: [],
  jobs: [],
  ingresses: [],
  networkPolicies: [],
  budgets: [],
  namespaces: [],
  webhooks: [],
  apiServices: [],
  ingressClasses: [],
  customs: [],
  configMaps: [],
  logs: [],
  earlier: [],
}
