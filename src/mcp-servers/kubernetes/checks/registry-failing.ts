// A registry that several workloads cannot pull from: it is the registry, or the way to it, and none of them.
import { keyOf, named } from '../view.ts'
import { PULL_REASONS } from './image-pull.ts'
import { pullFault, registryOf } from './pull-fault.ts'
import type { Check, Verdict } from './verdict.ts'
import { waiting } from './verdict.ts'

const WORKLOADS = 2

export const registryFailing: Check = {
  name: 'registry-failing',
  check(view) {
    const sights = waiting(view, PULL_REASONS).flatMap(({ pod, status, since }) => {
      const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
      const image = containers.find(({ name }) => name === status.name)?.image
      const object = view.ownerOf(pod)
      const told = [status.state?.waiting?.message ?? '', ...view.eventsOf(object).map(({ message = '' }) => message)]
      const why = pullFault(told)
      return image && why?.ofRegistry ? [{ pod, object, image, since, why }] : []
    })
    return [...Map.groupBy(sights, ({ image }) => registryOf(image))].flatMap(([registry, same]): Verdict[] => {
      const objects = new Set(same.map(({ object }) => keyOf(object)))
      const [first] = same
      if (!first || objects.size < WORKLOADS) return []
      return [
        {
          object: { kind: 'External', name: registry },
          fault: 'RegistryFailing',
          points: 14,
          healthOf: first.object,
          text: `${objects.size} workloads cannot pull from ${registry}: ${first.why.says}`,
          since: Math.min(...same.map(({ since }) => since)),
          mend: first.why.mend,
          witness: same.slice(0, 5).map(({ pod, image }) => `${named(pod.metadata)}: ${image} is not pulled`),
        },
      ]
    })
  },
}
