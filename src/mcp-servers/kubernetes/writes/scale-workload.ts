// scale_workload: an absolute number of pods, where nobody else decides on it.
import { z } from 'zod'
import type { Prerequisite } from '#incident/remedy.ts'
import { namespaceName, objectName } from '../grammar.ts'
import { scaleCall } from '../rollouts.ts'
import { wantedReplicas } from '../readiness.ts'
import type { Action } from './action.ts'
import type { Facts } from './facts.ts'
import { settledBefore } from './prerequisites.ts'
import { isRollingOut } from './refusals.ts'
import { lookAtCapacity } from './remaining-capacity.ts'

const MOST_REPLICAS = 1000 // the policy file bounds it per namespace; this only stops a slip of the finger

const input = z.object({
  namespace: namespaceName,
  kind: z.enum(['Deployment', 'StatefulSet']),
  name: objectName,
  replicas: z.int().min(0).max(MOST_REPLICAS),
})

export const scaleWorkload: Action<typeof input> = {
  name: 'scale_workload',
  title: 'Scale a workload',
  description: 'Sets how many pods a Deployment or StatefulSet has. Refused where an autoscaler decides on that.',
  input,
  target: ({ namespace, kind, name }) => ({ namespace, kind, name }),
  change({ replicas }, { workload, autoscalers, target }) {
    const now = wantedReplicas(workload)
    const [autoscaler] = autoscalers ?? []
    return {
      refusals: [
        ...(autoscaler
          ? [`Autoscaler ${autoscaler.metadata.name} decides how many pods ${target.name} has: change that.`]
          : []),
        ...(autoscalers ? [] : [`Whether an autoscaler decides on ${target.name} cannot be read: grant list on it.`]),
        ...(isRollingOut(workload) ? [`A rollout of ${target.name} is under way: wait for it, or roll it back.`] : []),
        ...(replicas === now ? [`${target.name} already has ${now}.`] : []),
      ],
      settings: [{ path: ['spec', 'replicas'], value: replicas }],
      diff: [`replicas: ${now} -> ${replicas}`],
      pods: Math.abs(replicas - now),
      inverse: scaleCall(workload, now),
      done: `scaled from ${now} to ${replicas}`,
    }
  },
  async prerequisites({ replicas }, facts, at, reader, signal) {
    const capacity = await lookAtCapacity(facts, replicas, at, reader, signal)
    return { checked: [...(capacity ? [capacity] : []), settledBefore(facts), sizedByNobody(facts)] }
  },
}

function sizedByNobody({ autoscalers }: Facts): Prerequisite {
  const what = 'no autoscaler decides its size'
  if (!autoscalers) return { what, saw: 'autoscalers cannot be read' }
  const [autoscaler] = autoscalers
  return { what, holds: !autoscaler, saw: autoscaler ? `${autoscaler.metadata.name} does` : 'none names it' }
}
