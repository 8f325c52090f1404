// Nothing is wrong: spikes of one step, warnings, a batch pod that is restarted once, a rollout that goes well.
import type { Millis } from '../recording.ts'
import { connectionsAlarm, serverErrorsAlarm } from '../shop/alarms.ts'
import { foundedAt, inOrder, podLife, revision, revisionsOf, tellChapter, usualPods } from '../shop/chapter.ts'
import { event } from '../shop/event-object.ts'
import { apply, remove, type ObjectRecord } from '../shop/object-parts.ts'
import { pod } from '../shop/pod-object.ts'
import { pick, randomOf } from '../shop/random.ts'
import { serviceNamed, services, type ServiceName } from '../shop/services.ts'
import { clockwork, stepMillis, type Clockwork, type Disturbance, type PodLife } from '../shop/story-line.ts'
import { endpoints } from '../shop/surroundings.ts'
import { deployment, replicaSet } from '../shop/workload-objects.ts'
import type { Scenario } from '../story.ts'

const catalogue = serviceNamed('catalogue')
const newVersion = 'v1.15'
/** From created to ready, and until the pod it replaces is gone. */
const startMillis = 6_000
const replaceMillis = 8_000

export const quiet: Scenario = {
  name: 'quiet',
  description:
    'Nothing is wrong: noise, warnings, a batch pod restarted once and a rollout of catalogue that goes well.',
  tell(now, seed) {
    const clock = clockwork(now, seed)
    const rolledOutAt = clock.now + 60_000
    const { leaving, coming } = podsOf(clock, rolledOutAt)
    const recording = tellChapter('quiet', clock, {
      pods: [...leaving, ...coming],
      disturbances: spikes(clock),
      alarms: [serverErrorsAlarm('frontend'), serverErrorsAlarm('checkout'), connectionsAlarm()],
      alerts: [{ service: 'checkout' }, { service: 'frontend' }],
      batchFailsOnce: clock.now,
    })
    const { records } = recording
    records['kubernetes/objects'].push(...rollout(clock, rolledOutAt))
    records['sentry/releases'].push({ at: rolledOutAt, project: 'catalogue', version: `catalogue@${newVersion}` })
    records['grafana/annotations'].push({
      at: rolledOutAt,
      text: `Deployed catalogue ${newVersion} (build 977)`,
      tags: ['deploy', 'service:catalogue', `version:${newVersion}`],
    })
    return { recording: inOrder(recording) }
  },
}

/** Every few minutes some service is slow for one step: what a garbage collection or a cold cache looks like. */
function spikes({ start, end, seed }: Clockwork): Disturbance[] {
  const random = randomOf(seed, 'spikes')
  const names = services.filter(service => service.replicas > 0).map(service => service.name)
  const [first = 'frontend', ...others] = names
  const found: Disturbance[] = []
  for (let at = start + 12 * stepMillis; at < end; at += stepMillis * Math.round(25 + random() * 30)) {
    const service: ServiceName = pick(random, [first, ...others])
    found.push({ service, from: at, until: at, latencyFactor: 2 + 2 * random() })
  }
  return found
}

/** One pod after the other is replaced; the old one goes when the new one is ready. */
function podsOf(clock: Clockwork, at: Millis): { leaving: PodLife[]; coming: PodLife[] } {
  const fresh = revision(catalogue, 3, newVersion, at, clock)
  const old = usualPods(clock).filter(life => life.service === 'catalogue')
  const leaving = old.map((life, i) => Object.assign(life, { until: at + (i + 1) * replaceMillis }))
  return { leaving, coming: old.map((_, i) => podLife(catalogue, fresh, i, at + i * replaceMillis, clock)) }
}

function rollout(clock: Clockwork, at: Millis): ObjectRecord[] {
  const { replicas } = catalogue
  const { current } = revisionsOf(catalogue, clock)
  const fresh = revision(catalogue, 3, newVersion, at, clock)
  const { leaving, coming } = podsOf(clock, at)
  const objects: ObjectRecord[] = []
  for (const [i, life] of coming.entries()) {
    const old = leaving[i]
    const [begun, ready, gone] = [life.from, life.from + startMillis, life.from + replaceMillis]
    const state = { replicas, pods: replicas + 1, ready: replicas, updated: i + 1, generation: 3, since: begun }
    const created = pod(catalogue, life, { phase: 'creating', since: begun })
    const growing = deployment(catalogue, fresh, state)
    objects.push(
      apply(begun, growing),
      apply(begun, replicaSet(catalogue, fresh, i + 1, i)),
      apply(begun, created),
      event(begun, growing, {
        reason: 'ScalingReplicaSet',
        message: `Scaled up replica set catalogue-${fresh.hash} to ${i + 1}${i > 0 ? ` from ${i}` : ''}`,
        component: 'deployment-controller',
      }),
      apply(begun + 2_000, pod(catalogue, life, { phase: 'starting', since: begun + 2_000 })),
      event(begun + 4_000, created, {
        type: 'Warning',
        reason: 'Unhealthy',
        message: `Readiness probe failed: Get "http://${life.ip}:8080/healthz": dial tcp ${life.ip}:8080: connect: connection refused`,
        component: 'kubelet',
      }),
      apply(ready, pod(catalogue, life, { phase: 'ready', since: ready })),
      apply(ready, replicaSet(catalogue, fresh, i + 1)),
      apply(gone, replicaSet(catalogue, current, replicas - i - 1)),
      apply(
        gone,
        deployment(catalogue, fresh, { ...state, pods: i + 1 === replicas ? replicas : replicas + 1, since: gone }),
      ),
      apply(gone, endpoints(catalogue, [...leaving.slice(i + 1), ...coming.slice(0, i + 1)], foundedAt(clock))),
    )
    if (old) objects.push(remove(gone, pod(catalogue, old, { phase: 'ready', since: old.from })))
  }
  return objects
}
