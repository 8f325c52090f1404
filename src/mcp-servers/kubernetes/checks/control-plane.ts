// Where the parts of the control plane run: static pods that a node's own kubelet keeps, or, where the cluster is managed, only
// a name. The part is what is to be mended, and it stands for its node.
import { isReady } from '../readiness.ts'
import type { Pod } from '../pod-schema.ts'
import { podReference } from '../view.ts'
import type { Reference, View } from '../view.ts'

/** `component`: kube-scheduler, kube-controller-manager, kube-apiserver, etcd. Of several the one that is not ready. */
export function controlPlane(view: View, component: string): Reference {
  const pods = partsNamed(view, component)
  const pod = pods.find(each => !isReady(each)) ?? pods[0]
  if (pod) return podReference(pod)
  const node = view.nodes.find(({ metadata }) => 'node-role.kubernetes.io/control-plane' in metadata.labels)
  return node ? { kind: 'Node', name: node.metadata.name } : { kind: 'Pod', namespace: 'kube-system', name: component }
}

export function partsNamed(view: View, component: string): Pod[] {
  return view.pods.filter(({ metadata }) => {
    const { namespace, name, labels } = metadata
    return namespace === 'kube-system' && (labels['component'] === component || name.startsWith(`${component}-`))
  })
}
