// A container that ends as soon as it starts, again and again.
import type { Millis } from '#incident/signal.ts'
import { containersOf } from '../readiness.ts'
import type { View } from '../view.ts'
import { sayExit } from './exit-code.ts'
import type { Check, ContainerSight } from './verdict.ts'
import { perWorkload, rollbackRemedy, unreadyPods, unreadySince, waiting } from './verdict.ts'

export const crashLoop: Check = {
  name: 'crash-loop',
  check: view =>
    perWorkload(view, [...waiting(view, ['CrashLoopBackOff']), ...betweenCrashes(view)], (object, sights) => {
      const [{ status }] = sights
      const last = status.state?.terminated ?? status.lastState?.terminated
      const exit = last?.exitCode === undefined ? '' : ` with exit code ${sayExit(last.exitCode)}`
      const pods = sights.map(({ pod }) => pod)
      const count = new Set(pods).size
      return {
        fault: 'CrashLoopBackOff',
        points: 8,
        text: `${object.name}: ${status.name} ends${exit} as soon as it starts (${count === 1 ? '1 pod' : `${count} pods`})`,
        mayFollow: !OF_ITS_OWN.includes(last?.exitCode ?? 1),
        ...rollbackRemedy(view, object, pods, Math.min(...sights.map(({ since }) => since))),
      }
    }),
}

/** A missing command, an abort and a touch of foreign memory are nobody else's doing. */
const OF_ITS_OWN = [126, 127, 134, 136, 139]

const OFTEN = 2 // one restart may have any reason
const LATELY: Millis = 5 * 60_000 // the kubelet's longest pause between tries

/** Between two pauses the same container is seen running or just ended: the back-off is only one face of it. */
function betweenCrashes(view: View): ContainerSight[] {
  return unreadyPods(view).flatMap(pod =>
    containersOf(pod).flatMap((status): ContainerSight[] => {
      const last = status.state?.terminated ?? status.lastState?.terminated
      if (status.ready || status.state?.waiting || (status.restartCount ?? 0) < OFTEN || !last) return []
      if (last.exitCode === 0 || view.at - (last.finishedAt ?? 0) > LATELY) return []
      const saw = `${status.name} restarted ${status.restartCount}×, last exit code ${last.exitCode}`
      return [{ pod, status, reason: 'CrashLoopBackOff', saw, since: unreadySince(pod, view.at) }]
    }),
  )
}
