// A container whose program cannot be started: it is not in the image, not for this processor, or may not be executed.
import { containersOf } from '../readiness.ts'
import type { ContainerStatus, Pod } from '../pod-schema.ts'
import type { View } from '../view.ts'
import { startFault, startFaultOfExit } from './start-fault.ts'
import type { StartFault } from './start-fault.ts'
import type { Check } from './verdict.ts'
import { perWorkload, rollbackRemedy, unreadyPods, unreadySince } from './verdict.ts'

export const startFailing: Check = {
  name: 'start-failing',
  check(view) {
    const sights = unreadyPods(view).flatMap(pod => containersOf(pod).flatMap(status => sightOf(pod, status, view)))
    return [...Map.groupBy(sights, ({ why }) => why.fault).values()].flatMap(same =>
      perWorkload(view, same, (object, found) => {
        const [{ status, why, since }] = found
        const pods = found.map(({ pod }) => pod)
        return {
          fault: why.fault,
          points: 10,
          text: `${object.name}: ${status.name} cannot start: ${why.says}`,
          mend: why.mend,
          ...rollbackRemedy(view, object, pods, since),
        }
      }),
    )
  },
}

/** What it waits for where the image is there: a failing pull speaks of what is not found, too. */
const AFTER_PULL = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'CrashLoopBackOff']

type Sight = { pod: Pod; status: ContainerStatus; why: StartFault; saw: string; since: number }

function sightOf(pod: Pod, status: ContainerStatus, view: View): Sight[] {
  const { state, lastState, ready } = status
  if (ready || state?.running) return []
  const last = state?.terminated ?? lastState?.terminated
  if (state?.waiting ? !AFTER_PULL.includes(state.waiting.reason ?? '') : !last || last.exitCode === 0) return []
  const messages = [state?.waiting?.message, last?.message, ...firstWords(pod, status, view)].filter(
    each => each !== undefined,
  )
  const message = messages.find(each => startFault(each))
  const why = message === undefined ? startFaultOfExit(last?.exitCode) : startFault(message)
  if (!why) return []
  const saw = message === undefined ? `exit code ${last?.exitCode}` : message.slice(0, 300)
  return [{ pod, status, why, saw: `${status.name}: ${saw}`, since: unreadySince(pod, view.at) }]
}

/** What a shell or an interpreter says, in a log of a container that came to no more than that. */
function firstWords(pod: Pod, { name, restartCount = 0 }: ContainerStatus, view: View): string[] {
  if (restartCount === 0) return []
  return view
    .logsOf(view.ownerOf(pod))
    .filter(group => group.pod === pod && group.container === name)
    .map(({ text }) => text)
}
