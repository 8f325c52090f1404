// A pod that waits for a node while no scheduler says a word about it: nobody schedules.
import type { Millis } from '#incident/signal.ts'
import { named } from '../view.ts'
import { controlPlane } from './control-plane.ts'
import type { Check } from './verdict.ts'

const YOUNG: Millis = 30_000

export const schedulerSilent: Check = {
  name: 'scheduler-silent',
  check(view) {
    if (view.missing.some(({ what }) => what === 'events')) return []
    const heard = new Set(
      view.events
        .filter(({ reason }) => reason === 'FailedScheduling')
        .map(({ involvedObject }) => named({ namespace: involvedObject.namespace, name: involvedObject.name ?? '' })),
    )
    const ignored = view.pods.filter(
      ({ metadata, spec, status }) =>
        status?.phase === 'Pending' &&
        spec?.nodeName === undefined &&
        !status.conditions.some(({ type }) => type === 'PodScheduled') &&
        view.at - (metadata.creationTimestamp ?? view.at) > YOUNG &&
        !heard.has(named(metadata)),
    )
    if (ignored.length === 0) return []
    return [
      {
        object: controlPlane(view, 'kube-scheduler'),
        fault: 'SchedulerSilent',
        points: 16,
        text: `${ignored.length} pods wait for a node, and no scheduler says why`,
        since: Math.min(...ignored.map(({ metadata }) => metadata.creationTimestamp ?? view.at)),
        mend: 'look at the pod and the log of kube-scheduler',
        witness: ignored.slice(0, 5).map(({ metadata }) => `${named(metadata)}: Pending, not scheduled, no event`),
      },
    ]
  },
}
