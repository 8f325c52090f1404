// Pods that may not be made: who says so, and whether they are still missing. The old ones of a workload may all be well meanwhile:
// a rollout that may not make its first pod harms nobody yet, and goes nowhere.
import { availableReplicas, wantedReplicas } from '../readiness.ts'
import type { KubernetesEvent, ReplicaSet } from '../schema.ts'
import type { View } from '../view.ts'
import type { Verdict } from './verdict.ts'

/** Of claims and of other things, too, whatever their controllers call it. */
const BY_QUOTA = /(?:exceeded|failed) quota: /

const told = new WeakMap<View, KubernetesEvent[]>()

/** Of events, which are forgotten after an hour, and of the conditions of ReplicaSets, which stay. */
export function refusalsIn(view: View): KubernetesEvent[] {
  const known = told.get(view) ?? [
    ...view.events.filter(({ reason, message = '' }) => reason === 'FailedCreate' || BY_QUOTA.test(message)),
    ...view.replicaSets.flatMap(set => conditionOf(set, view)),
  ]
  told.set(view, known)
  return known
}

function conditionOf({ metadata: { namespace, name, uid }, status }: ReplicaSet, view: View): KubernetesEvent[] {
  const failure = status?.conditions.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True')
  if (failure?.reason !== 'FailedCreate') return []
  return [
    {
      metadata: { name, namespace, uid },
      involvedObject: { kind: 'ReplicaSet', namespace, name, uid },
      type: 'Warning',
      reason: failure.reason,
      message: failure.message,
      first: failure.lastTransitionTime ?? view.at,
      last: view.at,
      count: 1,
    },
  ]
}

/** What stands now, whatever was said when: it is tried again only every quarter of an hour. */
export function standingOf(refusals: readonly KubernetesEvent[], view: View): Pick<Verdict, 'whenHealthy' | 'seen'> {
  return refusals.some(each => isStillShort(each, view)) ? { whenHealthy: 1, seen: view.at } : {}
}

/** A Job's pods are not known to be missing. */
export function isStillShort(event: KubernetesEvent, view: View): boolean {
  const { kind, name } = event.involvedObject
  const subject = view.subjectOf(event)
  if (kind === 'ReplicaSet') {
    const set = view.replicaSetsOf(subject).find(({ metadata }) => metadata.name === name)
    return (set?.spec?.replicas ?? 0) > (set?.status?.replicas ?? 0)
  }
  const workload = view.workload(subject)
  return workload !== undefined && wantedReplicas(workload) > availableReplicas(workload)
}
