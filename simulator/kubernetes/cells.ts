// What stands in the cells of a table where it is more than a field of the object: in kubectl's words.
import { age } from './age.ts'
import { isMap, valueAt } from './json.ts'
import type { ContainerStatus, Pod, StoredObject } from './objects.ts'

export function readyContainers(pod: Pod): string {
  const all = pod.spec?.containers?.length ?? pod.status?.containerStatuses?.length ?? 0
  return `${pod.status?.containerStatuses?.filter(container => container.ready).length ?? 0}/${all}`
}

/** As pkg/printers/internalversion.printPod: the reason of a container where it says more than the pod's phase. */
export function phaseOf(pod: Pod): string {
  if (pod.metadata.deletionTimestamp) return 'Terminating'
  const init = pod.status?.initContainerStatuses?.map(initReason).find(reason => reason !== undefined)
  if (init !== undefined) return `Init:${init}`
  const reasons = (pod.status?.containerStatuses ?? []).map(({ state }) => {
    const { terminated, waiting } = state ?? {}
    return waiting?.reason ?? terminated?.reason ?? (terminated && `ExitCode:${terminated.exitCode ?? 0}`)
  })
  return reasons.find(reason => reason !== undefined) ?? pod.status?.reason ?? pod.status?.phase ?? '<unknown>'
}

function initReason({ state }: ContainerStatus): string | undefined {
  if (state?.terminated?.exitCode === 0) return undefined
  const waiting = state?.waiting?.reason === 'PodInitializing' ? undefined : state?.waiting?.reason
  return state?.terminated?.reason ?? waiting
}

export function restartsOf(pod: Pod, now: number): string {
  const statuses = pod.status?.containerStatuses ?? []
  const restarts = statuses.reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0)
  const last = statuses
    .map(({ lastState }) => lastState?.terminated?.finishedAt ?? '')
    .sort()
    .at(-1)
  return restarts > 0 && last ? `${restarts} (${age(last, now)} ago)` : String(restarts)
}

export function portsOf(service: StoredObject): string {
  const ports = valueAt(service, 'spec.ports')
  if (!Array.isArray(ports) || ports.length === 0) return '<none>'
  return ports
    .map(({ port, nodePort, protocol = 'TCP' }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`)
    .join(',')
}

export function nodeStatus(node: StoredObject): string {
  const conditions = valueAt(node, 'status.conditions')
  const ready = Array.isArray(conditions) ? conditions.find(({ type }) => type === 'Ready') : undefined
  const status = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return valueAt(node, 'spec.unschedulable') === true ? `${status},SchedulingDisabled` : status
}

export function rolesOf(node: StoredObject): string {
  const prefix = 'node-role.kubernetes.io/'
  const roles = Object.keys(node.metadata.labels ?? {}).filter(label => label.startsWith(prefix))
  return roles.map(role => role.slice(prefix.length)).join(',') || '<none>'
}

export function labelsOf(selector: unknown): string {
  return isMap(selector)
    ? Object.entries(selector)
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(',')
    : '<none>'
}

export function lastSeen(event: StoredObject): unknown {
  return event.lastTimestamp ?? event.deprecatedLastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp
}

export function aboutOf(event: StoredObject): string {
  const about = event.involvedObject ?? event.regarding
  return isMap(about) ? `${String(about.kind ?? '').toLowerCase()}/${String(about.name ?? '')}` : '<none>'
}
