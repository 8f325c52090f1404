// Pods whose memory climbs until the kernel kills their container at its limit: started again, it climbs again.
import type { Millis } from '../recording.ts'
import { event } from './event-object.ts'
import { apply, type ObjectRecord } from './object-parts.ts'
import { pod } from './pod-object.ts'
import { namespace, type Service } from './services.ts'
import type { PodLife } from './story-line.ts'
import { memoryLimitMebibytes } from './workload-objects.ts'

/** From started to killed. */
const climbMillis = 45_000
const startMillis = 6_000

/** The moments it is killed, with the wait before it is started again: kubelet's, 10 s at first, doubled, at most 5 min. */
function killsOf({ from, until }: PodLife): { at: Millis; waitMillis: number }[] {
  const kills: { at: Millis; waitMillis: number }[] = []
  let started = from + startMillis
  while (started + climbMillis < until) {
    const waitMillis = Math.min(300, 10 * 2 ** kills.length) * 1000
    kills.push({ at: started + climbMillis, waitMillis })
    started += climbMillis + waitMillis
  }
  return kills
}

/** In mebibytes: from the usual to the limit, and nothing while it waits. */
export function memoryOf({ memoryMebibytes }: Service, life: PodLife, at: Millis): number {
  const last = killsOf(life).findLast(kill => kill.at <= at)
  const started = last ? last.at + last.waitMillis : life.from + startMillis
  if (at < started) return last ? 0 : memoryMebibytes
  return memoryMebibytes + (memoryLimitMebibytes - memoryMebibytes) * Math.min(1, (at - started) / climbMillis)
}

/** What Kubernetes shows of it. */
export function killedAgain(service: Service, life: PodLife, end: Millis): ObjectRecord[] {
  const objects: ObjectRecord[] = []
  const kills = killsOf(life).filter(({ at }) => at < end)
  for (const [i, { at, waitMillis }] of kills.entries()) {
    const ended = { reason: 'OOMKilled', exitCode: 137, at } as const
    const backOffSeconds = waitMillis / 1000
    const crashed = pod(service, life, { phase: 'crashed', since: at, restarts: i, backOffSeconds, ended })
    const again = at + waitMillis
    objects.push(
      apply(at, crashed),
      event(at, crashed, {
        type: 'Warning',
        reason: 'BackOff',
        message: `Back-off restarting failed container ${service.name} in pod ${life.name}_${namespace}(${life.uid})`,
        component: 'kubelet',
        count: i + 1,
        first: kills[0]?.at ?? at,
      }),
      apply(again, pod(service, life, { phase: 'ready', since: again, restarts: i + 1, ended })),
    )
  }
  return objects
}
