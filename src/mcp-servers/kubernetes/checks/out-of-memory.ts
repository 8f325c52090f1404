// A container the kernel ended because it reached its memory limit.
import type { Millis } from '#incident/signal.ts'
import type { ContainerStatus, Pod } from '../pod-schema.ts'
import { containersOf } from '../readiness.ts'
import type { View } from '../view.ts'
import type { Check } from './verdict.ts'
import { perWorkload, rollbackRemedy } from './verdict.ts'

const KILLED = 137 // 128 + SIGKILL
const LATELY: Millis = 60 * 60_000

export const outOfMemory: Check = {
  name: 'out-of-memory',
  check(view) {
    const sights = view.pods.flatMap(pod =>
      containersOf(pod).flatMap(status => {
        const last = status.state?.terminated ?? status.lastState?.terminated ?? toldEnd(pod, status, view)
        const at = last?.finishedAt ?? view.at
        const isOut = last?.reason === 'OOMKilled' || (last?.exitCode === KILLED && !probeKilled(pod, view))
        if (!isOut || view.at - at > LATELY || at > view.at) return []
        const code = last?.exitCode ?? KILLED
        return [{ pod, status, at, since: at, code, saw: `${status.name} was killed, exit code ${code}` }]
      }),
    )
    return perWorkload(view, sights, (object, found) => {
      const [{ status, since, code }] = found
      return {
        fault: 'OOMKilled',
        points: 10,
        text: `${object.name}: ${status.name} ran out of memory and was killed (exit code ${code})`,
        seen: Math.max(...found.map(({ at }) => at)),
        ...rollbackRemedy(
          view,
          object,
          found.map(({ pod }) => pod),
          since,
        ),
      }
    })
  },
}

/** A container that waits for its next try and whose end is no longer kept: the back-off still says how it ended. */
function toldEnd(pod: Pod, { state }: ContainerStatus, view: View): Ended | undefined {
  if (state?.waiting?.reason !== 'CrashLoopBackOff') return undefined
  const event = view.events.findLast(
    ({ reason, involvedObject, message = '' }) =>
      reason === 'BackOff' && involvedObject.name === pod.metadata.name && OUT.test(message),
  )
  if (!event && !OUT.test(state.waiting.message ?? '')) return undefined
  return { reason: 'OOMKilled', finishedAt: event?.last ?? view.at }
}

const OUT = /\bOOMKilled\b/
type Ended = Pick<
  NonNullable<NonNullable<ContainerStatus['state']>['terminated']>,
  'reason' | 'exitCode' | 'finishedAt'
>

/** The kubelet too kills with 137, where a container that failed its liveness probe does not stop by itself. */
function probeKilled(pod: Pod, view: View): boolean {
  return view.events.some(
    ({ reason, message, involvedObject }) =>
      reason === 'Unhealthy' && involvedObject.name === pod.metadata.name && message?.startsWith('Liveness'),
  )
}
