// How a Deployment came to what it runs: its ReplicaSets in the order they became current, and how it was scaled.
// Pure; used for change signals, for remedies and for the rollback itself.
import type { ToolCall } from '#incident/tool-call.ts'
import type { Millis } from '#incident/signal.ts'
import { FIELD_MANAGER } from './settings.ts'
import type { ControllerRevision, KubernetesEvent, ReplicaSet, Workload } from './schema.ts'

/** One ReplicaSet becoming the current one, at `at` as far as that is known; `before` is the one it replaced. */
export type Rollout = { deployment: Workload; current: ReplicaSet; before?: ReplicaSet; at?: Millis; revision: number }

export type Scaling = { deployment: Workload; from: number; to: number; at: Millis; event: KubernetesEvent }

/** Oldest first; the last is what runs now. Empty where no ReplicaSet of it is known. */
export function rolloutsOf(deployment: Workload, replicaSets: ReplicaSet[], events: KubernetesEvent[]): Rollout[] {
  const steps = events.flatMap(scaledBy)
  const held = byRevision(deployment, replicaSets).flatMap(replicaSet =>
    revisionsOf(replicaSet).map(revision => ({ replicaSet, revision })),
  )
  // Stable: ReplicaSets without revisions keep the order of their creation.
  const turns = held.sort((a, b) => a.revision - b.revision)
  return turns.flatMap(({ replicaSet: current, revision }, index): Rollout[] => {
    if (revision !== revisionOf(current)) return []
    const before = turns[index - 1]?.replicaSet
    return [{ deployment, current, before, at: startOf(current, before, steps), revision }]
  })
}

/** Those it had before a rollback made it current again, too. */
function revisionsOf(replicaSet: ReplicaSet): number[] {
  const history = replicaSet.metadata.annotations['deployment.kubernetes.io/revision-history'] ?? ''
  const former = history.split(',').map(Number).filter(Boolean)
  return [...former, revisionOf(replicaSet)]
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

export function isOwnedBy({ metadata }: Pick<ControllerRevision, 'metadata'>, workload: Workload): boolean {
  const { namespace, name, uid } = workload.metadata
  if (metadata.namespace !== namespace) return false
  return metadata.ownerReferences.some(
    owner => owner.kind === workload.kind && (owner.uid && uid ? owner.uid === uid : owner.name === name),
  )
}

export function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations['deployment.kubernetes.io/revision'] ?? 0) || 0
}

/** Changes of size that no rollout explains, oldest first. */
export function scalingsOf(deployment: Workload, replicaSets: ReplicaSet[], events: KubernetesEvent[]): Scaling[] {
  const steps = events.flatMap(scaledBy).sort((a, b) => a.at - b.at)
  const rollouts = rolloutsOf(deployment, replicaSets, events).filter(({ at }) => at !== undefined)
  return steps.flatMap((step, index): Scaling[] => {
    const then = rollouts.filter(({ at = 0 }) => at <= step.at).sort((a, b) => (b.at ?? 0) - (a.at ?? 0))[0]
    if (then && then.current.metadata.name !== step.replicaSet) return []
    const isNear = (at = 0) => Math.abs(at - step.at) < ROLLOUT_STEP
    if (rollouts.some(({ at }) => isNear(at))) return []
    if (steps.some(other => other.replicaSet !== step.replicaSet && isNear(other.at))) return []
    const from = step.from ?? steps.slice(0, index).findLast(other => other.replicaSet === step.replicaSet)?.to
    if (from === undefined || from === step.to) return []
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

/**
 * A ReplicaSet that a rollback made current again was created long ago; then its first growing after the one it replaced
 * tells when. Undefined: that is forgotten (events last an hour).
 */
function startOf(replicaSet: ReplicaSet, before: ReplicaSet | undefined, steps: Step[]): Millis | undefined {
  const created = replicaSet.metadata.creationTimestamp
  if (!('deployment.kubernetes.io/revision-history' in replicaSet.metadata.annotations)) return created
  const replaced = before?.metadata.creationTimestamp ?? 0
  const grown = steps.filter(
    ({ replicaSet: name, from, to, at }) =>
      name === replicaSet.metadata.name && at >= replaced && (from === undefined || to > from),
  )
  return grown.length > 0 ? Math.min(...grown.map(({ at }) => at)) : undefined
}

/** What this product did itself stands in its own record, and is no suspect. Followed by the controller within seconds. */
export function isOurs({ metadata }: Workload, at: Millis): boolean {
  return metadata.managedFields.some(
    ({ manager, time }) => manager === FIELD_MANAGER && time !== undefined && at >= time - 1000 && at - time < 60_000,
  )
}
