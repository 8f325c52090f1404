// One look at the whole cluster: every kind listed at once, then the logs (read-logs.ts). A kind that cannot be read is
// named in `missing`; the rest stands.
import type { Window } from '#incident/signal.ts'
import type { Cluster } from './clusters.ts'
import { openLists } from './lists.ts'
import { lookFurther } from './look-further.ts'
import { readLogs } from './read-logs.ts'
import {
  autoscalerSchema,
  claimSchema,
  eventSchema,
  ingressSchema,
  namespaceSchema,
  nodeSchema,
  podMetricsSchema,
  quotaSchema,
  serviceSchema,
  workloadSchema,
} from './schema.ts'
import { podSchema } from './pod-schema.ts'
import type { Workload, WorkloadKind, WorkloadObject } from './schema.ts'
import { createView } from './view.ts'
import type { Explaining, Objects, View } from './view.ts'

/** Throws the first Fault when nothing at all could be read. */
export async function look(
  window: Window,
  { reading: client, memory, deps, shown: cluster }: Cluster,
  signal: AbortSignal,
): Promise<View> {
  await client.ready()
  const until = performance.now() + LOOK_MILLIS
  const lists = openLists(client, deps, signal, LISTS_MILLIS)
  const { read, readOptional } = lists

  const podsRead = read('pods', { path: '/api/v1/pods', item: podSchema })
  // While the rest is still listed: which logs are worth reading, the pods alone say.
  const logsRead = podsRead.then(pods => readLogs(pods, window, { client, memory, deps }, signal))
  const [
    pods,
    logs,
    deployments,
    statefulSets,
    daemonSets,
    replicaSets,
    services,
    nodes,
    namespaces,
    ingresses,
    warnings,
    told,
    claims,
    quotas,
    autoscalers,
    metrics,
  ] = await Promise.all([
    podsRead,
    logsRead,
    read('deployments', { path: '/apis/apps/v1/deployments', item: workloadSchema }),
    read('statefulsets', { path: '/apis/apps/v1/statefulsets', item: workloadSchema }),
    read('daemonsets', { path: '/apis/apps/v1/daemonsets', item: workloadSchema }),
    read('replicasets', { path: '/apis/apps/v1/replicasets', item: workloadSchema }),
    read('services', { path: '/api/v1/services', item: serviceSchema }),
    read('nodes', { path: '/api/v1/nodes', item: nodeSchema }),
    read('namespaces', { path: '/api/v1/namespaces', item: namespaceSchema }),
    readOptional('ingresses', { path: '/apis/networking.k8s.io/v1/ingresses', item: ingressSchema }),
    read('events', EVENTS, { fieldSelector: 'type!=Normal' }),
    Promise.all(TELLING.map(reason => read('events', EVENTS, { fieldSelector: `type=Normal,reason=${reason}` }))),
    read('persistentvolumeclaims', { path: '/api/v1/persistentvolumeclaims', item: claimSchema }),
    read('resourcequotas', { path: '/api/v1/resourcequotas', item: quotaSchema }),
    read('horizontalpodautoscalers', { path: '/apis/autoscaling/v2/horizontalpodautoscalers', item: autoscalerSchema }),
    readOptional('pod metrics', { path: '/apis/metrics.k8s.io/v1beta1/pods', item: podMetricsSchema }),
  ])
  const missing = lists.missing()

  const seen: Omit<Objects, keyof Explaining> = {
    pods,
    workloads: [
      ...ofKind('Deployment', deployments),
      ...ofKind('StatefulSet', statefulSets),
      ...ofKind('DaemonSet', daemonSets),
    ],
    replicaSets,
    services,
    nodes,
    namespaces,
    ingresses,
    events: [...warnings, ...told.flat()].filter(({ last }) => last <= window.to),
    claims,
    quotas,
    autoscalers,
    metrics,
    logs: logs.groups,
    earlier: logs.earlier,
  }
  const further = openLists(client, deps, signal, until - performance.now())
  const explaining = await lookFurther(seen, further, until - performance.now() > LEAST_MILLIS, {
    client,
    deps,
    signal: AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, Math.ceil(until - performance.now())))]),
  })
  return createView(
    window.to,
    { ...seen, ...explaining.objects },
    {
      cluster,
      missing: [...missing, ...logs.missing, ...explaining.missing],
      isStale: lists.isStale() || further.isStale(),
    },
  )
}

const EVENTS = { path: '/api/v1/events', item: eventSchema }
/** Of the ordinary ones, which are nine in ten, those that something here reads: what was scaled, lost, or not begun. */
const TELLING = ['ScalingReplicaSet', 'NodeNotReady', 'JobAlreadyActive']

const LISTS_MILLIS = 5500 // of the 8 s a source has: a kind that is slower is missing, and the rest is still told in time
const LOOK_MILLIS = 7600 // what is asked for last ends before those 8 s do
const LEAST_MILLIS = 300 // in less nothing can be asked

function ofKind(kind: WorkloadKind, objects: WorkloadObject[]): Workload[] {
  return objects.map(object => ({ ...object, kind }))
}
