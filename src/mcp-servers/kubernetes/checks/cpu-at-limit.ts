// A workload that uses all the CPU it may: it is throttled, and whoever calls it waits.
import { parseCpu } from '../quantity.ts'
import type { Pod } from '../pod-schema.ts'
import type { PodMetrics } from '../schema.ts'
import { named } from '../view.ts'
import type { View } from '../view.ts'
import type { Check } from './verdict.ts'
import { perWorkload } from './verdict.ts'
import { callersComplain, servicesOf } from './witness.ts'

const NEARLY_ALL = 0.95 // measured over 15 s or more: throttled in most periods of 100 ms
const SHARE = 0.5 // of its pods

export const cpuAtLimit: Check = {
  name: 'cpu-at-limit',
  check(view) {
    const sights = view.metrics.flatMap(metrics => {
      const pod = view.pod(metrics.metadata.namespace, metrics.metadata.name)
      const saw = pod && sayLimit(pod, metrics)
      return pod && saw ? [{ pod, saw, since: metrics.timestamp ?? view.at }] : []
    })
    return perWorkload(view, sights, (object, found) => {
      const share = found.length / view.podsOf(object).length
      const isMissed = isWaitedFor(view, found[0].pod)
      return {
        fault: 'CpuAtLimit',
        points: share < SHARE ? 2 : 8,
        whenHealthy: isMissed ? 1 : 0.3, // many do their work as fast as they may, and nobody waits
        text: `${object.name} uses all the CPU it may: ${found[0].saw}`,
        mend: `raise the CPU limit of ${object.name}, or scale it out`,
      }
    })
  },
}

function sayLimit({ spec, metadata }: Pod, { containers }: PodMetrics): string | undefined {
  for (const { name, usage } of containers) {
    const limit = parseCpu(spec?.containers.find(each => each.name === name)?.resources?.limits['cpu'])
    const used = limit === undefined ? undefined : parseCpu(usage?.cpu)
    if (limit && used !== undefined && used >= NEARLY_ALL * limit) {
      return `${Math.round(used)} of ${Math.round(limit)} millicores in ${name} of ${named(metadata)}`
    }
  }
  return undefined
}

function isWaitedFor(view: View, pod: Pod): boolean {
  const object = view.ownerOf(pod)
  const workload = view.workload(object)
  return (
    workload !== undefined &&
    servicesOf(view, workload).some(({ metadata }) => callersComplain(view, metadata.name, object))
  )
}
