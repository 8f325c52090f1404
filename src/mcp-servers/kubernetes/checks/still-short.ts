// Whether pods that could not be made are still missing. The old ones of a workload may all be well meanwhile: a rollout that may
// not make its first pod harms nobody yet, and goes nowhere.
import { availableReplicas, wantedReplicas } from '../readiness.ts'
import type { KubernetesEvent } from '../schema.ts'
import type { View } from '../view.ts'

/** `event`: FailedCreate of a ReplicaSet, a StatefulSet, a DaemonSet or a Job. A Job's pods are not known to be missing. */
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
