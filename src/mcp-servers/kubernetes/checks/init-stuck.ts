// An init container that goes on and on, while the pod's own containers wait for it. One that fails is crash-loop.ts's.
import type { Millis } from '#incident/signal.ts'
import type { Pod } from '../pod-schema.ts'
import type { Check } from './verdict.ts'
import { perWorkload, unreadyPods } from './verdict.ts'

const LONG: Millis = 3 * 60_000 // most take seconds
const VERY_LONG: Millis = 5 * 60_000 // downloads and migrations take some minutes: until then it is worth a look, no more

export const initStuck: Check = {
  name: 'init-stuck',
  check(view) {
    const sights = unreadyPods(view).flatMap(pod => {
      const status = runningInit(pod)
      const since = status?.state?.running?.startedAt
      if (!status || since === undefined || view.at - since < LONG) return []
      const minutes = Math.round((view.at - since) / 60_000)
      return [{ pod, name: status.name, since, saw: `${status.name} has been running for ${minutes} min` }]
    })
    return perWorkload(view, sights, (object, found) => {
      const [{ name }] = found
      const since = Math.min(...found.map(each => each.since))
      return {
        fault: 'InitContainerStuck',
        points: view.at - since >= VERY_LONG ? 8 : 5,
        text: `${object.name}: init container ${name} does not end, and its pods wait for it`,
        mend: `look at the log of ${name}: mostly it waits for something that is not there`,
        mayFollow: true,
      }
    })
  },
}

/** Sidecars run on by design, and a pod that has come past its init containers waits for none. */
function runningInit({ spec, status }: Pod) {
  const isInitialized = status?.conditions.some(({ type, status: is }) => type === 'Initialized' && is === 'True')
  if (isInitialized) return undefined
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(each => each.restartPolicy === 'Always').map(({ name }) => name),
  )
  return status?.initContainerStatuses.find(({ name, state }) => state?.running && !sidecars.has(name))
}
