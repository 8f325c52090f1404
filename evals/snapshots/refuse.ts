// Pods that the API server does not take: quotas, limit ranges, webhooks, missing accounts. No pod is there and none has an
// event; the set that wanted them says so, and its Deployment with it.
import type { Millis } from '../../simulator/recording.ts'
import { warning } from './event.ts'
import type { Pod, Scaled } from './kinds.ts'
import { forgetEvents } from './pod-state.ts'
import { condition, hold } from './settle.ts'
import { MINUTE, remove, SECOND, type World } from './world.ts'
import type { Workload } from './workload.ts'

/** Takes the pods back as if they had never been, and writes what the controller says instead; `why` is the server's answer. */
export function refuse(world: World, target: Workload, pods: Pod[], why: string, since: Millis): void {
  const { object, set } = target
  for (const pod of pods) forgetEvents(world, pod)
  remove(world, ...pods)
  world.events = world.events.filter(
    ({ reason, involvedObject }) =>
      !(reason === 'SuccessfulCreate' && (involvedObject as { uid: string }).uid === set.metadata.uid),
  )
  warning(world, set, {
    reason: 'FailedCreate',
    message: `Error creating: ${why}`,
    component: set.kind === 'ReplicaSet' ? 'replicaset-controller' : 'daemonset-controller',
    first: since,
    at: world.at - 80 * SECOND,
    count: 12 + Math.floor((world.at - since) / (3 * MINUTE)),
  })
  const failure = condition('ReplicaFailure', true, 'FailedCreate', why, since)
  hold(set as Scaled, failure)
  if (set !== object) hold(object, failure)
}

/** How the server words an answer of 403; a pod has its full name by then unless that is refused before it gets one. */
export function forbidden({ set }: Workload, why: string, podName = 'xk2vw'): string {
  return `pods "${set.metadata.name}-${podName}" is forbidden: ${why}`
}
