// Rollouts: a new template, and how far the controllers have come with it.
import type { Millis } from '../../simulator/recording.ts'
import { event } from './event.ts'
import type { Pod, Scaled, Template } from './kinds.ts'
import { forgetEvents } from './pod-state.ts'
import { MINUTE, remove, SECOND, type World } from './world.ts'
import { condition, hold } from './settle.ts'
import { addPod, podsOf, replicaSet, setsOf, type Workload } from './workload.ts'

export type Rollout = {
  at: Millis
  change: (template: Template) => void
  /** The new pods have come up, and the old ones have gone. */
  done?: boolean
}

/**
 * Changes the template at a moment and returns the pods that were made from it, running: the caller says what became of
 * them. Unless `done`, old pods stay as far as the strategy keeps them while new ones are not ready.
 */
export function rollOut(world: World, workload: Workload, { at, change, done = false }: Rollout): Pod[] {
  const { object } = workload
  object.metadata.generation = (object.metadata.generation ?? 1) + 1
  object.status = {}
  if (object.kind === 'Deployment') return rollDeployment(world, workload, { at, change, done })
  const old = podsOf(world, workload)
  change(object.spec.template)
  const going = done ? old : old.slice(-1)
  remove(world, ...going)
  return going.map((pod, index) => {
    forgetEvents(world, pod)
    const created = at + index * 20 * SECOND
    saysMade(world, object, 'delete', pod.metadata.name, created - 5 * SECOND)
    saysMade(world, object, 'create', pod.metadata.name, created)
    if (object.kind === 'DaemonSet') {
      const node = world.objects.find(({ kind, metadata: { name } }) => kind === 'Node' && name === pod.spec.nodeName)
      return addPod(world, workload, created, { node: node as never })
    }
    return addPod(world, workload, created, { ordinal: Number(pod.metadata.labels['apps.kubernetes.io/pod-index']) })
  })
}

/** Told to have another number of pods; the ones that come are running. */
export function scale(world: World, workload: Workload, replicas: number, at: Millis): Pod[] {
  const { object, set } = workload
  const before = podsOf(world, workload)
  const from = object.spec.replicas
  object.spec.replicas = replicas
  object.metadata.generation = (object.metadata.generation ?? 1) + 1
  if (set !== object) (set as Scaled).spec.replicas = replicas
  const gone = before.slice(replicas)
  for (const pod of gone) forgetEvents(world, pod)
  remove(world, ...gone)
  if (object.kind === 'Deployment') saysScaled(world, object, set.metadata.name, from, replicas, at)
  const count = Math.max(0, replicas - before.length)
  return Array.from({ length: count }, (_, index) =>
    addPod(world, workload, at + SECOND, object.kind === 'StatefulSet' ? { ordinal: before.length + index } : {}),
  )
}

function rollDeployment(world: World, workload: Workload, { at, change, done }: Rollout & { done: boolean }): Pod[] {
  const { object } = workload
  const { replicas } = object.spec
  const old = podsOf(world, workload)
  const before = workload.set as Scaled
  const recreate = (object.spec.strategy as { type: string }).type === 'Recreate'
  const surge = recreate ? 0 : Math.ceil(replicas / 4)
  const spared = recreate || done ? 0 : replicas - Math.floor(replicas / 4)
  const fresh = done || recreate ? replicas : surge + replicas - spared

  change(object.spec.template)
  const revision = Math.max(...setsOf(world, object).map(revisionOf)) + 1
  workload.set = replicaSet(world, object, at, revision)
  ;(workload.set as Scaled).spec.replicas = fresh
  before.spec.replicas = spared
  const gone = old.slice(spared)
  for (const pod of gone) forgetEvents(world, pod)
  remove(world, ...gone)
  if (recreate) saysScaled(world, object, before.metadata.name, old.length, 0, at)
  saysScaled(world, object, workload.set.metadata.name, 0, recreate ? fresh : Math.min(fresh, surge), at)
  if (!recreate && spared < old.length)
    saysScaled(world, object, before.metadata.name, old.length, spared, at + (done ? 40 : 0) * SECOND)
  if (!recreate && fresh > surge)
    saysScaled(world, object, workload.set.metadata.name, surge, fresh, at + (done ? 45 : 1) * SECOND)
  if (done)
    hold(
      object,
      condition(
        'Progressing',
        true,
        'NewReplicaSetAvailable',
        `ReplicaSet "${workload.set.metadata.name}" has successfully progressed.`,
        at + MINUTE,
      ),
    )
  return Array.from({ length: fresh }, (_, index) => {
    const pod = addPod(world, workload, at + index * SECOND)
    saysMade(world, workload.set, 'create', pod.metadata.name, at + index * SECOND)
    return pod
  })
}

/** Old revisions that a Deployment keeps at zero. */
export function keepOldSets(world: World, { object }: Workload, count: number): void {
  for (let n = 0; n < count; n++) {
    const set = replicaSet(world, object, world.at - (20 + 9 * n) * 24 * 60 * MINUTE, 2 - n)
    set.spec.replicas = 0
  }
  Object.assign(object.metadata.annotations, { 'deployment.kubernetes.io/revision': '3' })
}

export function saysScaled(world: World, deployment: Scaled, set: string, from: number, to: number, at: Millis): void {
  const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set} from ${from} to ${to}`
  event(world, deployment, { reason: 'ScalingReplicaSet', message, component: 'deployment-controller', at })
}

export function saysMade(
  world: World,
  owner: Scaled | Workload['set'],
  verb: 'create' | 'delete',
  pod: string,
  at: Millis,
): void {
  const component =
    { ReplicaSet: 'replicaset', StatefulSet: 'statefulset', DaemonSet: 'daemonset' }[owner.kind] ?? 'job'
  const message =
    owner.kind === 'StatefulSet'
      ? `${verb} Pod ${pod} in StatefulSet ${owner.metadata.name} successful`
      : `${verb === 'create' ? 'Created' : 'Deleted'} pod: ${pod}`
  const reason = verb === 'create' ? 'SuccessfulCreate' : 'SuccessfulDelete'
  event(world, owner, { reason, message, component: `${component}-controller`, at })
}

function revisionOf({ metadata: { annotations } }: Scaled): number {
  return Number(annotations['deployment.kubernetes.io/revision'] ?? 0)
}
