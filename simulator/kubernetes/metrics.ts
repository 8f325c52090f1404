// metrics.k8s.io: the newest recorded usage of each container and node, as metrics-server would have it.
import type { Cluster } from './cluster.ts'
import type { JsonMap } from './json.ts'
import { stamp, type Pod } from './objects.ts'
import type { Millis, RecordOf } from '../recording.ts'
import { pods } from './resources.ts'
import { labelSelector } from './selectors.ts'
import { noSuchPath, Refusal, status } from './status.ts'

type Usage = RecordOf['kubernetes/metrics']

/** Older usage is of the past. Recordings come at steps of up to 5 minutes. */
const currentMillis = 5 * 60_000

export function hasMetrics({ cloud }: Cluster): boolean {
  const { recording, afterCure } = cloud.story
  return recording.records['kubernetes/metrics'].length + (afterCure?.records['kubernetes/metrics'].length ?? 0) > 0
}

/** Answers below /apis/metrics.k8s.io/v1beta1/. Throws 404 as plain text where nothing was recorded: no such API. */
export function metricsAt(cluster: Cluster, path: string, query: URLSearchParams): JsonMap {
  const [, namespace, kind, name] = /^(?:namespaces\/([^/]+)\/)?(pods|nodes)(?:\/([^/]+))?$/.exec(path) ?? []
  if (!hasMetrics(cluster) || !kind || (kind === 'nodes' && namespace)) throw noSuchPath()
  const now = cluster.cloud.now()
  const recent = cluster.cloud.records('kubernetes/metrics', now - currentMillis, now)
  const items = kind === 'pods' ? podMetrics(cluster, recent, namespace, query) : nodeMetrics(recent)
  if (name === undefined) {
    const listKind = kind === 'pods' ? 'PodMetricsList' : 'NodeMetricsList'
    return { kind: listKind, apiVersion, metadata: {}, items }
  }
  const item = items.find(({ metadata }) => metadata.name === name)
  if (item) return item
  const message = `${kind}.metrics.k8s.io "${namespace ? `${namespace}/` : ''}${name}" not found`
  throw new Refusal(404, status(404, 'NotFound', message, { name, group: 'metrics.k8s.io', kind }))
}

const apiVersion = 'metrics.k8s.io/v1beta1'

type Metrics = JsonMap & { metadata: JsonMap & { name: string } }

function podMetrics(
  { store }: Cluster,
  recent: Usage[],
  namespace: string | undefined,
  query: URLSearchParams,
): Metrics[] {
  const matches = labelSelector(query.get('labelSelector'))
  const byPod = new Map<string, Map<string, Usage>>()
  for (const usage of recent) {
    if (usage.pod === undefined || (namespace !== undefined && usage.namespace !== namespace)) continue
    const key = `${usage.namespace}/${usage.pod}`
    const containers = byPod.get(key) ?? new Map<string, Usage>()
    byPod.set(key, containers.set(usage.container ?? '', usage))
  }
  return [...byPod.values()].flatMap(containers => {
    const [usage] = containers.values()
    const pod = store.get(pods, usage?.namespace, usage?.pod ?? '') as Pod | undefined
    // A pod that is gone has no usage, unless the recording names no pods at all.
    if (!usage || (pod ? !matches(pod) : query.has('labelSelector') || store.list(pods).length > 0)) return []
    const only = pod?.spec?.containers?.[0]?.name ?? usage.pod
    const listed = [...containers.values()].map(({ container, cpu, memory }) => ({
      name: container ?? only,
      usage: { cpu, memory },
    }))
    const metadata = { name: usage.pod ?? '', namespace: usage.namespace, labels: pod?.metadata.labels }
    return [measured('PodMetrics', metadata, usage.at, { containers: listed })]
  })
}

function nodeMetrics(recent: Usage[]): Metrics[] {
  const latest = new Map<string, Usage>()
  for (const usage of recent) if (usage.node !== undefined && usage.pod === undefined) latest.set(usage.node, usage)
  return [...latest].map(([name, { at, cpu, memory }]) =>
    measured('NodeMetrics', { name }, at, { usage: { cpu, memory } }),
  )
}

function measured(kind: string, metadata: { name: string } & JsonMap, at: Millis, usage: JsonMap): Metrics {
  const timestamp = stamp(at)
  return {
    kind,
    apiVersion,
    metadata: { ...metadata, creationTimestamp: timestamp },
    timestamp,
    window: '30s',
    ...usage,
  }
}
