// The life of a pod that a controller made: its image pulled, its containers started, ready - or crashing again and again
// where the story says that this template cannot run.
import type { Millis } from '../recording.ts'
import type { PodFailure } from '../story.ts'
import { announce, type ControlPlane } from './control-plane.ts'
import { uidFor } from './names.ts'
import { ownerUid, stamp, type ContainerState, type Pod, type PodTemplate, type StoredObject } from './objects.ts'
import { setContainer, statusOf } from './pod-status.ts'
import { pods } from './resources.ts'

/** A small image that is not on the node yet; short, because a demonstration waits for it. */
export const pullMillis = 2_000
/** From started to the first readiness probe that passes: a service that starts fast. */
const startMillis = 3_000
/** How long a container that cannot run lives: long enough to read its configuration. */
const crashMillis = 1_000
/** kubelet: restarted at once, then after 10 s, doubled each time, at most 5 min. */
const backOffMillis = (restarts: number) => (restarts === 0 ? 0 : Math.min(300_000, 10_000 * 2 ** (restarts - 1)))
/** kubelet looks after its pods once a second, so no restart comes sooner. */
const syncMillis = 1_000
/** `failure` is asked at each start, so that pods recover once what broke them is mended. */
export type PodPlan = {
  owner: StoredObject
  template: PodTemplate
  name: string
  nodeName?: string
  labels?: Record<string, string>
  component: string
  failure(): PodFailure | undefined
}

/** Waiting reasons of a container that never starts; any other failure is one of a container that ran. */
const neverStarts: Record<string, string> = {
  ErrImagePull: 'ImagePullBackOff',
  ImagePullBackOff: 'ImagePullBackOff',
  InvalidImageName: 'InvalidImageName',
  CreateContainerConfigError: 'CreateContainerConfigError',
  CreateContainerError: 'CreateContainerError',
}

/** The image is there, or cannot be had. */
export function pulled(plane: ControlPlane, pod: Pod, plan: PodPlan, at: Millis): void {
  const failure = plan.failure()
  const waiting = neverStarts[failure?.reason ?? '']
  if (failure && waiting !== undefined) return stuck(plane, pod, plan, failure, waiting, at)
  for (const { name, image = '' } of pod.spec?.containers ?? [])
    announce(
      plane,
      pod,
      { ...onContainer(name), reason: 'Pulled', message: `Successfully pulled image "${image}"` },
      at,
    )
  start(plane, pod, plan, at)
}

function stuck(
  plane: ControlPlane,
  pod: Pod,
  plan: PodPlan,
  { message }: PodFailure,
  reason: string,
  at: Millis,
): void {
  const [first] = pod.spec?.containers ?? []
  if (!first) return
  announce(plane, pod, { ...onContainer(first.name), type: 'Warning', reason: 'Failed', message }, at)
  const again = Math.max(syncMillis, 2 * (at - Date.parse(pod.metadata.creationTimestamp)))
  setContainer(plane, pod, first.name, { ready: false, state: { waiting: { reason, message } } }, at)
  next(plane, pod, at + Math.min(300_000, again), (current, then) => pulled(plane, current, plan, then))
}

function start(plane: ControlPlane, pod: Pod, plan: PodPlan, at: Millis): void {
  const failure = plan.failure()
  const [failing] = failure ? (pod.spec?.containers ?? []) : []
  let started = pod
  for (const { name } of pod.spec?.containers ?? []) {
    if (statusOf(started, name)?.state?.running) continue
    announce(plane, pod, { ...onContainer(name), reason: 'Created', message: `Created container ${name}` }, at)
    announce(plane, pod, { ...onContainer(name), reason: 'Started', message: `Started container ${name}` }, at)
    const containerID = `containerd://${uidFor(`${pod.metadata.uid}/${name}/${at}`).replaceAll('-', '')}`
    const state = { running: { startedAt: stamp(at) } }
    started = setContainer(plane, started, name, { started: true, ready: false, containerID, state }, at)
  }
  if (failure && failing) {
    for (const line of failure.log) write(plane, pod, failing.name, line, at)
    next(plane, pod, at + crashMillis, (current, then) => crash(plane, current, plan, failing.name, failure, then))
  } else {
    next(plane, pod, at + startMillis, (current, then) => becomeReady(plane, current, then))
  }
}

function becomeReady(plane: ControlPlane, pod: Pod, at: Millis): void {
  let ready = pod
  for (const { name } of pod.spec?.containers ?? []) ready = setContainer(plane, ready, name, { ready: true }, at)
  plane.touch(ownerUid(pod), at)
}

function crash(plane: ControlPlane, pod: Pod, plan: PodPlan, name: string, failure: PodFailure, at: Millis): void {
  const before = statusOf(pod, name)
  const restarts = before?.restartCount ?? 0
  const reason = failure.reason === 'CrashLoopBackOff' ? 'Error' : failure.reason
  const { exitCode, message } = failure
  const startedAt = before?.state?.running?.startedAt
  const terminated = { exitCode, reason, message, startedAt, finishedAt: stamp(at) }
  const wait = backOffMillis(restarts)
  let state: ContainerState = { terminated }
  if (wait > 0) {
    const where = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
    const backOff = `Back-off restarting failed container ${name} in pod ${where}`
    announce(plane, pod, { ...onContainer(name), type: 'Warning', reason: 'BackOff', message: backOff }, at)
    const waiting = `back-off ${wait / 1000}s restarting failed container=${name} pod=${where}`
    state = { waiting: { reason: 'CrashLoopBackOff', message: waiting } }
  }
  const lastState = wait > 0 ? { terminated } : before?.lastState
  setContainer(plane, pod, name, { ready: false, started: false, state, lastState }, at)
  plane.touch(ownerUid(pod), at)
  next(plane, pod, at + Math.max(syncMillis, wait), (current, then) => {
    const again = setContainer(plane, current, name, { restartCount: restarts + 1, lastState: { terminated } }, then)
    const image = pod.spec?.containers?.find(container => container.name === name)?.image ?? ''
    const present = `Container image "${image}" already present on machine`
    announce(plane, pod, { ...onContainer(name), reason: 'Pulled', message: present }, then)
    start(plane, again, plan, then)
  })
}

/** Schedules what happens to a pod next; each pod has one thing ahead of it. */
export function next(plane: ControlPlane, pod: Pod, at: Millis, run: (pod: Pod, at: Millis) => void): void {
  const { namespace, name, uid } = pod.metadata
  plane.agenda.set(`pod/${uid}`, at, then => {
    const current = plane.store.get(pods, namespace, name) as Pod | undefined
    if (current?.metadata.uid === uid) run(current, then)
  })
}

/** What an Event about one container names. */
export function onContainer(name: string): { component: string; fieldPath: string } {
  return { component: 'kubelet', fieldPath: `spec.containers{${name}}` }
}

function write(plane: ControlPlane, pod: Pod, container: string, line: string, at: Millis): void {
  const { namespace = '', name } = pod.metadata
  plane.log(pod, { at, namespace, pod: name, container, line })
}
