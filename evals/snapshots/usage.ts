// What every running container uses at the moment, as the metrics server would say: where a fault has said nothing of it, an
// ordinary share of what it asked for. Where no metrics server is ready there are no figures.
import type { Container, Pod, Scaled } from './kinds.ts'
import { nodesOf, podsOn } from './node.ts'
import { between, type World } from './world.ts'

export function settleUsage(world: World): void {
  const server = world.objects.find(
    ({ kind, metadata: { name } }) => kind === 'Deployment' && name === 'metrics-server',
  )
  if (!(server as Scaled | undefined)?.status.readyReplicas) {
    world.metrics = []
    return
  }
  for (const node of nodesOf(world)) {
    let cpu = 180
    let memory = 900
    for (const pod of podsOn(world, node)) {
      const used = usageOn(world, pod)
      cpu += used.cpu
      memory += used.memory
    }
    const { name } = node.metadata
    const silent = node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'Unknown')
    const known = world.metrics.some(line => line.node === name)
    if (!silent && !known) world.metrics.push({ at: world.at, node: name, cpu: `${cpu}m`, memory: `${memory}Mi` })
  }
}

/** Of a pod's running containers together, in thousandths of a CPU and MiB; adds the lines that are missing. */
function usageOn(world: World, { metadata: { namespace, name }, spec, status }: Pod): { cpu: number; memory: number } {
  const sum = { cpu: 0, memory: 0 }
  for (const container of spec.containers) {
    if (!status.containerStatuses?.some(each => each.name === container.name && each.state.running)) continue
    const said = world.metrics.find(line => line.pod === name && line.container === container.name)
    const line = said ?? {
      at: world.at,
      namespace,
      pod: name,
      container: container.name,
      ...ordinary(world, container),
    }
    if (!said) world.metrics.push(line)
    sum.cpu += Number.parseInt(line.cpu, 10)
    sum.memory += Number.parseInt(line.memory, 10)
  }
  return sum
}

function ordinary(world: World, { resources: { requests, limits } }: Container): { cpu: string; memory: string } {
  const asked = milli(requests?.cpu ?? '100m')
  const bound = mebi(limits?.memory ?? requests?.memory ?? '256Mi')
  return {
    cpu: `${Math.round((asked * between(world, 12, 55)) / 100)}m`,
    memory: `${Math.round((bound * between(world, 22, 61)) / 100)}Mi`,
  }
}

/** `250m` or `2`, in thousandths of a CPU. */
export function milli(cpu = '0'): number {
  return cpu.endsWith('m') ? Number(cpu.slice(0, -1)) : Number(cpu) * 1000
}

function mebi(memory: string): number {
  return Number.parseInt(memory, 10) * (memory.endsWith('Gi') ? 1024 : 1)
}
