// Workloads whose last change nobody acts on: the controller manager is silent.
import type { Millis } from '#incident/signal.ts'
import { referenceOf, named } from '../view.ts'
import type { Workload } from '../schema.ts'
import type { View } from '../view.ts'
import { controlPlane } from './control-plane.ts'
import type { Check } from './verdict.ts'

const SLOW: Millis = 60_000 // controllers act within a second

export const controllerSilent: Check = {
  name: 'controller-silent',
  check(view) {
    const ignored = view.workloads
      .filter(workload => isIgnored(workload, view))
      .map(workload => ({ workload, since: changedAt(workload) ?? view.at }))
      .filter(({ since }) => view.at - since > SLOW)
    if (ignored.length === 0) return []
    const since = Math.min(...ignored.map(each => each.since))
    if (isAlive(view, since + SLOW)) return []
    const reason =
      ignored.length === 1 ? 'the last change of one workload' : `the last changes of ${ignored.length} workloads`
    return [
      {
        object: controlPlane(view, 'kube-controller-manager'),
        fault: 'ControllerSilent',
        points: 16,
        text: `the controller manager does not act on ${reason}`,
        since,
        mend: 'look at the pod and the log of kube-controller-manager',
        witness: ignored
          .slice(0, 5)
          .map(({ workload: { kind, metadata, status } }) =>
            status?.observedGeneration === undefined
              ? `${kind} ${named(metadata)}: nothing was made of it`
              : `${kind} ${named(metadata)}: generation ${metadata.generation}, seen ${status.observedGeneration}`,
          ),
      },
    ]
  },
}

function isIgnored(workload: Workload, view: View): boolean {
  const { metadata, status, spec, kind } = workload
  const seen = status?.observedGeneration
  if (seen !== undefined) return (metadata.generation ?? 0) > seen
  const hasNone = view.replicaSetsOf(referenceOf(workload)).length === 0
  const isKnown = !view.missing.some(({ what }) => what === 'replicasets')
  return kind === 'Deployment' && (spec?.replicas ?? 1) > 0 && hasNone && isKnown && status?.replicas === undefined
}

function changedAt({ metadata }: Workload): Millis | undefined {
  const times = metadata.managedFields.flatMap(({ time }) => time ?? [])
  return times.length > 0 ? Math.max(...times) : metadata.creationTimestamp
}

/** It wrote something since. */
function isAlive(view: View, since: Millis): boolean {
  return view.workloads.some(({ metadata }) =>
    metadata.managedFields.some(({ manager, time = 0 }) => manager === 'kube-controller-manager' && time > since),
  )
}
