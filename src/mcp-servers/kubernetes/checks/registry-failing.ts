// A registry that cannot be pulled from: it is the registry, or the way to it, and none of its images. Of one workload alone that
// is so where others run images from the same place: then its name is right.
import type { Pod } from '../pod-schema.ts'
import { keyOf, named } from '../view.ts'
import type { View } from '../view.ts'
import { PULL_REASONS } from './image-pull.ts'
import { pullFault, registryOf } from './pull-fault.ts'
import type { Check, Verdict } from './verdict.ts'
import { waiting } from './verdict.ts'

const WORKLOADS = 2

export const registryFailing: Check = {
  name: 'registry-failing',
  check(view) {
    const sights = waiting(view, PULL_REASONS).flatMap(({ pod, status, since }) => {
      const image = imagesOf(pod).find(({ name }) => name === status.name)?.image
      const object = view.ownerOf(pod)
      const told = [status.state?.waiting?.message ?? '', ...view.eventsOf(object).map(({ message = '' }) => message)]
      const why = pullFault(told)
      return image && why?.ofRegistry ? [{ pod, object, image, since, why }] : []
    })
    return [...Map.groupBy(sights, ({ image }) => registryOf(image))].flatMap(([registry, same]): Verdict[] => {
      const objects = new Map(same.map(({ object }) => [keyOf(object), object]))
      const [first] = same
      if (!first) return []
      const isOne = objects.size < WORKLOADS
      if (isOne && (!first.why.isOutOfReach || !isUsedByOthers(registry, first.object, view))) return []
      const who = isOne ? first.object.name : `${objects.size} workloads`
      return [
        {
          object: { kind: 'External', name: registry },
          ...(isOne ? { concerns: first.object } : { healthOf: first.object }),
          fault: 'RegistryFailing',
          points: isOne ? 10 : 14,
          text: `${who} cannot pull from ${registry}: ${first.why.says}`,
          since: Math.min(...same.map(({ since }) => since)),
          mend: first.why.mend,
          // Its old pods serve, for as long as none of them is replaced.
          ...(isOne && { whenHealthy: 1 }),
          witness: same.slice(0, 5).map(({ pod, image }) => `${named(pod.metadata)}: ${image} is not pulled`),
        },
      ]
    })
  },
}

function imagesOf({ spec }: Pod) {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
}

/** Pods of other workloads run images from there, or of the same one before this image. */
function isUsedByOthers(registry: string, object: Parameters<typeof keyOf>[0], view: View): boolean {
  const own = keyOf(object)
  return view.pods.some(
    pod =>
      pod.status?.phase === 'Running' &&
      imagesOf(pod).some(({ image }) => image !== undefined && registryOf(image) === registry) &&
      (keyOf(view.ownerOf(pod)) !== own || pod.status.containerStatuses.every(({ ready }) => ready)),
  )
}
