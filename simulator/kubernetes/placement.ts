// Where a new pod runs: a scheduler that only counts pods.
import type { ControlPlane } from './control-plane.ts'
import type { Condition, Pod, StoredObject } from './objects.ts'
import { nodes, pods } from './resources.ts'

/** The schedulable node with the fewest pods; without recorded nodes, one that recorded pods name. */
export function emptiestNode(plane: ControlPlane): string {
  const load = new Map<string, number>()
  for (const node of plane.store.list(nodes)) if (isSchedulable(node)) load.set(node.metadata.name, 0)
  const anyNode = load.size === 0
  for (const pod of plane.store.list(pods) as readonly Pod[]) {
    const name = pod.spec?.nodeName
    if (name && (anyNode || load.has(name))) load.set(name, (load.get(name) ?? 0) + 1)
  }
  const [emptiest] = [...load].sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1))
  return emptiest?.[0] ?? onlyNode
}

export function isSchedulable(node: StoredObject): boolean {
  const { spec, status } = node as StoredObject & {
    spec?: { unschedulable?: boolean }
    status?: { conditions?: Condition[] }
  }
  const ready = status?.conditions?.find(condition => condition.type === 'Ready')
  return !spec?.unschedulable && (ready === undefined || ready.status === 'True')
}

/** Where a cluster of which no node was recorded runs its pods. */
const onlyNode = 'node-1'
