// What a Deployment says of its rollout: counts, conditions, and whether it is done.
import type { Millis } from '../recording.ts'
import { update, type ControlPlane } from './control-plane.ts'
import { sameJson } from './json.ts'
import { stamp, type Condition, type Workload } from './objects.ts'
import { deployments } from './resources.ts'
import { margins, type Rollout } from './rolling.ts'

type Counts = ReturnType<typeof countReplicas>

export function isComplete({ deployment, current }: Rollout): boolean {
  const { spec, status, metadata } = deployment
  const desired = spec?.replicas ?? 1
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status ?? {}
  const counted = updatedReplicas === desired && replicas === desired && availableReplicas === desired
  return current !== undefined && !spec?.paused && counted && observedGeneration >= (metadata.generation ?? 1)
}

/** Writes the status where it changed, and comes back when the deadline of its progress has passed. */
export function reportDeployment(
  plane: ControlPlane,
  rollout: Rollout,
  { created }: { created: boolean },
  at: Millis,
): Workload {
  const { deployment } = rollout
  const counts = countReplicas(rollout)
  const status = { ...deployment.status, ...counts, observedGeneration: deployment.metadata.generation }
  const complete = isComplete({ ...rollout, deployment: { ...deployment, status } })
  const before = deployment.status?.conditions ?? []
  const kept = before.filter(({ type }) => type !== 'Available' && type !== 'Progressing')
  const progressing = progress(rollout, counts, { created, complete }, at)
  const conditions = [...kept, available(rollout, counts, at), progressing].map(condition =>
    unlessSame(before, condition),
  )

  if (!complete && progressing.status === 'True') {
    const deadline = Date.parse(progressing.lastUpdateTime ?? '') + deadlineMillis(deployment)
    plane.agenda.set(`deadline/${deployment.metadata.uid}`, deadline, then =>
      plane.touch(deployment.metadata.uid, then),
    )
  } else plane.agenda.drop(`deadline/${deployment.metadata.uid}`)

  const reported = { ...deployment, status: { ...status, conditions } }
  return sameJson(reported, deployment) ? deployment : update(plane, deployments, reported)
}

function countReplicas({ deployment, sets, current }: Rollout) {
  const sum = (count: (set: Workload) => number | undefined) => sets.reduce((all, set) => all + (count(set) ?? 0), 0)
  const availableReplicas = sum(set => set.status?.availableReplicas)
  return {
    replicas: sum(set => set.status?.replicas),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum(set => set.status?.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, (deployment.spec?.replicas ?? 1) - availableReplicas),
  }
}

function available({ deployment }: Rollout, counts: Counts, at: Millis): Condition {
  const enough = counts.availableReplicas >= (deployment.spec?.replicas ?? 1) - margins(deployment).maxUnavailable
  return {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: `Deployment ${enough ? 'has' : 'does not have'} minimum availability.`,
    lastUpdateTime: stamp(at),
    lastTransitionTime: stamp(at),
  }
}

function progress(
  { deployment, current }: Rollout,
  counts: Counts,
  { created, complete }: { created: boolean; complete: boolean },
  at: Millis,
): Condition {
  const before = deployment.status?.conditions?.find(({ type }) => type === 'Progressing')
  const named = `ReplicaSet "${current?.metadata.name}"`
  const say = (status: Condition['status'], reason: string, message: string): Condition => ({
    type: 'Progressing',
    status,
    reason,
    message,
    lastUpdateTime: stamp(at),
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : stamp(at),
  })
  if (deployment.spec?.paused) return say('Unknown', 'DeploymentPaused', 'Deployment is paused')
  if (complete) return say('True', 'NewReplicaSetAvailable', `${named} has successfully progressed.`)
  if (created) return say('True', 'NewReplicaSetCreated', `Created new replica set "${current?.metadata.name}"`)
  const resumed = before?.status === 'Unknown' || before?.reason === 'NewReplicaSetAvailable' || !before
  if (resumed || hasMoved(deployment, counts)) return say('True', 'ReplicaSetUpdated', `${named} is progressing.`)
  const since = Date.parse(before.lastUpdateTime ?? '') || at
  if (before.status === 'False' || at - since < deadlineMillis(deployment)) return before
  return say('False', 'ProgressDeadlineExceeded', `${named} has timed out progressing.`)
}

/** More new, ready or available pods than before, or fewer old ones. */
function hasMoved({ status }: Workload, counts: Counts): boolean {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status ?? {}
  return (
    counts.updatedReplicas > updatedReplicas ||
    counts.replicas - counts.updatedReplicas < replicas - updatedReplicas ||
    counts.readyReplicas > readyReplicas ||
    counts.availableReplicas > availableReplicas
  )
}

function deadlineMillis({ spec }: Workload): Millis {
  return (spec?.progressDeadlineSeconds ?? 600) * 1000
}

/** What has not changed keeps its times. */
function unlessSame(before: Condition[], now: Condition): Condition {
  const known = before.find(({ type }) => type === now.type)
  if (!known || known.status !== now.status) return now
  if (known.reason === now.reason && known.message === now.message && now.reason !== 'ReplicaSetUpdated') return known
  return { ...now, lastTransitionTime: known.lastTransitionTime ?? now.lastTransitionTime }
}
