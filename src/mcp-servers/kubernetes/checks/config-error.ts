// A container that cannot be set up: a config map, secret or key it needs is not there. Which one, the message says.
import { named } from '../view.ts'
import type { Reference } from '../view.ts'
import { missingIn, sayMissing, saysMissing } from './missing-object.ts'
import { startFault } from './start-fault.ts'
import type { Check, Verdict } from './verdict.ts'
import { hasStarted, perSubject, perWorkload, rollbackRemedy, waiting } from './verdict.ts'

const REASONS = [
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreCreateHookError',
  'PostStartHookError',
]

export const configError: Check = {
  name: 'config-error',
  check: view => [
    ...perWorkload(
      view,
      // What is wrong with the command itself is start-failing.ts's.
      waiting(view, REASONS).filter(({ status }) => !startFault(status.state?.waiting?.message ?? '')),
      (object, sights) => {
        const [{ status, reason, since }] = sights
        const pods = sights.map(({ pod }) => pod)
        const message = status.state?.waiting?.message ?? ''
        const back = rollbackRemedy(view, object, pods, since)
        return { fault: reason, ...verdict(object, `${status.name} cannot be set up`, message), ...back }
      },
    ),
    ...perSubject(
      view,
      view.events.filter(
        event => event.reason === 'FailedMount' && saysMissing(event.message ?? '') && !hasStarted(event, view),
      ),
      (object, [{ message = '' }]) => ({
        fault: 'FailedMount',
        ...verdict(object, 'a volume cannot be mounted', message),
      }),
    ),
  ],
}

/** The system itself says it; that it names what is missing leaves nothing open. */
function verdict(object: Reference, what: string, message: string): Pick<Verdict, 'points' | 'text' | 'mend'> {
  const missing = missingIn(message)
  if (!missing) return { points: 8, text: `${object.name}: ${what}${message ? `: ${message.slice(0, 300)}` : ''}` }
  return {
    points: 10,
    text: `${object.name}: ${what}: ${sayMissing(missing)} is not there`,
    mend: `create ${missing.kind} ${named({ ...object, name: missing.name })}, or correct the name in ${object.name}`,
  }
}
