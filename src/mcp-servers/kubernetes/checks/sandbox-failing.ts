// Pods that get no network: the node's network plugin is down, or has no address left to give.
import type { Millis } from '#incident/signal.ts'
import { isReady } from '../readiness.ts'
import type { KubernetesEvent } from '../schema.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { eventWitness, hasStarted } from './verdict.ts'

const STARTING: Millis = 60_000 // a plugin that starts with its node misses the first tries
const NO_ADDRESS =
  /no (?:available )?IP addresses|failed to (?:assign|allocate) (?:an IP|for range)|IPs? (?:exhausted|are allocated)/i
// https://kubernetes.io/docs/concepts/cluster-administration/addons/#networking-and-network-policy
const PLUGIN =
  /^(?:calico-node|canal|cilium|kube-flannel|weave-net|aws-node|kindnet|antrea-agent|ovnkube|azure-cni|kube-router)/

export const sandboxFailing: Check = {
  name: 'sandbox-failing',
  check(view) {
    const failed = view.events.filter(
      event =>
        event.reason === 'FailedCreatePodSandBox' && !hasStarted(event, view) && event.last - event.first >= STARTING,
    )
    return [...Map.groupBy(failed, event => nodeOf(event, view) ?? '')].flatMap(([node, events]): Verdict[] => {
      const [first] = events
      if (!first || !node) return []
      const plugin = unwellPlugin(node, view)
      const noAddress = events.some(({ message = '' }) => NO_ADDRESS.test(message))
      const says = noAddress ? 'has no address left for them' : 'does not set up their network'
      return [
        {
          object: plugin ?? { kind: 'Node', name: node },
          fault: 'SandboxFailing',
          points: plugin ? 14 : 10,
          text: plugin
            ? `${plugin.name} is unwell on node ${node}, so pods get no network there`
            : `pods cannot start on node ${node}: it ${says}`,
          since: Math.min(...events.map(each => each.first)),
          seen: Math.max(...events.map(each => each.last)),
          mend: noAddress
            ? 'free addresses, or widen the range of the pod network'
            : `look at the network plugin of ${node}`,
          witness: events.slice(0, 5).map(eventWitness),
        },
      ]
    })
  },
}

function nodeOf(
  { involvedObject: { namespace, name = '' }, metadata }: KubernetesEvent,
  view: View,
): string | undefined {
  return view.pod(namespace ?? metadata.namespace, name)?.spec?.nodeName
}

function unwellPlugin(node: string, view: View): Reference | undefined {
  const pod = view.pods.find(each => each.spec?.nodeName === node && PLUGIN.test(each.metadata.name) && !isReady(each))
  return pod && view.ownerOf(pod)
}
