// How large each ReplicaSet of a Deployment should be at this moment: the new one up, the old ones down,
// within surge and unavailability. A resize in the middle of a rollout goes to the new ReplicaSet alone. Pure.
import type { Workload } from './objects.ts'

/** A Deployment with its ReplicaSets, oldest first; `current` runs its template. */
export type Rollout = { deployment: Workload; sets: Workload[]; current?: Workload; old: Workload[] }

/** The next step: sizes of those that change, and perhaps of those that do not. */
export function wantedSizes({ deployment, sets, current, old }: Rollout): Map<Workload, number> {
  const desired = deployment.spec?.replicas ?? 1
  if (!current || deployment.spec?.paused) {
    const active = sets.findLast(set => (set.spec?.replicas ?? 0) > 0) ?? current
    const others = total(sets.filter(set => set !== active))
    return new Map(active && [[active, Math.max(0, desired - others)]])
  }
  const size = current.spec?.replicas ?? 0
  if (deployment.spec?.strategy?.type === 'Recreate') {
    const stopped = old.every(set => (set.status?.replicas ?? 0) === 0)
    return new Map([...old.map(set => [set, 0] as const), [current, stopped ? desired : Math.min(size, desired)]])
  }
  const { maxSurge, maxUnavailable } = margins(deployment)
  const room = desired + maxSurge - total(sets)
  const sizes = new Map([[current, size > desired ? desired : size + Math.max(0, Math.min(room, desired - size))]])
  return sizes.get(current) === size ? shrink(old, current, desired - maxUnavailable) : sizes
}

/** How far the old ReplicaSets may go down while `minimum` pods stay available: the broken ones first. */
function shrink(old: Workload[], current: Workload, minimum: number): Map<Workload, number> {
  const available = (set: Workload) => set.status?.availableReplicas ?? 0
  const newUnavailable = (current.spec?.replicas ?? 0) - available(current)
  let removable = total([...old, current]) - minimum - newUnavailable
  const sizes = new Map(old.map(set => [set, set.spec?.replicas ?? 0]))
  for (const [set, size] of sizes) {
    const broken = Math.max(0, Math.min(size - available(set), removable))
    sizes.set(set, size - broken)
    removable -= broken
  }
  let spare = [...old, current].reduce((sum, set) => sum + available(set), 0) - minimum
  for (const [set, size] of sizes) {
    const less = Math.max(0, Math.min(size, spare, removable))
    sizes.set(set, size - less)
    spare -= less
    removable -= less
  }
  return sizes
}

function total(sets: Workload[]): number {
  return sets.reduce((sum, set) => sum + (set.spec?.replicas ?? 0), 0)
}

/** Surge rounds up, unavailability down; both zero would never move. */
export function margins({ spec }: Workload): { maxSurge: number; maxUnavailable: number } {
  if (spec?.strategy?.type === 'Recreate') return { maxSurge: 0, maxUnavailable: spec.replicas ?? 1 }
  const share = (value: number | string | undefined, round: (x: number) => number) => {
    const given = value ?? '25%'
    return typeof given === 'number' ? given : round((Number.parseFloat(given) / 100) * (spec?.replicas ?? 1))
  }
  const maxSurge = share(spec?.strategy?.rollingUpdate?.maxSurge, Math.ceil)
  const maxUnavailable = share(spec?.strategy?.rollingUpdate?.maxUnavailable, Math.floor)
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable }
}
