// What a pod says of itself: its containers' states and the conditions that follow from them.
import type { Millis } from '../recording.ts'
import { update, type ControlPlane } from './control-plane.ts'
import { stamp, type Condition, type ContainerStatus, type Pod, type Workload } from './objects.ts'
import { pods } from './resources.ts'

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}

/** How many have been ready for as long as the workload wants; it is looked at again when the next one has. */
export function countAvailable(plane: ControlPlane, workload: Workload, running: Pod[], at: Millis): number {
  const minReadyMillis = (workload.spec?.minReadySeconds ?? 0) * 1000
  const availableAt = running.filter(isReady).map(pod => readySince(pod) + minReadyMillis)
  const next = Math.min(...availableAt.filter(moment => moment > at))
  const { uid } = workload.metadata
  if (minReadyMillis > 0 && next < Infinity) plane.agenda.set(`available/${uid}`, next, then => plane.touch(uid, then))
  return minReadyMillis === 0 ? availableAt.length : availableAt.filter(moment => moment <= at).length
}

function readySince({ metadata, status }: Pod): Millis {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  return Date.parse(ready?.lastTransitionTime ?? metadata.creationTimestamp)
}

export function statusOf(pod: Pod, name: string): ContainerStatus | undefined {
  return pod.status?.containerStatuses?.find(container => container.name === name)
}

export function setContainer(
  plane: ControlPlane,
  pod: Pod,
  name: string,
  change: Partial<ContainerStatus>,
  at: Millis,
): Pod {
  const containerStatuses = [...(pod.status?.containerStatuses ?? [])]
  const index = containerStatuses.findIndex(container => container.name === name)
  if (index >= 0) containerStatuses[index] = { name, ...containerStatuses[index], ...change }
  const unready = containerStatuses.filter(container => !container.ready).map(container => container.name)
  const phase = containerStatuses.every(container => container.state?.waiting && !container.restartCount)
    ? 'Pending'
    : 'Running'
  const status = {
    ...pod.status,
    phase,
    containerStatuses,
    podIP: pod.status?.podIP ?? (phase === 'Running' ? addressOf(pod) : undefined),
    conditions: conditions(unready, pod.status?.conditions ?? [], at),
  }
  return update(plane, pods, { ...pod, status })
}

function addressOf(pod: Pod): string {
  const number = Number.parseInt(pod.metadata.uid.slice(0, 4), 16)
  return `10.244.${number >> 8}.${number & 255}`
}

/** With these containers unready; a condition that has not changed keeps its time. */
export function conditions(unready: string[], before: Condition[], at: Millis): Condition[] {
  return ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(type => {
    const holds = unready.length === 0 || type === 'Initialized' || type === 'PodScheduled'
    const now = condition(type, holds ? [] : unready, at)
    return before.find(known => known.type === type && known.status === now.status) ?? now
  })
}

function condition(type: string, unready: string[], at: Millis): Condition {
  const lastTransitionTime = stamp(at)
  if (unready.length === 0) return { type, status: 'True', lastTransitionTime }
  const message = `containers with unready status: [${unready.join(' ')}]`
  return { type, status: 'False', reason: 'ContainersNotReady', message, lastTransitionTime }
}
