// A container that cannot be set up: a config map, secret, key or command it needs is not there.
import type { KubernetesEvent } from '../schema.ts'
import type { View } from '../view.ts'
import type { Check } from './verdict.ts'
import { perSubject, perWorkload, rollbackRemedy, waiting } from './verdict.ts'

const REASONS = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']
const NOT_THERE = /not found|references non-existent/

export const configError: Check = {
  name: 'config-error',
  check: view => [
    ...perWorkload(view, waiting(view, REASONS), (object, sights) => {
      const [{ status, reason, since }] = sights
      const message = status.state?.waiting?.message
      const pods = sights.map(({ pod }) => pod)
      return {
        fault: reason,
        points: 8,
        text: `${object.name}: ${status.name} cannot be set up${message ? `: ${message.slice(0, 300)}` : ''}`,
        ...rollbackRemedy(view, object, pods, since),
      }
    }),
    ...perSubject(
      view,
      view.events.filter(
        event => event.reason === 'FailedMount' && NOT_THERE.test(event.message ?? '') && !isStarted(event, view),
      ),
      (object, [last]) => ({
        fault: 'FailedMount',
        points: 8,
        text: `${object.name}: a volume cannot be mounted: ${(last.message ?? '').slice(0, 300)}`,
      }),
    ),
  ],
}

/** Then the volume came after all. */
function isStarted(event: KubernetesEvent, view: View): boolean {
  const { namespace = event.metadata.namespace, name = '' } = event.involvedObject
  const phase = view.pod(namespace, name)?.status?.phase
  return phase !== undefined && phase !== 'Pending'
}
