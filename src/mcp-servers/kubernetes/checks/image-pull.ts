// An image that cannot be pulled: it is not there, its name is wrong, or the registry refuses.
import type { Check } from './verdict.ts'
import { perWorkload, rollbackRemedy, waiting } from './verdict.ts'

const REASONS = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']

export const imagePull: Check = {
  name: 'image-pull',
  check: view =>
    perWorkload(view, waiting(view, REASONS), (object, sights) => {
      const [{ pod, status, since }] = sights
      const image = pod.spec?.containers.find(({ name }) => name === status.name)?.image ?? 'its image'
      const pods = sights.map(sight => sight.pod)
      return {
        fault: 'ImagePullBackOff',
        points: 8,
        text: `${object.name}: ${image} cannot be pulled`,
        ...rollbackRemedy(view, object, pods, since),
      }
    }),
}
