// How a Deployment came to what it runs: its ReplicaSets in the order they became current, and how it was scaled.
// Pure; used for change signals, for remedies and for the rollback itself.
import type { ToolCall } from '#incident/remedy.ts'
import type { Millis } from '#incident/signal.ts'
import type { KubernetesEvent, ReplicaSet, Workload } from './schema.ts'

/** One ReplicaSet becoming the current one at `at`; `before` is the one it replaced. */
export type Rollout = { deployment: Workload; current: ReplicaSet; before?: ReplicaSet; at: Millis; revision: number }

export type Scaling = { deployment: Workload; from: number; to: number; at: Millis; event: KubernetesEvent }

/** Oldest first; the last is what runs now. Empty where no ReplicaSet of it is known. */
export function rolloutsOf(deployment: Workload, replicaSets: ReplicaSet[], events: KubernetesEvent[]): Rollout[] {
  const own = byRevision(deployment, replicaSets)
  const scaled = events.flatMap(scaledBy)
  return own.map((current, index) => ({
    deployment,
    current,
    before: own[index - 1],
    at: startOf(current, scaled),
    revision: revisionOf(current),
  }))
}

/** The ReplicaSets a Deployment owns, the current one last. Revision numbers move, so they order but do not name. */
export function byRevision(deployment: Workload, replicaSets: ReplicaSet[]): ReplicaSet[] {
  return replicaSets
    .filter(each => isOwnedBy(each, deployment))
    .sort(
      (a, b) =>
        revisionOf(a) - revisionOf(b) ||
        (a.metadata.creationTimestamp ?? 0) - (b.metadata.creationTimestamp ?? 0) ||
        (a.metadata.name < b.metadata.name ? -1 : 1),
    )
}

export function isOwnedBy(replicaSet: ReplicaSet, deployment: Workload): boolean {
  const { namespace, name, uid } = deployment.metadata
  if (replicaSet.metadata.namespace !== namespace) return false
  return replicaSet.metadata.ownerReferences.some(
    owner => owner.kind === 'Deployment' && (owner.uid && uid ? owner.uid === uid : owner.name === name),
  )
}

export function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations['deployment.kubernetes.io/revision'] ?? 0) || 0
}

/** Changes of size that no rollout explains, oldest first. */
export function scalingsOf(deployment: Workload, replicaSets: ReplicaSet[], events: KubernetesEvent[]): Scaling[] {
  const current = byRevision(deployment, replicaSets).at(-1)
  const steps = events.flatMap(scaledBy).sort((a, b) => a.at - b.at)
  const start = current ? startOf(current, steps) : 0
  return steps.flatMap((step, index): Scaling[] => {
    if (current && step.replicaSet !== current.metadata.name) return []
    const isRollout =
      Math.abs(step.at - start) < ROLLOUT_STEP ||
      steps.some(other => other.replicaSet !== step.replicaSet && Math.abs(other.at - step.at) < ROLLOUT_STEP)
    const from = step.from ?? steps.slice(0, index).findLast(other => other.replicaSet === step.replicaSet)?.to
    if (isRollout || from === undefined || from === step.to) return []
    return [{ deployment, from, to: step.to, at: step.at, event: step.event }]
  })
}

/** The call that makes `replicaSet` current again. By name and uid: its revision number moves with every rollback. */
export function rollbackCall(deployment: Workload, replicaSet: ReplicaSet): ToolCall {
  const { namespace = 'default', name } = deployment.metadata
  const { name: replicaSetName, uid: replicaSetUid } = replicaSet.metadata
  return {
    server: 'kubernetes',
    tool: 'rollback_workload',
    arguments: { namespace, kind: 'Deployment', name, replicaSet: replicaSetName, replicaSetUid },
  }
}

export function scaleCall(workload: Workload, replicas: number): ToolCall {
  const { namespace = 'default', name } = workload.metadata
  return {
    server: 'kubernetes',
    tool: 'scale_workload',
    arguments: { namespace, kind: workload.kind, name, replicas },
  }
}

export function restartCall(workload: Workload): ToolCall {
  const { namespace = 'default', name } = workload.metadata
  return { server: 'kubernetes', tool: 'restart_workload', arguments: { namespace, kind: workload.kind, name } }
}

/** Steps of one rolling update follow one another within seconds of a pod getting ready; two minutes allow slow starts. */
const ROLLOUT_STEP: Millis = 2 * 60_000

type Step = { replicaSet: string; from?: number; to: number; at: Millis; event: KubernetesEvent }

/** "Scaled up replica set web-5d4f to 3 from 1"; before Kubernetes 1.27 without "from". */
function scaledBy(event: KubernetesEvent): Step[] {
  if (event.reason !== 'ScalingReplicaSet') return []
  const match = /^Scaled (?:up|down) replica set (\S{1,253}) to (\d{1,7})(?: from (\d{1,7}))?/.exec(event.message ?? '')
  if (!match?.[1]) return []
  const from = match[3] === undefined ? undefined : Number(match[3])
  return [{ replicaSet: match[1], to: Number(match[2]), from, at: event.last, event }]
}

/** A ReplicaSet that a rollback made current again was created long ago; then its growing from nothing tells when. */
function startOf(replicaSet: ReplicaSet, scaled: Step[]): Millis {
  const created = replicaSet.metadata.creationTimestamp ?? 0
  const wasCurrentBefore = 'deployment.kubernetes.io/revision-history' in replicaSet.metadata.annotations
  if (!wasCurrentBefore) return created
  const revived = scaled.filter(step => step.replicaSet === replicaSet.metadata.name && step.from === 0)
  return Math.max(created, ...revived.map(step => step.at))
}
