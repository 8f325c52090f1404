// The numbers and annotations by which `kubectl rollout history` and `undo` know the versions of a Deployment.
import { sameJson } from './json.ts'
import type { Workload } from './objects.ts'

const revision = 'deployment.kubernetes.io/revision'
const history = 'deployment.kubernetes.io/revision-history'

/** 0 where it was never numbered. */
export function revisionOf(set: Workload): number {
  return Number(set.metadata.annotations?.[revision] ?? 0) || 0
}

export function nextRevision(old: Workload[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1
}

/** Numbered anew; the number it had before goes into its history. */
export function withRevision(set: Workload, number: number): Workload {
  const before = revisionOf(set)
  const earlier = [set.metadata.annotations?.[history], before || undefined].filter(Boolean).join(',')
  return annotated(set, { [revision]: String(number), ...(earlier && { [history]: earlier }) })
}

/** Annotations of the Deployment that are its own business. */
const notCarried = new Set([
  revision,
  history,
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
])

/** The ReplicaSet with the Deployment's annotations, which `rollout undo` will later write back. */
export function carryAnnotations(deployment: Workload, set: Workload): Workload {
  const carried = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCarried.has(key))
  return annotated(set, Object.fromEntries(carried))
}

/** The ReplicaSets, which come oldest first; where none has a number, they are numbered upwards, the current one last. */
export function numbered(sets: Workload[], current: Workload | undefined): Workload[] {
  if (sets.some(set => revisionOf(set) > 0)) return sets
  const inOrder = [...sets.filter(set => set !== current), ...(current ? [current] : [])]
  return inOrder.map((set, i) => withRevision(set, i + 1))
}

function annotated(set: Workload, more: Record<string, string>): Workload {
  const annotations = { ...set.metadata.annotations, ...more }
  if (sameJson(annotations, set.metadata.annotations ?? {})) return set
  return { ...set, metadata: { ...set.metadata, annotations } }
}
