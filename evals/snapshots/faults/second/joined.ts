// A node that has come to the cluster lately, like the others of it, with what DaemonSets put on every node.
import type { Application } from '../../application.ts'
import { event } from '../../event.ts'
import type { Labels, Node, Taint } from '../../kinds.ts'
import { kubeletSays, node, nodesOf } from '../../node.ts'
import { fits } from '../../pod.ts'
import { DAY, MINUTE, SECOND } from '../../world.ts'
import { addPod } from '../../workload.ts'

export function joined(
  { world, workloads }: Application,
  { name, minutes, labels = {}, taints }: { name: string; minutes: number; labels?: Labels; taints?: Taint[] },
): Node {
  const like = nodesOf(world).findLast(({ spec }) => !spec.taints)
  if (!like) throw new Error(`expected a node without taints in ${world.seed}, found none`)
  const { capacity, nodeInfo } = like.status
  const made = node(world, {
    name,
    zone: like.metadata.labels['topology.kubernetes.io/zone'] ?? '',
    region: like.metadata.labels['topology.kubernetes.io/region'] ?? '',
    capacity,
    version: nodeInfo.kubeletVersion ?? '',
    os: nodeInfo.osImage ?? '',
    labels,
    taints,
    ageDays: (minutes * MINUTE) / DAY,
  })
  made.status.nodeInfo = { ...nodeInfo }
  const at = world.at - minutes * MINUTE
  kubeletSays(world, made, 'Starting', 'Starting kubelet.', at)
  event(world, made, {
    reason: 'RegisteredNode',
    message: `Node ${name} event: Registered Node ${name} in Controller`,
    component: 'node-controller',
    at: at + 3 * SECOND,
  })
  kubeletSays(world, made, 'NodeReady', `Node ${name} status is now: NodeReady`, at + 50 * SECOND)
  for (const each of workloads)
    if (each.object.kind === 'DaemonSet' && fits(made, each.object.spec.template.spec))
      addPod(world, each, at + 10 * SECOND, { node: made })
  return made
}
