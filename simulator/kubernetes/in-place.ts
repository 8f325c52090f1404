// StatefulSets and DaemonSets: pods with a place of their own (a number, a node) that are replaced there, one after the other.
// Simpler than the real controllers: no partitions, no surge; a pod that cannot run is replaced like any other,
// where a real StatefulSet waits for someone to delete it by hand.
import type { Millis } from '../recording.ts'
import { announce, owned, update, type ControlPlane } from './control-plane.ts'
import { currentRevision, isOfRevision, revisionLabel } from './controller-revisions.ts'
import { sameJson } from './json.ts'
import type { Pod, Workload } from './objects.ts'
import { isSchedulable } from './placement.ts'
import { countAvailable, isReady } from './pod-status.ts'
import { createPod, deletePod, podName } from './pods.ts'
import { daemonSets, nodes, pods, statefulSets, type Resource } from './resources.ts'

/** A pod the workload should have: where, under which name, and the one that is there. */
type Place = { name: string; nodeName?: string; labels?: Record<string, string>; pod?: Pod }

export function reconcileStatefulSet(plane: ControlPlane, set: Workload, at: Millis): void {
  const running = owned<Pod>(plane, pods, set)
  const ordinals = Array.from({ length: set.spec?.replicas ?? 1 }, (_, i) => `${set.metadata.name}-${i}`)
  const places = ordinals.map((name, i) => ({
    name,
    pod: running.find(pod => pod.metadata.name === name),
    labels: { 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(i) },
  }))
  const inOrder = set.spec?.podManagementPolicy !== 'Parallel'
  const revision = fill(plane, set, places, { inOrder, component: 'statefulset-controller' }, at)

  const current = owned<Pod>(plane, pods, set)
  const updated = current.filter(pod => isOfRevision(pod, revision))
  const done = updated.length === ordinals.length && current.length === ordinals.length && updated.every(isReady)
  const currentName = done ? revision : (set.status?.currentRevision ?? revision)
  report(plane, statefulSets, set, done, at, {
    replicas: current.length,
    readyReplicas: current.filter(isReady).length,
    availableReplicas: countAvailable(plane, set, current, at),
    currentReplicas: current.filter(pod => isOfRevision(pod, currentName)).length,
    updatedReplicas: updated.length,
    currentRevision: currentName,
    updateRevision: revision,
  })
}

export function reconcileDaemonSet(plane: ControlPlane, set: Workload, at: Millis): void {
  const running = owned<Pod>(plane, pods, set)
  const nodeNames = nodesOf(plane, set, running)
  const places = nodeNames.map(nodeName => ({
    name: podName(set, `${nodeName}/${plane.store.version()}`),
    nodeName,
    pod: running.find(pod => pod.spec?.nodeName === nodeName),
  }))
  const revision = fill(plane, set, places, { inOrder: false, component: 'daemonset-controller' }, at)

  const current = owned<Pod>(plane, pods, set).filter(pod => !pod.metadata.deletionTimestamp)
  const updated = current.filter(pod => isOfRevision(pod, revision))
  const ready = current.filter(isReady).length
  const done = updated.length === nodeNames.length && current.length === nodeNames.length && updated.every(isReady)
  report(plane, daemonSets, set, done, at, {
    desiredNumberScheduled: nodeNames.length,
    currentNumberScheduled: current.length,
    updatedNumberScheduled: updated.length,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: nodeNames.length - ready,
    numberMisscheduled: 0,
  })
}

/** Where it runs: wherever it has run so far, or on every node if it never did. Selectors and taints are not looked at. */
function nodesOf(plane: ControlPlane, { metadata }: Workload, running: Pod[]): string[] {
  const used = running.flatMap(pod => pod.spec?.nodeName ?? [])
  const known = new Set([...(plane.daemonNodes.get(metadata.uid) ?? []), ...used])
  plane.daemonNodes.set(metadata.uid, known)
  if (known.size > 0) return [...known].sort()
  return plane.store
    .list(nodes)
    .filter(isSchedulable)
    .map(node => node.metadata.name)
}

/** One step: pods that have no place go, empty places are filled, then one outdated pod is replaced. Answers the revision. */
function fill(
  plane: ControlPlane,
  set: Workload,
  places: Place[],
  { inOrder, component }: { inOrder: boolean; component: string },
  at: Millis,
): string {
  const revision = currentRevision(plane, set, at)
  const placed = new Set(places.map(({ pod }) => pod?.metadata.uid))
  const misplaced = owned<Pod>(plane, pods, set).findLast(pod => !placed.has(pod.metadata.uid))
  if (misplaced) remove(misplaced)

  for (const { pod, ...place } of places) {
    if (!pod) {
      const template = set.spec?.template ?? {}
      const labels = { ...place.labels, ...revisionLabel(revision) }
      createPod(
        plane,
        { owner: set, template, ...place, labels, component, failure: () => plane.story.podFailure?.(set) },
        at,
      )
    }
    const waiting = !pod || !isReady(pod) || pod.metadata.deletionTimestamp !== undefined
    if (waiting && inOrder && !(pod && !isOfRevision(pod, revision))) break
  }
  const outdated = places.filter(({ pod }) => pod && !pod.metadata.deletionTimestamp && !isOfRevision(pod, revision))
  const broken = outdated.findLast(({ pod }) => pod && !isReady(pod))
  const calm = places.every(({ pod }) => pod && isReady(pod) && !pod.metadata.deletionTimestamp)
  const replaced = broken ?? (calm ? outdated.at(-1) : undefined)
  if (replaced?.pod && set.spec?.updateStrategy?.type !== 'OnDelete') remove(replaced.pod)
  return revision

  function remove(pod: Pod): void {
    if (pod.metadata.deletionTimestamp) return
    announce(
      plane,
      set,
      { reason: 'SuccessfulDelete', message: `delete Pod ${pod.metadata.name} successful`, component },
      at,
    )
    deletePod(plane, pod, at)
  }
}

function report(
  plane: ControlPlane,
  resource: Resource,
  set: Workload,
  done: boolean,
  at: Millis,
  counts: Record<string, unknown>,
): void {
  const status = { ...set.status, ...counts, observedGeneration: set.metadata.generation }
  const reported = sameJson(status, set.status) ? set : update(plane, resource, { ...set, status })
  if (done) plane.completed(reported, at)
}
