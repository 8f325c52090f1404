// What a pod says of itself: its containers' states and the conditions that follow from them.
import type { Millis } from '../recording.ts'
import { update, type ControlPlane } from './control-plane.ts'
import { stamp, type Condition, type ContainerStatus, type Pod } from './objects.ts'
import { pods } from './resources.ts'

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}

/** Ready for at least so long. */
export function isAvailable(pod: Pod, minReadySeconds: number, at: Millis): boolean {
  const ready = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True')
  if (!ready || minReadySeconds === 0) return ready !== undefined
  return Date.parse(ready.lastTransitionTime ?? pod.metadata.creationTimestamp) + minReadySeconds * 1000 <= at
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
  const ready = containerStatuses.every(container => container.ready)
  const phase = containerStatuses.every(container => container.state?.waiting && !container.restartCount)
    ? 'Pending'
    : 'Running'
  const status = {
    ...pod.status,
    phase,
    containerStatuses,
    podIP: pod.status?.podIP ?? (phase === 'Running' ? addressOf(pod) : undefined),
    conditions: conditions({ ready, before: pod.status?.conditions }, at),
  }
  return update(plane, pods, { ...pod, status })
}

function addressOf(pod: Pod): string {
  const number = Number.parseInt(pod.metadata.uid.slice(0, 4), 16)
  return `10.244.${number >> 8}.${number & 255}`
}

export function conditions({ ready, before = [] }: { ready: boolean; before?: Condition[] }, at: Millis): Condition[] {
  return ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(type => {
    const holds = ready || type === 'Initialized' || type === 'PodScheduled'
    const now = condition(type, holds, at)
    return before.find(known => known.type === type && known.status === now.status) ?? now
  })
}

function condition(type: string, holds: boolean, at: Millis): Condition {
  const lastTransitionTime = stamp(at)
  if (holds) return { type, status: 'True', lastTransitionTime }
  const message = 'containers with unready status'
  return { type, status: 'False', reason: 'ContainersNotReady', message, lastTransitionTime }
}
