// restart_workload: new pods from the same template, a few at a time, as `kubectl rollout restart` does.
import { z } from 'zod'
import { namespaceName, objectName } from '../grammar.ts'
import { WORKLOAD_KINDS } from '../schema.ts'
import { wantedReplicas } from '../readiness.ts'
import type { Action } from './action.ts'
import { gradual, settledBefore } from './prerequisites.ts'
import { isRollingOut } from './refusals.ts'

const input = z.object({ namespace: namespaceName, kind: z.enum(WORKLOAD_KINDS), name: objectName })

const RESTARTED_AT = ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt']

export const restartWorkload: Action<typeof input> = {
  name: 'restart_workload',
  title: 'Restart a workload',
  description:
    'Replaces all pods of a Deployment, StatefulSet or DaemonSet by new ones of the same template, a few at a time.',
  input,
  target: ({ namespace, kind, name }) => ({ namespace, kind, name }),
  change(_input, { workload, target }, at) {
    const pods = wantedReplicas(workload)
    const byHand = workload.spec?.updateStrategy?.type === 'OnDelete'
    return {
      refusals: [
        ...(isRollingOut(workload) ? [`A rollout of ${target.name} is under way: wait for it, or roll it back.`] : []),
        ...(byHand ? [`${target.name} replaces pods only when they are deleted (updateStrategy OnDelete).`] : []),
      ],
      settings: [{ path: RESTARTED_AT, value: new Date(at).toISOString() }],
      diff: [`restart: ${pods} ${pods === 1 ? 'pod' : 'pods'}, same template`],
      pods,
      done: 'restarted',
    }
  },
  prerequisites: async (_input, facts) => ({ checked: [settledBefore(facts), gradual(facts)] }),
}
