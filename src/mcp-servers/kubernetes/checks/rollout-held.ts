// A rollout that waits: of a stateful set for one pod that does not get ready, of a deployment because it is paused.
import type { Millis } from '#incident/signal.ts'
import { isReady } from '../readiness.ts'
import type { Workload } from '../schema.ts'
import { named, referenceOf } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { unreadySince } from './verdict.ts'

const LONG: Millis = 5 * 60_000

export const rolloutHeld: Check = {
  name: 'rollout-held',
  check: view =>
    view.workloads.flatMap(each => (each.kind === 'StatefulSet' ? ofSet(each, view) : ofPaused(each, view))),
}

/** Its pods come one after the other, by their number: the next waits until the last is ready. */
function ofSet(set: Workload, view: View): Verdict[] {
  const { metadata, spec, status } = set
  const object = referenceOf(set)
  const wanted = spec?.replicas ?? 1
  const { updateRevision, currentRevision, updatedReplicas = 0, replicas = 0 } = status ?? {}
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0
  const isRolling =
    updateRevision !== undefined &&
    updateRevision !== currentRevision &&
    spec?.updateStrategy?.type !== 'OnDelete' &&
    updatedReplicas < wanted - partition
  if (!isRolling && replicas >= wanted) return []
  const held = view
    .podsOf(object)
    .filter(pod => !isReady(pod) && view.at - unreadySince(pod, view.at) > LONG)
    .toSorted((a, b) => ordinalOf(a.metadata.name) - ordinalOf(b.metadata.name))
  const [first] = held
  if (!first) return []
  const what = isRolling
    ? `its rollout (${updatedReplicas} of ${wanted - partition})`
    : `the rest (${replicas} of ${wanted})`
  return [
    {
      object,
      fault: 'StatefulSetStuck',
      points: 9, // a little more than that pods are missing: it says which one is in the way
      mayFollow: true,
      pods: [first],
      text: `${metadata.name}: ${what} waits for ${first.metadata.name}, which does not get ready`,
      since: unreadySince(first, view.at),
      mend: isRolling
        ? `after the template is corrected, delete ${first.metadata.name}: a stateful set does not replace it by itself`
        : `mend ${first.metadata.name}; the others follow`,
      witness: [`StatefulSet ${named(metadata)}: ${what} waits for ${first.metadata.name}`],
    },
  ]
}

function ordinalOf(pod: string): number {
  return Number(/-(\d{1,5})$/.exec(pod)?.[1] ?? 0)
}

/** Paused is a person's doing and may be meant; that its change is not running yet is worth a hint. */
function ofPaused({ kind, metadata, spec, status }: Workload, view: View): Verdict[] {
  const isPending =
    kind === 'Deployment' && spec?.paused && (spec.replicas ?? 1) > 0 && (status?.updatedReplicas ?? 0) === 0
  if (!isPending) return []
  const condition = status?.conditions.find(({ reason }) => reason === 'DeploymentPaused')
  return [
    {
      object: { kind, namespace: metadata.namespace, name: metadata.name },
      fault: 'RolloutPaused',
      points: 4,
      whenHealthy: 0.5,
      text: `${metadata.name} is paused, and its last change does not run anywhere`,
      since: condition?.lastTransitionTime ?? view.at,
      mend: `resume ${metadata.name}, or take the change back`,
      witness: [`Deployment ${named(metadata)}: paused, 0 pods of the new template`],
    },
  ]
}
