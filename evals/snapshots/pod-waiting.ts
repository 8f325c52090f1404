// What keeps a pod from starting: no node, no image, nothing to make its container from, a volume, an init container that
// does not end. Each function changes one pod, with the events that this leaves behind.
import type { Millis } from '../../simulator/recording.ts'
import { event, warning } from './event.ts'
import type { Pod } from './kinds.ts'
import {
  fieldOf,
  forgetEvents,
  holdBack,
  isInit,
  nameOfFirst,
  renew,
  reviewConditions,
  statusOf,
  write,
} from './pod-state.ts'
import { fact } from './pod.ts'
import { MINUTE, SECOND, stamp, type World } from './world.ts'

/** The scheduler finds no node; `message` is what it says. The pod has no node, address or containers. */
export function unschedulable(world: World, target: Pod, message: string, since: Millis, count?: number): void {
  const { status, spec } = target
  delete spec.nodeName
  forgetEvents(world, target)
  for (const field of ['podIP', 'podIPs', 'hostIP', 'startTime', 'containerStatuses', 'initContainerStatuses'])
    delete status[field]
  status.phase = 'Pending'
  status.conditions = [fact('PodScheduled', 'False', since, 'Unschedulable', message)]
  warning(world, target, {
    reason: 'FailedScheduling',
    message,
    component: 'default-scheduler',
    first: since,
    at: world.at - 35 * SECOND,
    count: count ?? 1 + Math.floor((world.at - since) / (5 * MINUTE)),
  })
}

/** Nobody has looked at the pod at all: no conditions, no events. */
export function unseen(world: World, target: Pod): void {
  unschedulable(world, target, '', world.at)
  forgetEvents(world, target)
  target.status.conditions = []
}

/** `error` as the runtime gives it. */
export function cannotPull(
  world: World,
  target: Pod,
  {
    container = nameOfFirst(target),
    error,
    since,
    backedOff = true,
  }: { container?: string; error: string; since: Millis; backedOff?: boolean },
): void {
  const status = statusOf(target, container)
  const { image } = status
  waits(world, target, container, since, {
    reason: backedOff ? 'ImagePullBackOff' : 'ErrImagePull',
    message: backedOff ? `Back-off pulling image "${image}": ErrImagePull: ${error}` : error,
  })
  const tries = 3 + Math.floor((world.at - since) / (5 * MINUTE))
  const kubelet = { component: 'kubelet', host: target.spec.nodeName, field: fieldOf(target, container), first: since }
  const tried = { ...kubelet, at: world.at - 130 * SECOND, count: tries }
  event(world, target, { ...tried, reason: 'Pulling', message: `Pulling image "${image}"` })
  warning(world, target, { ...tried, reason: 'Failed', message: `Failed to pull image "${image}": ${error}` })
  warning(world, target, { ...tried, reason: 'Failed', message: 'Error: ErrImagePull' })
  const waited = { ...kubelet, at: world.at - 9 * SECOND, count: tries * 4 }
  event(world, target, { ...waited, reason: 'BackOff', message: `Back-off pulling image "${image}"` })
  warning(world, target, { ...waited, reason: 'Failed', message: 'Error: ImagePullBackOff' })
}

/** The kubelet has the image but cannot make the container: `reason` is the container's, e.g. CreateContainerConfigError. */
export function cannotCreate(
  world: World,
  target: Pod,
  {
    container = nameOfFirst(target),
    reason,
    message,
    since,
    event: eventReason = 'Failed',
    text = `Error: ${message}`,
  }: { container?: string; reason: string; message: string; since: Millis; event?: string; text?: string },
): void {
  waits(world, target, container, since, { reason, message })
  warning(world, target, {
    reason: eventReason,
    message: text,
    component: 'kubelet',
    host: target.spec.nodeName,
    field: fieldOf(target, container),
    first: since,
    at: world.at - 4 * SECOND,
    count: 2 + Math.floor((world.at - since) / (12 * SECOND)),
  })
}

/** Nothing of the pod is started yet: a volume, a sandbox or an address is missing; `messages` by the event's reason. */
export function staysCreating(
  world: World,
  target: Pod,
  since: Millis,
  messages: { reason: string; message: string; component?: string; every?: Millis }[],
): void {
  for (const { name } of target.spec.containers)
    waits(world, target, name, since, { reason: target.spec.initContainers ? 'PodInitializing' : 'ContainerCreating' })
  for (const { name } of target.spec.initContainers ?? [])
    waits(world, target, name, since, { reason: 'PodInitializing' })
  delete target.status.podIP
  delete target.status.podIPs
  reviewConditions(target, since)
  for (const { reason, message, component = 'kubelet', every = 2 * MINUTE } of messages)
    warning(world, target, {
      reason,
      message,
      component,
      host: component === 'kubelet' ? target.spec.nodeName : undefined,
      first: since + 2 * SECOND,
      at: world.at - 20 * SECOND,
      count: 1 + Math.floor((world.at - since) / every),
    })
}

/** An init container runs and does not end; `lines` it writes every five seconds. */
export function waitsFor(world: World, target: Pod, container: string, since: Millis, ...lines: string[]): void {
  const status = statusOf(target, container)
  Object.assign(status, { ready: false, started: true, state: { running: { startedAt: stamp(since) } } })
  holdBack(target)
  reviewConditions(target, since)
  renew(world, target)
  const kubelet = { component: 'kubelet', host: target.spec.nodeName, field: fieldOf(target, container), at: since }
  event(world, target, { ...kubelet, reason: 'Created', message: `Created container: ${container}` })
  event(world, target, { ...kubelet, reason: 'Started', message: `Started container ${container}` })
  for (let at = world.at - 6 * MINUTE; at < world.at; at += 25 * SECOND)
    for (const line of lines) write(world, target, container, at, line)
}

function waits(
  world: World,
  target: Pod,
  container: string,
  since: Millis,
  waiting: { reason: string; message?: string },
): void {
  const status = statusOf(target, container)
  Object.assign(status, { ready: false, started: false, imageID: '', state: { waiting }, lastState: {} })
  delete status.containerID
  if (isInit(target, container)) holdBack(target)
  target.status.phase = 'Pending'
  reviewConditions(target, since)
  renew(world, target)
}
