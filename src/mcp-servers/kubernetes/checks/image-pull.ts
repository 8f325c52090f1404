// An image that cannot be pulled: it is not there, its name is wrong, or the registry refuses.
import { pullFault } from './pull-fault.ts'
import type { Check } from './verdict.ts'
import { perWorkload, rollbackRemedy, waiting } from './verdict.ts'

/** Of a container that waits for its image. */
export const PULL_REASONS = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]

export const imagePull: Check = {
  name: 'image-pull',
  check: view =>
    perWorkload(view, waiting(view, PULL_REASONS), (object, sights) => {
      const [{ pod, status, since }] = sights
      const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
      const image = containers.find(({ name }) => name === status.name)?.image ?? 'its image'
      const pods = sights.map(sight => sight.pod)
      const told = [
        ...sights.map(sight => sight.status.state?.waiting?.message ?? ''),
        ...view.eventsOf(object).map(({ message = '' }) => message),
      ]
      const why = pullFault(told)
      return {
        fault: 'ImagePullBackOff',
        points: 8,
        text: `${object.name}: ${image} cannot be pulled${why ? `: ${why.says}` : ''}`,
        ...(why && { mend: why.mend }),
        ...rollbackRemedy(view, object, pods, since),
      }
    }),
}
