// States a pod can be in that are not "all is well", with the events and log lines that such a state leaves behind.
// Each function changes one pod; what follows for its owners is settle.ts.
import type { Millis } from '../../simulator/recording.ts'
import { event, warning } from './event.ts'
import type { Condition, ContainerStatus, Pod, Terminated } from './kinds.ts'
import { conditionsOf, fact, saysScheduled } from './pod.ts'
import { digest, MINUTE, SECOND, stamp, type World } from './world.ts'

export type Death = { exitCode: number; reason: string; message?: string; ranSeconds?: number }

/** 128 + SIGKILL, by the kernel, for memory. */
export const OOM_KILLED: Death = { exitCode: 137, reason: 'OOMKilled' }
export const FAILED: Death = { exitCode: 1, reason: 'Error' }

export type Crash = {
  container?: string
  death: Death
  /** When it was first started to die. */
  since: Millis
  /** What the container wrote before each death; the last three deaths' lines are kept. */
  says?: (at: Millis) => string[]
}

/** The container dies each time it is started, and waits longer each time: 10 s doubled up to five minutes. */
export function crashes(world: World, target: Pod, crash: Crash): void {
  const { death, since, says = () => [] } = crash
  const container = crash.container ?? nameOfFirst(target)
  const ran = (death.ranSeconds ?? 4) * SECOND
  const deaths = deathsSince(world.at, since, ran)
  const at = deaths.at(-1) ?? world.at
  const restarts = deaths.length - 1
  const wait = waitAfter(restarts)
  renew(world, target)
  const status = statusOf(target, container)
  const words = `restarting failed container=${container} pod=${fullName(target)}`
  Object.assign(status, {
    ready: false,
    started: false,
    restartCount: restarts,
    state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off ${waitText(wait)} ${words}` } },
    lastState: { terminated: terminated(death, at, ran) },
  })
  if (isInit(target, container)) holdBack(target)
  reviewConditions(target, since)
  const field = fieldOf(target, container)
  const kubelet = { component: 'kubelet', host: target.spec.nodeName, field, first: since }
  const { image } = status
  const pulled = { ...kubelet, at: at - ran, count: restarts + 1 }
  event(world, target, {
    ...pulled,
    reason: 'Pulled',
    message: `Container image "${image}" already present on machine`,
  })
  event(world, target, { ...pulled, reason: 'Created', message: `Created container: ${container}` })
  if (death.reason !== 'StartError')
    event(world, target, { ...pulled, reason: 'Started', message: `Started container ${container}` })
  else warning(world, target, { ...pulled, reason: 'Failed', message: `Error: ${death.message ?? ''}` })
  warning(world, target, {
    ...kubelet,
    reason: 'BackOff',
    message: `Back-off restarting failed container ${container} in pod ${fullName(target)}`,
    at: world.at - 12 * SECOND,
    count: restarts * 3 + 2,
  })
  for (const died of deaths.slice(-3))
    for (const line of says(died - ran / 2)) write(world, target, container, died - ran / 2, line)
}

/** It died before, and runs again since. */
export function restarted(
  world: World,
  target: Pod,
  {
    container = nameOfFirst(target),
    death,
    restarts,
    at,
  }: { container?: string; death: Death; restarts: number; at: Millis },
): void {
  const status = statusOf(target, container)
  status.restartCount = restarts
  status.lastState = { terminated: terminated(death, at, (death.ranSeconds ?? 3_600) * SECOND) }
  status.state = { running: { startedAt: stamp(at + 2 * SECOND) } }
  for (const condition of target.status.conditions)
    if (condition.type === 'Ready' || condition.type === 'ContainersReady')
      condition.lastTransitionTime = stamp(at + 12 * SECOND)
  const kubelet = {
    component: 'kubelet',
    host: target.spec.nodeName,
    field: fieldOf(target, container),
    at: at + 2 * SECOND,
  }
  event(world, target, { ...kubelet, reason: 'Created', message: `Created container: ${container}` })
  event(world, target, { ...kubelet, reason: 'Started', message: `Started container ${container}` })
}

/** Runs, but its probe says it is not ready; `message` is the probe's. */
export function unready(
  world: World,
  target: Pod,
  {
    container = nameOfFirst(target),
    message,
    since,
    probe = 'Readiness',
  }: { container?: string; message: string; since: Millis; probe?: string },
): void {
  const status = statusOf(target, container)
  status.ready = false
  if (probe === 'Startup') status.started = false
  reviewConditions(target, Date.parse(target.metadata.creationTimestamp), since)
  warning(world, target, {
    reason: 'Unhealthy',
    message: `${probe} probe failed: ${message}`,
    component: 'kubelet',
    host: target.spec.nodeName,
    field: fieldOf(target, container),
    first: since,
    at: world.at - 6 * SECOND,
    count: Math.max(3, Math.floor((world.at - since) / (10 * SECOND))),
  })
}

/** Killed again and again by its liveness or startup probe; between two deaths it runs. */
export function killedByProbe(
  world: World,
  target: Pod,
  {
    probe,
    message,
    restarts,
    container = nameOfFirst(target),
    exitCode = 137,
  }: { probe: 'Liveness' | 'Startup'; message: string; restarts: number; container?: string; exitCode?: number },
): void {
  const died = world.at - 40 * SECOND
  const first = died - restarts * 90 * SECOND
  const status = statusOf(target, container)
  Object.assign(status, {
    ready: false,
    started: probe === 'Liveness',
    restartCount: restarts,
    state: { running: { startedAt: stamp(died + 2 * SECOND) } },
    lastState: { terminated: terminated({ exitCode, reason: 'Error' }, died, 88 * SECOND) },
  })
  reviewConditions(target, Date.parse(target.metadata.creationTimestamp), died)
  const kubelet = { component: 'kubelet', host: target.spec.nodeName, field: fieldOf(target, container), first }
  warning(world, target, {
    ...kubelet,
    reason: 'Unhealthy',
    message: `${probe} probe failed: ${message}`,
    at: died - 2 * SECOND,
    count: restarts * 3,
  })
  event(world, target, {
    ...kubelet,
    reason: 'Killing',
    message: `Container ${container} failed ${probe.toLowerCase()} probe, will be restarted`,
    at: died,
    count: restarts,
  })
  event(world, target, {
    ...kubelet,
    reason: 'Started',
    message: `Started container ${container}`,
    at: died + 2 * SECOND,
    count: restarts + 1,
  })
}

/** Failed for good and left lying about, as the kubelet does on eviction. */
export function evict(world: World, target: Pod, message: string, at: Millis): void {
  const { status } = target
  status.phase = 'Failed'
  status.reason = 'Evicted'
  status.message = message
  status.conditions = [
    fact('DisruptionTarget', 'True', at, 'TerminationByKubelet', message),
    ...status.conditions.map(condition =>
      condition.type === 'Ready' || condition.type === 'ContainersReady'
        ? { ...condition, status: 'False' as const, reason: 'PodFailed', lastTransitionTime: stamp(at) }
        : condition,
    ),
  ]
  for (const container of status.containerStatuses ?? []) {
    container.ready = false
    container.started = false
    container.state = { terminated: { ...terminated({ exitCode: 137, reason: 'Error' }, at, 60 * MINUTE) } }
  }
  warning(world, target, { reason: 'Evicted', message, component: 'kubelet', host: target.spec.nodeName, at })
}

/** On a node that nobody hears from: not ready by the node controller's word, the rest as it was last seen. */
export function isLost(target: Pod, since: Millis): void {
  for (const condition of target.status.conditions)
    if (condition.type === 'Ready') Object.assign(condition, { status: 'False', lastTransitionTime: stamp(since) })
}

/** Told to go at `since` and not gone. */
export function isTerminating(target: Pod, since: Millis): void {
  target.metadata.deletionTimestamp = stamp(since + 30 * SECOND)
  target.metadata.deletionGracePeriodSeconds = 30
}

export function write(world: World, target: Pod, container: string, at: Millis, line: string): void {
  const { name, namespace = 'default' } = target.metadata
  world.logs.push({ at, namespace, pod: name, container, line })
}

export function forgetEvents(world: World, target: Pod): void {
  world.events = world.events.filter(
    ({ involvedObject }) => (involvedObject as { name: string }).name !== target.metadata.name,
  )
}

export function setCondition(target: Pod, condition: Condition): void {
  const others = target.status.conditions.filter(({ type }) => type !== condition.type)
  target.status.conditions = [...others, condition]
}

export function statusOf(target: Pod, container: string): ContainerStatus {
  const all = [...(target.status.containerStatuses ?? []), ...(target.status.initContainerStatuses ?? [])]
  const found = all.find(({ name }) => name === container)
  if (!found) throw new Error(`expected a container ${container} in ${target.metadata.name}, found none`)
  return found
}

export function fieldOf(target: Pod, container: string): string {
  return `spec.${isInit(target, container) ? 'initContainers' : 'containers'}{${container}}`
}

function fullName({ metadata: { name, namespace, uid } }: Pod): string {
  return `${name}_${namespace}(${uid})`
}

export function nameOfFirst({ spec }: Pod): string {
  return spec.containers[0]?.name ?? ''
}

/** While an init container has not ended, the others wait for it. */
export function holdBack(target: Pod): void {
  target.status.phase = 'Pending'
  for (const status of target.status.containerStatuses ?? []) {
    Object.assign(status, {
      ready: false,
      started: false,
      imageID: '',
      state: { waiting: { reason: 'PodInitializing' } },
      lastState: {},
    })
    delete status.containerID
  }
}

export function reviewConditions(target: Pod, scheduled: Millis, ready: Millis = scheduled): void {
  target.status.conditions = conditionsOf(target, { scheduled, ready })
}

function terminated(death: Death, at: Millis, ran: Millis): Terminated {
  const { exitCode, reason, message } = death
  return {
    exitCode,
    reason,
    ...(message !== undefined && { message }),
    startedAt: reason === 'StartError' ? '1970-01-01T00:00:00Z' : stamp(at - ran),
    finishedAt: stamp(at),
    containerID: `containerd://${digest(`${at}${exitCode}`)}`,
  }
}

function waitAfter(restarts: number): Millis {
  return Math.min(300, 10 * 2 ** Math.max(0, restarts - 1)) * SECOND
}

/** When a container that lives for `ran` has died, at least twice; after the last death it is still waiting. */
function deathsSince(now: Millis, since: Millis, ran: Millis): Millis[] {
  const deaths = [since + ran]
  for (;;) {
    const next = (deaths.at(-1) ?? since) + waitAfter(deaths.length - 1) + ran
    if (next > now - 5 * SECOND && deaths.length > 1) break
    deaths.push(Math.min(next, now - 5 * SECOND))
  }
  const last = Math.max(deaths.at(-1) ?? since, now - waitAfter(deaths.length - 1) + 8 * SECOND)
  return [...deaths.slice(0, -1), Math.min(last, now - SECOND)]
}

/** A young pod's events of a good start give way to those of what became of it. */
export function renew(world: World, target: Pod): void {
  forgetEvents(world, target)
  const created = Date.parse(target.metadata.creationTimestamp)
  if (world.at - created < 60 * MINUTE && target.spec.nodeName !== undefined) saysScheduled(world, target, created)
}

function waitText(wait: Millis): string {
  const seconds = wait / SECOND
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

export function isInit(target: Pod, container: string): boolean {
  return target.spec.initContainers?.some(({ name }) => name === container) ?? false
}
