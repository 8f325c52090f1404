// A rollout that goes well: one pod after the other is replaced, the old one goes when the new one is ready.
import type { Millis } from '../recording.ts'
import { foundedAt, podLife, revisionsOf, usualPods } from './chapter.ts'
import { event } from './event-object.ts'
import { apply, remove, type ObjectRecord } from './object-parts.ts'
import { pod } from './pod-object.ts'
import type { Service } from './services.ts'
import type { Clockwork, PodLife } from './story-line.ts'
import { endpoints } from './surroundings.ts'
import { deployment, replicaSet, type Revision } from './workload-objects.ts'

/** From created to ready, and until the pod it replaces is gone. */
const startMillis = 6_000
const replaceMillis = 8_000

/** Of the pods that run when `fresh` is created, and of those that take their places. */
export function podsReplaced(
  service: Service,
  fresh: Revision,
  clock: Clockwork,
): { leaving: PodLife[]; coming: PodLife[] } {
  const at = fresh.createdAt
  const old = usualPods(clock).filter(life => life.service === service.name)
  const leaving = old.map((life, i) => Object.assign(life, { until: at + (i + 1) * replaceMillis }))
  return { leaving, coming: old.map((_, i) => podLife(service, fresh, i, at + i * replaceMillis, clock)) }
}

/** When the last new pod is ready and the last old one gone. */
export function rolledOutBy(service: Service, { createdAt }: Revision): Millis {
  return createdAt + service.replicas * replaceMillis
}

export function rollout(service: Service, fresh: Revision, clock: Clockwork): ObjectRecord[] {
  const { name, replicas } = service
  const { current } = revisionsOf(service, clock)
  const { leaving, coming } = podsReplaced(service, fresh, clock)
  const objects: ObjectRecord[] = []
  for (const [i, life] of coming.entries()) {
    const old = leaving[i]
    const [begun, ready, gone] = [life.from, life.from + startMillis, life.from + replaceMillis]
    const state = { replicas, pods: replicas + 1, ready: replicas, updated: i + 1, generation: 3, since: begun }
    const created = pod(service, life, { phase: 'creating', since: begun })
    const growing = deployment(service, fresh, state)
    objects.push(
      apply(begun, growing),
      apply(begun, replicaSet(service, fresh, i + 1, i)),
      apply(begun, created),
      event(begun, growing, {
        reason: 'ScalingReplicaSet',
        message: `Scaled up replica set ${name}-${fresh.hash} to ${i + 1}${i > 0 ? ` from ${i}` : ''}`,
        component: 'deployment-controller',
      }),
      apply(begun + 2_000, pod(service, life, { phase: 'starting', since: begun + 2_000 })),
      event(begun + 4_000, created, {
        type: 'Warning',
        reason: 'Unhealthy',
        message: `Readiness probe failed: Get "http://${life.ip}:8080/healthz": dial tcp ${life.ip}:8080: connect: connection refused`,
        component: 'kubelet',
      }),
      apply(ready, pod(service, life, { phase: 'ready', since: ready })),
      apply(ready, replicaSet(service, fresh, i + 1)),
      apply(gone, replicaSet(service, current, replicas - i - 1)),
      apply(
        gone,
        deployment(service, fresh, { ...state, pods: i + 1 === replicas ? replicas : replicas + 1, since: gone }),
      ),
      apply(gone, endpoints(service, [...leaving.slice(i + 1), ...coming.slice(0, i + 1)], foundedAt(clock))),
    )
    if (old) objects.push(remove(gone, pod(service, old, { phase: 'ready', since: old.from })))
  }
  return objects
}
