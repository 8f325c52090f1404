// Whether a pod is ready or done, and how many pods a workload wants and has, by what the API server says. Pure.
import type { Millis } from '#incident/signal.ts'
import type { ContainerStatus, Pod } from './pod-schema.ts'
import type { Workload } from './schema.ts'

const RESTART_IS_RECENT: Millis = 10 * 60_000 // two full back-offs of the kubelet, which waits 5 minutes at most

export function isDone(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}

export function isReady(pod: Pod): boolean {
  const ready = pod.status?.conditions.find(({ type }) => type === 'Ready')
  if (ready) return ready.status === 'True'
  const containers = pod.status?.containerStatuses ?? []
  return containers.length > 0 ? containers.every(each => each.ready) : pod.status?.phase === 'Running'
}

export function containersOf(pod: Pod): ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
}

/** Lately, as seen at `at`. */
export function hasRestarted(pod: Pod, at: Millis): boolean {
  return containersOf(pod).some(
    ({ restartCount = 0, lastState }) =>
      restartCount > 0 && (lastState?.terminated?.finishedAt ?? 0) > at - RESTART_IS_RECENT,
  )
}

export function wantedReplicas(workload: Workload): number {
  if (workload.kind === 'DaemonSet') return workload.status?.desiredNumberScheduled ?? 0
  return workload.spec?.replicas ?? 1
}

export function availableReplicas(workload: Workload): number {
  const { availableReplicas: available, readyReplicas, numberAvailable } = workload.status ?? {}
  return numberAvailable ?? available ?? readyReplicas ?? 0
}
