// A container the kernel ended because it reached its memory limit.
import type { Millis } from '#incident/signal.ts'
import type { Pod } from '../schema.ts'
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
        const last = status.state?.terminated ?? status.lastState?.terminated
        const at = last?.finishedAt ?? view.at
        const isOut = last?.reason === 'OOMKilled' || (last?.exitCode === KILLED && !probeKilled(pod, view))
        if (!isOut || view.at - at > LATELY || at > view.at) return []
        return [{ pod, status, at, since: at, saw: `${status.name} was killed, exit code ${last?.exitCode ?? KILLED}` }]
      }),
    )
    return perWorkload(view, sights, (object, found) => {
      const [{ status, since }] = found
      return {
        fault: 'OOMKilled',
        points: 10,
        text: `${object.name}: ${status.name} ran out of memory and was killed`,
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

/** The kubelet too kills with 137, where a container that failed its liveness probe does not stop by itself. */
function probeKilled(pod: Pod, view: View): boolean {
  return view.events.some(
    ({ reason, message, involvedObject }) =>
      reason === 'Unhealthy' && involvedObject.name === pod.metadata.name && message?.startsWith('Liveness'),
  )
}
