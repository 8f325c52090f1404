// The versions of a StatefulSet or DaemonSet: a ControllerRevision per template, by which kubectl shows and undoes rollouts.
import type { Millis } from '../recording.ts'
import { create, owned, update, type ControlPlane } from './control-plane.ts'
import { canonical, isMap, meaningful, sameJson } from './json.ts'
import { lettersFor } from './names.ts'
import { controlledBy, type Pod, type StoredObject, type Workload } from './objects.ts'
import { controllerRevisions, pods } from './resources.ts'

const hashLabel = 'controller-revision-hash'

/** The name of the workload's current revision, which is made or numbered anew where need be. */
export function currentRevision(plane: ControlPlane, workload: Workload, at: Millis): string {
  const known = revisionsOf(plane, workload)
  const newest = Math.max(0, ...known.map(({ revision }) => Number(revision)))
  const same = known.find(({ data }) => sameJson(meaningful(data), meaningful(dataOf(workload))))
  if (!same) return newRevision(plane, workload, newest + 1, at).metadata.name
  if (Number(same.revision) < newest) update(plane, controllerRevisions, { ...same, revision: newest + 1 })
  return same.metadata.name
}

export function isOfRevision(pod: Pod, revision: string): boolean {
  const hash = pod.metadata.labels?.[hashLabel]
  return hash !== undefined && (hash === revision || revision.endsWith(`-${hash}`))
}

export function revisionLabel(revision: string): Record<string, string> {
  return { [hashLabel]: revision }
}

/** For a recorded workload about to be driven: the revision its template has, and pods that say they are of it. */
export function adoptRevision(plane: ControlPlane, workload: Workload, at: Millis): void {
  const revision = currentRevision(plane, workload, at)
  for (const pod of owned<Pod>(plane, pods, workload)) {
    if (pod.metadata.labels?.[hashLabel] !== undefined) continue
    const labels = { ...pod.metadata.labels, ...revisionLabel(revision) }
    update(plane, pods, { ...pod, metadata: { ...pod.metadata, labels } })
  }
}

function revisionsOf(plane: ControlPlane, workload: Workload): StoredObject[] {
  return owned(plane, controllerRevisions, workload)
}

/** What kubectl sends back as a strategic merge patch when it undoes. */
function dataOf(workload: Workload) {
  return { spec: { template: { ...workload.spec?.template, $patch: 'replace' } } }
}

function newRevision(plane: ControlPlane, workload: Workload, revision: number, at: Millis): StoredObject {
  const { namespace } = workload.metadata
  const name = nameFor(plane, workload)
  const labels = { ...workload.spec?.template?.metadata?.labels, [hashLabel]: name }
  const metadata = { name, namespace, labels, ownerReferences: [controlledBy(workload)] }
  return create(plane, controllerRevisions, { metadata, data: dataOf(workload), revision }, at)
}

/** The first one made for a recorded workload has the name that its status and its pods already use. */
function nameFor(plane: ControlPlane, workload: Workload): string {
  const { name } = workload.metadata
  const recorded = workload.status?.updateRevision ?? labelOfPods(plane, workload)
  const full = recorded?.startsWith(`${name}-`) ? recorded : recorded && `${name}-${recorded}`
  if (full && revisionsOf(plane, workload).length === 0) return full
  return `${name}-${lettersFor(canonical(meaningful(dataOf(workload))), 10)}`
}

function labelOfPods(plane: ControlPlane, workload: Workload): string | undefined {
  for (const pod of owned<Pod>(plane, pods, workload)) {
    const { labels } = pod.metadata
    if (isMap(labels) && labels[hashLabel] !== undefined) return labels[hashLabel]
  }
  return undefined
}
