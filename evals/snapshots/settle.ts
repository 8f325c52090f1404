// What the controllers write into the status of every object from the pods that are there: counts, conditions, budgets.
// Nothing of it is written while the controller manager is down.
import type { Condition, Pod, Scaled, Thing } from './kinds.ts'
import { isReady } from './pod.ts'
import { settleEndpoints } from './service.ts'
import { revisionOf } from './workload.ts'
import { MINUTE, owns, stamp, type World } from './world.ts'

export function settle(world: World): void {
  if (!world.controlled) return
  settleEndpoints(world)
  for (const each of world.objects) {
    if (each.kind === 'ReplicaSet') settleReplicaSet(world, each as Scaled)
    if (each.kind === 'StatefulSet') settleStatefulSet(world, each as Scaled)
    if (each.kind === 'DaemonSet') settleDaemonSet(world, each as Scaled)
  }
  for (const each of world.objects) {
    if (each.kind === 'Deployment') settleDeployment(world, each as Scaled)
    if (each.kind === 'PodDisruptionBudget') settleBudget(world, each)
  }
}

/** A condition that a controller has set on its workload and that settling keeps. */
export function hold(target: Scaled, fresh: Condition): void {
  const held = (target.status.conditions ?? []) as Condition[]
  target.status = { ...target.status, conditions: [...held.filter(({ type }) => type !== fresh.type), fresh] }
}

function livePods(world: World, owner: Thing): Pod[] {
  return (world.objects as Pod[]).filter(
    each =>
      each.kind === 'Pod' && owns(owner, each) && each.status.phase !== 'Failed' && each.status.phase !== 'Succeeded',
  )
}

function settleReplicaSet(world: World, set: Scaled): void {
  const pods = livePods(world, set).filter(pod => pod.metadata.deletionTimestamp === undefined)
  const ready = pods.filter(isReady).length
  const { conditions } = set.status
  set.status = {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    observedGeneration: set.metadata.generation,
    ...(conditions !== undefined && { conditions }),
  }
}

function settleDeployment(world: World, deployment: Scaled): void {
  const sets = world.objects.filter(each => each.kind === 'ReplicaSet' && owns(deployment, each)) as Scaled[]
  const newest = sets.toSorted((a, b) => revisionNumber(b) - revisionNumber(a))[0]
  const count = (set: Scaled, field: string) => Number(set.status[field] ?? 0)
  const sum = (field: string) => sets.reduce((total, set) => total + count(set, field), 0)
  const { replicas, paused } = deployment.spec
  const ready = sum('readyReplicas')
  const unavailable = Math.max(0, Math.max(replicas, sum('replicas')) - ready)
  const complete = newest !== undefined && count(newest, 'replicas') === replicas && sum('replicas') === replicas
  const needed = replicas - Math.floor(replicas / 4)
  const held = (deployment.status.conditions ?? []) as Condition[]
  const stuck = held.find(({ type }) => type === 'Progressing')
  const rolledOut = newest ? Date.parse(newest.metadata.creationTimestamp) : world.at
  const changed = lastChange(world, sets)
  const available = ready >= needed
  deployment.status = {
    observedGeneration: deployment.metadata.generation,
    ...(sum('replicas') > 0 && { replicas: sum('replicas') }),
    ...(newest && count(newest, 'replicas') > 0 && { updatedReplicas: count(newest, 'replicas') }),
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    ...(unavailable > 0 && { unavailableReplicas: unavailable }),
    conditions: [
      ...held.filter(({ type }) => type !== 'Progressing' && type !== 'Available'),
      condition(
        'Available',
        available,
        available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        available ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
        available ? Date.parse(deployment.metadata.creationTimestamp) + MINUTE : changed,
      ),
      stuck ??
        progress(
          world,
          newest,
          (complete && ready === replicas) || world.at - rolledOut > 12 * 60 * MINUTE,
          paused === true,
        ),
    ],
  }
}

function progress(world: World, set: Scaled | undefined, done: boolean, paused: boolean): Condition {
  const created = set ? Date.parse(set.metadata.creationTimestamp) : world.at
  const name = `ReplicaSet "${set?.metadata.name}"`
  if (paused) return condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', created)
  if (done)
    return condition(
      'Progressing',
      true,
      'NewReplicaSetAvailable',
      `${name} has successfully progressed.`,
      created + MINUTE,
    )
  return world.at - created > 10 * MINUTE
    ? condition(
        'Progressing',
        false,
        'ProgressDeadlineExceeded',
        `${name} has timed out progressing.`,
        created + 10 * MINUTE,
      )
    : condition('Progressing', true, 'ReplicaSetUpdated', `${name} is progressing.`, created)
}

function settleStatefulSet(world: World, set: Scaled): void {
  const pods = livePods(world, set)
  const ready = pods.filter(isReady).length
  const revision = revisionOf(set)
  const updated = pods.filter(pod => pod.metadata.labels['controller-revision-hash'] === revision).length
  const old = pods.find(pod => pod.metadata.labels['controller-revision-hash'] !== revision)
  set.status = {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: pods.length - (old ? updated : 0),
    updatedReplicas: updated,
    currentRevision: old?.metadata.labels['controller-revision-hash'] ?? revision,
    updateRevision: revision,
    collisionCount: 0,
  }
}

function settleDaemonSet(world: World, set: Scaled): void {
  const pods = livePods(world, set)
  const ready = pods.filter(isReady).length
  const revision = revisionOf(set)
  set.status = {
    observedGeneration: set.metadata.generation,
    desiredNumberScheduled: pods.length,
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    updatedNumberScheduled: pods.filter(pod => pod.metadata.labels['controller-revision-hash'] === revision).length,
    numberReady: ready,
    ...(ready > 0 && { numberAvailable: ready }),
    ...(ready < pods.length && { numberUnavailable: pods.length - ready }),
  }
}

function settleBudget(world: World, budget: Thing): void {
  const { selector, minAvailable, maxUnavailable } = budget.spec as {
    selector: { matchLabels: Record<string, string> }
    minAvailable?: number
    maxUnavailable?: number
  }
  const pods = (world.objects as Pod[]).filter(
    ({ kind, metadata: { namespace, labels }, status }) =>
      kind === 'Pod' &&
      namespace === budget.metadata.namespace &&
      status.phase !== 'Succeeded' &&
      status.phase !== 'Failed' &&
      Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value),
  )
  const healthy = pods.filter(isReady).length
  const desired = Math.max(0, minAvailable ?? pods.length - (maxUnavailable ?? 0))
  const allowed = Math.max(0, healthy - desired)
  const created = Date.parse(budget.metadata.creationTimestamp)
  budget.status = {
    observedGeneration: 1,
    expectedPods: pods.length,
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    conditions: [
      {
        ...condition(
          'DisruptionAllowed',
          allowed > 0,
          allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
          '',
          created,
        ),
        observedGeneration: 1,
      },
    ],
  }
}

export function condition(
  type: string,
  holds: boolean | 'Unknown',
  reason: string,
  message: string,
  at: number,
): Condition {
  const status = holds === 'Unknown' ? holds : holds ? 'True' : 'False'
  return { type, status, reason, message, lastUpdateTime: stamp(at), lastTransitionTime: stamp(at) }
}

function revisionNumber({ metadata: { annotations } }: Scaled): number {
  return Number(annotations['deployment.kubernetes.io/revision'] ?? 0)
}

/** When the last of the pods that are not ready stopped being so. */
function lastChange(world: World, sets: Scaled[]): number {
  const changes = sets
    .flatMap(set => livePods(world, set))
    .flatMap(({ status }) => status.conditions.filter(({ type, status: is }) => type === 'Ready' && is !== 'True'))
    .map(({ lastTransitionTime }) => Date.parse(lastTransitionTime))
  return changes.length === 0 ? world.at - 10 * MINUTE : Math.max(...changes)
}
