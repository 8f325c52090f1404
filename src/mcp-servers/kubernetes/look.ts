// One look at the whole cluster: every kind listed at once, then the logs of the pods worth reading. A kind that cannot be
// read is named in `missing`; the rest stands.
import { asFault } from '#incident/fault.ts'
import type { Fault } from '#incident/fault.ts'
import type { Millis, Missing, Window } from '#incident/signal.ts'
import type { RoomDeps } from '../resilience.ts'
import type { Collection, KubernetesClient, Listed } from './client.ts'
import { groupLines } from './pod-logs.ts'
import type { LogGroup } from './pod-logs.ts'
import {
  autoscalerSchema,
  claimSchema,
  eventSchema,
  nodeSchema,
  podMetricsSchema,
  podSchema,
  quotaSchema,
  serviceSchema,
  workloadSchema,
} from './schema.ts'
import type { Pod, Workload, WorkloadKind, WorkloadObject } from './schema.ts'
import { containersOf, createView, isReady } from './view.ts'
import type { Objects, View } from './view.ts'

export type Asking = { client: KubernetesClient; deps: RoomDeps; cluster?: string }

/** Throws the first Fault when nothing at all could be read. */
export async function look(window: Window, asking: Asking, signal: AbortSignal): Promise<View> {
  const missing: Missing[] = []
  const faults: unknown[] = []
  const read = async <Item>(what: string, collection: Collection<Item>): Promise<Item[]> => {
    try {
      const ask = (abort: AbortSignal) => asking.client.list(collection, abort).catch(noneIfOptional(what))
      const { value } = await asking.deps.resilience.run(`list ${what}`, ask, { signal })
      const why = incompleteness(value)
      if (why) missing.push({ source: 'kubernetes', what, why })
      return value.items
    } catch (error) {
      const fault = asFault(error)
      faults.push(fault)
      missing.push({ source: 'kubernetes', what, why: fault.message })
      return []
    }
  }

  const [
    pods,
    deployments,
    statefulSets,
    daemonSets,
    replicaSets,
    services,
    nodes,
    events,
    claims,
    quotas,
    autoscalers,
    metrics,
  ] = await Promise.all([
    read('pods', { path: '/api/v1/pods', item: podSchema }),
    read('deployments', { path: '/apis/apps/v1/deployments', item: workloadSchema }),
    read('statefulsets', { path: '/apis/apps/v1/statefulsets', item: workloadSchema }),
    read('daemonsets', { path: '/apis/apps/v1/daemonsets', item: workloadSchema }),
    read('replicasets', { path: '/apis/apps/v1/replicasets', item: workloadSchema }),
    read('services', { path: '/api/v1/services', item: serviceSchema }),
    read('nodes', { path: '/api/v1/nodes', item: nodeSchema }),
    read('events', { path: '/api/v1/events', item: eventSchema }),
    read('persistentvolumeclaims', { path: '/api/v1/persistentvolumeclaims', item: claimSchema }),
    read('resourcequotas', { path: '/api/v1/resourcequotas', item: quotaSchema }),
    read('horizontalpodautoscalers', { path: '/apis/autoscaling/v2/horizontalpodautoscalers', item: autoscalerSchema }),
    read(METRICS, { path: '/apis/metrics.k8s.io/v1beta1/pods', item: podMetricsSchema }),
  ])
  if (faults.length >= KINDS) throw faults[0]
  missing.sort((a, b) => (a.what < b.what ? -1 : 1)) // answers come in any order

  const objects: Objects = {
    pods,
    workloads: [
      ...ofKind('Deployment', deployments),
      ...ofKind('StatefulSet', statefulSets),
      ...ofKind('DaemonSet', daemonSets),
    ],
    replicaSets,
    services,
    nodes,
    events: events.filter(({ last }) => last <= window.to),
    claims,
    quotas,
    autoscalers,
    metrics,
    logs: await readLogs(pods, window, asking, missing, signal),
  }
  return createView(window.to, objects, { cluster: asking.cluster, missing })
}

const KINDS = 12
const METRICS = 'pod metrics'

/** A cluster without metrics-server answers 404, and misses nothing. */
function noneIfOptional(what: string): (error: unknown) => Listed<never> {
  return error => {
    if (what === METRICS && asFault(error).code === 'not_found') return { items: [], malformed: 0, truncated: false }
    throw error
  }
}

function ofKind(kind: WorkloadKind, objects: WorkloadObject[]): Workload[] {
  return objects.map(object => ({ ...object, kind }))
}

function incompleteness({ items, malformed, truncated }: Listed<unknown>): string | undefined {
  if (truncated) return `only the first ${items.length} were read`
  return malformed > 0 ? `${malformed} could not be understood` : undefined
}

const MOST_LOGS = 100 // containers read in one look, those in trouble first
const AT_ONCE = 10
const LOG_BYTES = 256 * 1024 // of one container in one look: some 2,000 lines
const ALL_LOG_BYTES = 8 * 1024 * 1024

/** One logical request: a hundred logs that cannot be read are one failure, not a hundred. */
async function readLogs(
  pods: Pod[],
  window: Window,
  { client, deps }: Asking,
  missing: Missing[],
  signal: AbortSignal,
): Promise<LogGroup[]> {
  // Whole minutes: signals count a minute's lines, and the last count wins.
  const whole: Window = { from: Math.floor(window.from / 60_000) * 60_000 - 1, to: window.to }
  const able = logsInTurn(pods, whole)
  const chosen = able.slice(0, MOST_LOGS)
  if (chosen.length === 0) return []
  const say = (what: string, why: string) => missing.push({ source: 'kubernetes', what, why })
  if (able.length > MOST_LOGS) say(`logs of ${able.length - MOST_LOGS} containers`, `a look reads ${MOST_LOGS}`)
  try {
    const ask = (abort: AbortSignal) => readChosen(chosen, whole, client, abort)
    const { value } = await deps.resilience.run('read pod logs', ask, { signal, attempts: 1 })
    const { groups, failed, cut } = value
    if (failed[0]) say(`logs of ${failed.length} containers`, failed[0].message)
    if (cut > 0) say(`later log lines of ${cut} containers`, 'there were more than one look reads')
    return groups
  } catch (error) {
    say('logs', asFault(error).message)
    return []
  }
}

/** Throws the first Fault when none could be read. */
async function readChosen(
  chosen: { pod: Pod; container: string }[],
  window: Window,
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<{ groups: LogGroup[]; failed: Fault[]; cut: number }> {
  const groups: LogGroup[][] = chosen.map(() => [])
  const failed: Fault[] = []
  let cut = 0
  let bytes = 0
  const turns = chosen.entries()
  const worker = async (): Promise<void> => {
    for (const [index, { pod, container }] of turns) {
      if (bytes > ALL_LOG_BYTES) {
        cut++
        continue
      }
      const { namespace = 'default', name } = pod.metadata
      const query = { namespace, pod: name, container, sinceTime: iso(window.from), limitBytes: LOG_BYTES }
      try {
        const log = await client.logs(query, signal)
        bytes += log.text.length
        if (log.cut) cut++
        groups[index] = groupLines(pod, container, log.text, window)
      } catch (error) {
        const fault = asFault(error)
        // A pod that left since it was listed, or whose container has not started, has nothing to say.
        if (fault.code !== 'not_found' && fault.code !== 'validation') failed.push(fault)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  if (failed[0] && failed.length === chosen.length) throw failed[0]
  return { groups: groups.flat(), failed, cut }
}

/** Containers that may have written in the window, those in trouble first, then by name, so that the same look reads the same. */
function logsInTurn(pods: Pod[], window: Window): { pod: Pod; container: string }[] {
  const able = pods.flatMap(pod => {
    const container = mainContainer(pod)
    return container && mayHaveWritten(pod, window) ? [{ pod, container }] : []
  })
  const rank = ({ pod }: { pod: Pod }): number => (isReady(pod) ? 1 : 0)
  return able.sort((a, b) => rank(a) - rank(b) || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1))
}

/** The container in trouble; else the one meant by default; else the first. */
function mainContainer(pod: Pod): string | undefined {
  const names = pod.spec?.containers.map(({ name }) => name) ?? []
  const statuses = pod.status?.containerStatuses ?? []
  const troubled = statuses.find(each => each.ready === false && names.includes(each.name))
  const meant = pod.metadata.annotations['kubectl.kubernetes.io/default-container']
  return troubled?.name ?? (meant && names.includes(meant) ? meant : names[0])
}

function mayHaveWritten(pod: Pod, window: Window): boolean {
  if ((pod.metadata.creationTimestamp ?? 0) > window.to || pod.status?.phase === 'Pending') {
    return containersOf(pod).some(({ state, restartCount = 0 }) => state?.running !== undefined || restartCount > 0)
  }
  const ends = containersOf(pod).map(({ state }) => state?.terminated?.finishedAt)
  return ends.length === 0 || ends.some(end => end === undefined || end > window.from)
}

function iso(at: Millis): string {
  return new Date(at).toISOString()
}
