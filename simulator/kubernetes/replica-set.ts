// A ReplicaSet keeps as many pods of its template as it was asked for.
import type { Millis } from '../recording.ts'
import { announce, owned, update, type ControlPlane } from './control-plane.ts'
import { sameJson } from './json.ts'
import type { Pod, Workload } from './objects.ts'
import { countAvailable, isReady } from './pod-status.ts'
import { createPod, deletePod, podName } from './pods.ts'
import { pods, replicaSets } from './resources.ts'

const component = 'replicaset-controller'

/** `workload`: whom the story is asked about, the Deployment in this template's version, or the ReplicaSet itself. */
export function reconcileReplicaSet(
  plane: ControlPlane,
  set: Workload,
  at: Millis,
  workload: Workload = set,
): Workload {
  const running = owned<Pod>(plane, pods, set).filter(pod => !pod.metadata.deletionTimestamp)
  const wanted = set.spec?.replicas ?? 1
  for (let count = running.length; count < wanted; count++) {
    const name = podName(set, plane.store.version())
    const template = set.spec?.template ?? {}
    createPod(plane, { owner: set, template, name, component, failure: () => plane.story.podFailure?.(workload) }, at)
  }
  for (const pod of leastMissed(running).slice(0, Math.max(0, running.length - wanted))) {
    announce(plane, set, { reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}`, component }, at)
    deletePod(plane, pod, at)
  }
  return countPods(plane, set, at)
}

/** The ReplicaSet with a status that counts its pods as they are now. */
function countPods(plane: ControlPlane, set: Workload, at: Millis): Workload {
  const running = owned<Pod>(plane, pods, set).filter(pod => !pod.metadata.deletionTimestamp)
  const status = {
    replicas: running.length,
    fullyLabeledReplicas: running.length,
    readyReplicas: running.filter(isReady).length,
    availableReplicas: countAvailable(plane, set, running, at),
    observedGeneration: set.metadata.generation,
  }
  return sameJson(status, set.status) ? set : update(plane, replicaSets, { ...set, status })
}

/** Unready pods go first, then the youngest. */
function leastMissed(running: Pod[]): Pod[] {
  return running.sort(
    (a, b) =>
      Number(isReady(a)) - Number(isReady(b)) ||
      b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp) ||
      a.metadata.name.localeCompare(b.metadata.name),
  )
}
