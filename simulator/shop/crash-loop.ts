// Pods whose container cannot run: started, crashed, backed off and started again, with the events and lines that come of it.
import type { Millis, RecordOf } from '../recording.ts'
import { event } from './event-object.ts'
import { apply, type ObjectRecord } from './object-parts.ts'
import { pod } from './pod-object.ts'
import { namespace, type Service } from './services.ts'
import type { PodLife } from './story-line.ts'

/** From created to started. */
const firstStartMillis = 2_000
/** How long such a container lives: it reads its configuration first. */
const crashAfterMillis = 2_000

/** `lines` are what the container writes each time before it crashes. */
export function crashLoop(service: Service, life: PodLife, end: Millis, lines: string[]) {
  const objects: ObjectRecord[] = []
  const logs: RecordOf['kubernetes/logs'][] = []
  const created = pod(service, life, { phase: 'creating', since: life.from })
  const starts = startsUntil(end - crashAfterMillis, life.from + firstStartMillis)
  const [first = life.from] = starts
  objects.push(
    apply(life.from, created),
    event(life.from, created, {
      reason: 'Scheduled',
      message: `Successfully assigned ${namespace}/${life.name} to ${life.node}`,
      component: 'default-scheduler',
    }),
    event(first, created, {
      reason: 'Pulled',
      message: 'Container image already present on machine',
      component: 'kubelet',
    }),
  )
  for (const [restarts, start] of starts.entries()) {
    const crash = start + crashAfterMillis
    const count = restarts + 1
    objects.push(
      apply(start, pod(service, life, { phase: 'starting', since: start, restarts })),
      event(start, created, {
        reason: 'Started',
        message: `Started container ${service.name}`,
        component: 'kubelet',
        count,
        first,
      }),
      apply(
        crash,
        pod(service, life, { phase: 'crashed', since: crash, restarts, backOffSeconds: backOffSeconds(restarts) }),
      ),
      event(crash, created, {
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off restarting failed container ${service.name} in pod ${life.name}_${namespace}(${life.uid})`,
        component: 'kubelet',
        count,
        first: first + crashAfterMillis,
      }),
    )
    for (const [i, line] of lines.entries())
      logs.push({ at: start + 300 * (i + 1), namespace, pod: life.name, container: service.name, line })
  }
  return { objects, logs }
}

function startsUntil(end: Millis, first: Millis): Millis[] {
  const starts: Millis[] = []
  for (let next = first; next <= end; next += crashAfterMillis + backOffSeconds(starts.length - 1) * 1000)
    starts.push(next)
  return starts
}

/** kubelet: 10 s after the first crash, then doubled, at most 5 min. */
function backOffSeconds(restarts: number): number {
  return Math.min(300, 10 * 2 ** restarts)
}
