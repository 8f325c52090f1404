// Where the parts of the control plane run: a node of their own, or, where the cluster is managed, only a name.
import type { Reference, View } from '../view.ts'

/** `component`: kube-scheduler, kube-controller-manager, kube-apiserver. Of several nodes the one whose pod of it is not ready. */
export function controlPlane(view: View, component: string): Reference {
  const nodes = view.nodes.filter(({ metadata }) => 'node-role.kubernetes.io/control-plane' in metadata.labels)
  const unwell = nodes.find(({ metadata: { name } }) =>
    view
      .pod('kube-system', `${component}-${name}`)
      ?.status?.conditions.some(({ type, status }) => type === 'Ready' && status !== 'True'),
  )
  const node = unwell ?? nodes[0]
  return node ? { kind: 'Node', name: node.metadata.name } : { kind: 'Pod', namespace: 'kube-system', name: component }
}
