// A rollout that does not get on: the controller gave up waiting for its pods.
import { rollbackCall, rolloutsOf } from '../rollouts.ts'
import { named, referenceOf } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'

export const rolloutStuck: Check = {
  name: 'rollout-stuck',
  check: view =>
    view.workloads.flatMap((deployment): Verdict[] => {
      const progressing = deployment.status?.conditions.find(({ type }) => type === 'Progressing')
      if (progressing?.reason !== 'ProgressDeadlineExceeded') return []
      const object = referenceOf(deployment)
      const before = rolloutsOf(deployment, view.replicaSetsOf(object), view.eventsOf(object)).at(-1)?.before
      return [
        {
          object,
          fault: 'ProgressDeadlineExceeded',
          points: 8,
          text: `${object.name}: its rollout does not get on`,
          since: Math.min(progressing.lastTransitionTime ?? progressing.lastUpdateTime ?? view.at, view.at),
          witness: [`Deployment ${named(deployment.metadata)}: Progressing False, ProgressDeadlineExceeded`],
          ...(before && {
            remedy: { call: rollbackCall(deployment, before), reason: 'the rollout that stands still is taken back' },
          }),
        },
      ]
    }),
}
