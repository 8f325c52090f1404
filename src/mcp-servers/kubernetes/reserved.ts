// What pods reserve of a node, and may use at most. Pure.
// https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
import { parseCpu, parseQuantity } from './quantity.ts'
import type { Container, Pod } from './pod-schema.ts'

/** CPU in millicores, memory in bytes. */
export type Resources = { cpu: number; memory: number }

/**
 * What the scheduler reserves for a pod ('requests'), or what its containers may use at most ('limits'; 0 where one of
 * them has none): its containers and sidecars together, or its largest init container if that is more; and its overhead.
 */
export function resourcesOf({ spec }: Pod, which: 'requests' | 'limits'): Resources {
  const sidecars = (spec?.initContainers ?? []).filter(each => each.restartPolicy === 'Always')
  const first = (spec?.initContainers ?? []).filter(each => each.restartPolicy !== 'Always')
  const running = [...(spec?.containers ?? []), ...sidecars]
  const sum = (resource: keyof Resources): number => {
    const needs = running.map(container => amountOf(container, which, resource))
    if (which === 'limits' && needs.includes(0)) return 0
    const atOnce = needs.reduce((all, need) => all + need, 0)
    const largest = Math.max(0, ...first.map(container => amountOf(container, which, resource)))
    return Math.max(atOnce, largest) + parse(resource, spec?.overhead[resource])
  }
  return { cpu: sum('cpu'), memory: sum('memory') }
}

/** { cpu: '250m', memory: '128Mi' } -> { cpu: 250, memory: 134217728 }; 0 for what is absent. */
export function amounts(quantities: Readonly<Record<string, string | undefined>> | undefined): Resources {
  return { cpu: parse('cpu', quantities?.['cpu']), memory: parse('memory', quantities?.['memory']) }
}

export function together(all: readonly Resources[]): Resources {
  return all.reduce((sum, { cpu, memory }) => ({ cpu: sum.cpu + cpu, memory: sum.memory + memory }), {
    cpu: 0,
    memory: 0,
  })
}

function amountOf({ resources }: Container, which: 'requests' | 'limits', resource: keyof Resources): number {
  // A container with a limit and no request reserves its limit: the API server writes it so, recordings may not.
  return parse(resource, resources?.[which][resource] ?? resources?.limits[resource])
}

function parse(resource: keyof Resources, quantity: string | undefined): number {
  return (resource === 'cpu' ? parseCpu(quantity) : parseQuantity(quantity)) ?? 0
}
