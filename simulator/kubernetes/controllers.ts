// Drives the workloads that a client has changed: from then on they follow their spec, no longer the recording.
// Everything happens at a moment of the story's clock; who asks how often does not matter.
import type { Cloud } from '../cloud.ts'
import type { Millis } from '../recording.ts'
import { openAgenda } from './agenda.ts'
import type { Catalogue } from './catalogue.ts'
import { owned, update, type ControlPlane } from './control-plane.ts'
import { adoptRevision } from './controller-revisions.ts'
import { isOf, reconcileDeployment, replicaSetsOf } from './deployment.ts'
import { publishEndpoints } from './endpoints.ts'
import { reconcileDaemonSet, reconcileStatefulSet } from './in-place.ts'
import { ownerUid, type Pod, type StoredObject, type Workload } from './objects.ts'
import { deletePod } from './pods.ts'
import { daemonSets, deployments, pods, replicaSets, statefulSets, type Resource } from './resources.ts'
import { reconcileReplicaSet } from './replica-set.ts'
import { numbered } from './revisions.ts'
import type { Store } from './store.ts'

export type Controllers = {
  nextAt(): Millis | undefined
  runNext(): void
  /** Takes over the workload that the object is or belongs to, as it is now. Answers that, or else the object. */
  takeOver(object: StoredObject, at: Millis): StoredObject
  /** To be told after every write of a client. */
  changed(object: StoredObject, at: Millis): void
  /** A pod stops as on a node; anything else goes at once, and what it owned with it. */
  remove(resource: Resource, object: StoredObject, at: Millis): void
}

type Reconcile = (plane: ControlPlane, workload: Workload, at: Millis) => void

const driven = new Map<Resource, Reconcile>([
  [deployments, reconcileDeployment],
  [replicaSets, (plane, set, at) => void reconcileReplicaSet(plane, set, at)],
  [statefulSets, reconcileStatefulSet],
  [daemonSets, reconcileDaemonSet],
])

export function openControllers({
  cloud,
  store,
  catalogue,
  log,
  cured,
}: {
  cloud: Cloud
  store: Store
  catalogue: Catalogue
  log: ControlPlane['log']
  cured: (at: Millis) => void
}): Controllers {
  const agenda = openAgenda()
  const taken = new Set<string>() // uids of workloads
  const completedGeneration = new Map<string, number>()
  const plane: ControlPlane = { store, agenda, story: cloud.story, daemonNodes: new Map(), log, touch, completed }

  return {
    nextAt: agenda.nextAt,
    runNext: agenda.runNext,
    takeOver(object, at) {
      const root = rootOf(object)
      const uid = root.metadata.uid
      if (taken.has(uid)) return root
      const resource = store.byUid(uid)?.resource
      if (resource && driven.has(resource)) taken.add(uid)
      if (resource === deployments) adoptReplicaSets(plane, root)
      if (resource === statefulSets || resource === daemonSets) adoptRevision(plane, root, at)
      return root
    },
    changed: (object, at) => touch(object.metadata.uid, at),
    remove(resource, object, at) {
      if (resource === pods) {
        deletePod(plane, object, at)
        return touch(ownerUid(object), at)
      }
      store.remove(resource, object.metadata.namespace, object.metadata.name)
      collect(object, at)
    },
  }

  function touch(uid: string | undefined, at: Millis): void {
    const known = uid === undefined ? undefined : store.byUid(uid)
    if (!known) return
    const root = rootOf(known.object).metadata.uid
    if (taken.has(root)) agenda.set(`workload/${root}`, at, then => reconcile(root, then))
  }

  function reconcile(uid: string, at: Millis): void {
    const known = store.byUid(uid)
    if (!known) return
    driven.get(known.resource)?.(plane, known.object, at)
    publishEndpoints(plane, known.object)
  }

  function rootOf(object: StoredObject): StoredObject {
    const owner = store.byUid(ownerUid(object) ?? '')
    return owner ? rootOf(owner.object) : object
  }

  function completed(workload: StoredObject, at: Millis): void {
    const { uid, generation = 0 } = workload.metadata
    if (completedGeneration.get(uid) === generation) return
    completedGeneration.set(uid, generation)
    if (cloud.story.isCured?.(workload)) cured(at)
  }

  /** What the owner's end leaves behind goes too, pods in their own time. */
  function collect(owner: StoredObject, at: Millis): void {
    for (const resource of catalogue.all.filter(each => !each.kept && each.namespaced)) {
      for (const object of owned(plane, resource, owner)) {
        if (resource === pods) deletePod(plane, object as Pod, at)
        else {
          store.remove(resource, object.metadata.namespace, object.metadata.name)
          collect(object, at)
        }
      }
    }
  }
}

/**
 * Recorded ReplicaSets as their controller would have left them: numbered, and the current one with the template it
 * stands for (a recording may have left these out).
 */
function adoptReplicaSets(plane: ControlPlane, deployment: Workload): void {
  const recorded = replicaSetsOf(plane, deployment)
  const bare = recorded.some(set => isOf(set, deployment)) ? undefined : recorded.findLast(set => !set.spec?.template)
  const sets = recorded.map(set => (set === bare ? withTemplate(set, deployment) : set))
  const current = sets.find(set => isOf(set, deployment))
  for (const set of numbered(sets, current)) if (!recorded.includes(set)) update(plane, replicaSets, set)
}

function withTemplate(set: Workload, { spec }: Workload): Workload {
  return { ...set, spec: { ...set.spec, template: spec?.template } }
}
