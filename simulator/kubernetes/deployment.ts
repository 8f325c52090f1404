// A Deployment rolls out: a ReplicaSet per template, numbered, and resized until the new one has all the pods.
// Follows pkg/controller/deployment of Kubernetes; how far each step may go is rolling.ts.
import type { Millis } from '../recording.ts'
import { announce, create, owned, update, type ControlPlane } from './control-plane.ts'
import { isComplete, reportDeployment } from './deployment-status.ts'
import { canonical, meaningful, sameJson } from './json.ts'
import { lettersFor } from './names.ts'
import { controlledBy, type PodTemplate, type Workload } from './objects.ts'
import { deployments, replicaSets } from './resources.ts'
import { reconcileReplicaSet } from './replica-set.ts'
import { carryAnnotations, nextRevision, revisionOf, withRevision } from './revisions.ts'
import { wantedSizes, type Rollout } from './rolling.ts'

const component = 'deployment-controller'
const hashLabel = 'pod-template-hash'

export function reconcileDeployment(plane: ControlPlane, deployment: Workload, at: Millis): void {
  const sets = replicaSetsOf(plane, deployment)
  const known = sets.find(set => isOf(set, deployment))
  const paused = deployment.spec?.paused ?? false
  const current = known ?? (paused ? undefined : newReplicaSet(plane, deployment, at))
  if (current && !paused) number(plane, deployment, current, sets)

  while (resize(plane, read(plane, deployment), at)) continue
  const rollout = read(plane, deployment)
  const reported = reportDeployment(plane, rollout, { created: !known && current !== undefined }, at)
  if (!isComplete({ ...rollout, deployment: reported })) return
  forgetOldest(plane, rollout)
  plane.completed(reported, at)
}

/** Its ReplicaSets, oldest first. */
export function replicaSetsOf(plane: ControlPlane, deployment: Workload): Workload[] {
  return owned<Workload>(plane, replicaSets, deployment).sort(
    (a, b) =>
      a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
      a.metadata.name.localeCompare(b.metadata.name),
  )
}

/** Whether the ReplicaSet runs the Deployment's template; its hash label does not count. */
export function isOf(set: Workload, deployment: Workload): boolean {
  return sameJson(withoutHash(set.spec?.template), withoutHash(deployment.spec?.template))
}

function withoutHash(template: PodTemplate | undefined): unknown {
  const { [hashLabel]: _hash, ...labels } = template?.metadata?.labels ?? {}
  return meaningful({ spec: template?.spec, metadata: { ...template?.metadata, labels } })
}

function read(plane: ControlPlane, { metadata }: Workload): Rollout {
  const deployment = plane.store.get(deployments, metadata.namespace, metadata.name) as Workload
  const sets = replicaSetsOf(plane, deployment)
  const current = sets.find(set => isOf(set, deployment))
  return { deployment, sets, current, old: sets.filter(set => set !== current) }
}

function newReplicaSet(plane: ControlPlane, deployment: Workload, at: Millis): Workload {
  const { namespace, name } = deployment.metadata
  const text = canonical(withoutHash(deployment.spec?.template))
  let hash = lettersFor(text, 10)
  for (let collisions = 1; plane.store.get(replicaSets, namespace, `${name}-${hash}`); collisions++)
    hash = lettersFor(`${text}/${collisions}`, 10)
  const { template = {}, selector, minReadySeconds } = deployment.spec ?? {}
  const labels = { ...template.metadata?.labels, [hashLabel]: hash }
  return create<Workload>(
    plane,
    replicaSets,
    {
      metadata: { name: `${name}-${hash}`, namespace, labels, ownerReferences: [controlledBy(deployment)] },
      spec: {
        replicas: 0,
        minReadySeconds,
        selector: { ...selector, matchLabels: { ...selector?.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
      status: { replicas: 0 },
    },
    at,
  )
}

/** Gives the current ReplicaSet the highest revision and what it has from the Deployment; that shows the revision in turn. */
function number(plane: ControlPlane, deployment: Workload, current: Workload, sets: Workload[]): void {
  const revision = nextRevision(sets.filter(set => set.metadata.uid !== current.metadata.uid))
  const carried = carryAnnotations(deployment, current)
  const numbered = revisionOf(current) < revision ? withRevision(carried, revision) : carried
  const told = { ...numbered, spec: { ...numbered.spec, minReadySeconds: deployment.spec?.minReadySeconds } }
  if (!sameJson(told, current)) update(plane, replicaSets, told)
  const shown = {
    ...deployment.metadata.annotations,
    'deployment.kubernetes.io/revision': String(revisionOf(numbered)),
  }
  if (sameJson(shown, deployment.metadata.annotations)) return
  update(plane, deployments, { ...deployment, metadata: { ...deployment.metadata, annotations: shown } })
}

/** One step towards the wanted sizes; false when there is nothing left to do at this moment. */
function resize(plane: ControlPlane, rollout: Rollout, at: Millis): boolean {
  const { deployment, sets } = rollout
  const sizes = wantedSizes(rollout)
  let changed = false
  for (const set of sets) {
    const from = set.spec?.replicas ?? 0
    const to = sizes.get(set) ?? from
    const sized = to === from ? set : scale(plane, deployment, set, to, at)
    const asked = { ...deployment, spec: { ...deployment.spec, template: sized.spec?.template } }
    const reconciled = reconcileReplicaSet(plane, sized, at, asked)
    changed ||= !sameJson(reconciled.status, set.status) || to !== from
  }
  return changed
}

function scale(plane: ControlPlane, deployment: Workload, set: Workload, to: number, at: Millis): Workload {
  const from = set.spec?.replicas ?? 0
  const direction = to > from ? 'up' : 'down'
  const message = `Scaled ${direction} replica set ${set.metadata.name} to ${to} from ${from}`
  announce(plane, deployment, { reason: 'ScalingReplicaSet', message, component }, at)
  const generation = (set.metadata.generation ?? 1) + 1
  const metadata = { ...set.metadata, generation }
  return update(plane, replicaSets, { ...set, metadata, spec: { ...set.spec, replicas: to } })
}

/** Empty old ReplicaSets beyond revisionHistoryLimit go, the oldest revision first. */
function forgetOldest(plane: ControlPlane, { deployment, old }: Rollout): void {
  const empty = old.filter(set => (set.spec?.replicas ?? 0) === 0 && (set.status?.replicas ?? 0) === 0)
  const tooMany = Math.max(0, empty.length - (deployment.spec?.revisionHistoryLimit ?? 10))
  for (const { metadata } of empty.sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, tooMany))
    plane.store.remove(replicaSets, metadata.namespace, metadata.name)
}
