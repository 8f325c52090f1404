// An image that cannot be pulled: it is not there, its name is wrong, or the registry refuses.
import type { Check } from './verdict.ts'
import { perWorkload, rollbackRemedy, waiting } from './verdict.ts'

const REASONS = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']

/** What the registry or the runtime answered, in the last message. */
const WHY: { pattern: RegExp; says: string; mend: string }[] = [
  {
    pattern: /toomanyrequests|rate limit|429/i,
    says: 'the registry has given out as many as it allows for now',
    mend: 'log in to the registry with an imagePullSecret, or pull through a mirror',
  },
  {
    pattern: /no match for platform|no matching manifest/i,
    says: 'it does not exist for the processor of the node',
    mend: 'use an image built for the architecture of the nodes',
  },
  {
    pattern: /no such host|i\/o timeout|connection refused|dial tcp|TLS handshake|x509|deadline exceeded/i,
    says: 'the registry cannot be reached',
    mend: 'look at the way from the node to the registry: DNS, proxy, certificate',
  },
  {
    pattern: /manifest (?:for .{1,300} )?(?:unknown|not found)|: not found/i,
    says: 'there is no such tag',
    mend: 'correct the tag',
  },
  {
    pattern:
      /unauthorized|authentication required|403 forbidden|access (?:to the resource is )?denied|authorization failed/i,
    says: 'the registry refuses, or there is no such repository',
    mend: 'correct the name of the image, or give the pods an imagePullSecret that may read it',
  },
  {
    pattern: /invalid reference format|InvalidImageName|couldn't parse image/i,
    says: 'that is not the name of an image',
    mend: 'correct the name of the image',
  },
]

export const imagePull: Check = {
  name: 'image-pull',
  check: view =>
    perWorkload(view, waiting(view, REASONS), (object, sights) => {
      const [{ pod, status, since }] = sights
      const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
      const image = containers.find(({ name }) => name === status.name)?.image ?? 'its image'
      const pods = sights.map(sight => sight.pod)
      const told = [
        ...sights.map(sight => sight.status.state?.waiting?.message ?? ''),
        ...view.eventsOf(object).map(({ message = '' }) => message),
      ]
      const why = WHY.find(({ pattern }) => told.some(message => message.includes('image') && pattern.test(message)))
      return {
        fault: 'ImagePullBackOff',
        points: 8,
        text: `${object.name}: ${image} cannot be pulled${why ? `: ${why.says}` : ''}`,
        ...(why && { mend: why.mend }),
        ...rollbackRemedy(view, object, pods, since),
      }
    }),
}
