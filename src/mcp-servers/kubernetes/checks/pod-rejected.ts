// Pods that the node they were given to did not take: they have failed before they began, and the next ones may go the same way.
import type { Millis } from '#incident/signal.ts'
import type { Check } from './verdict.ts'
import { perWorkload } from './verdict.ts'

const LATELY: Millis = 60 * 60_000

// Reasons of the kubelet at admission: https://github.com/kubernetes/kubernetes/tree/master/pkg/kubelet/lifecycle and cm/admission
const REJECTED: [reason: RegExp, mend: string][] = [
  [/^OutOf/, 'ask for less, or look whom else the node runs: the scheduler thought there was room'],
  [
    /^NodeAffinity$/,
    'look at the labels of the node: they have changed, or something places pods without the scheduler',
  ],
  [/^UnexpectedAdmissionError$/, 'look at the device plugin of the node: what it promised it cannot give'],
  [
    /^TopologyAffinityError$/,
    'ask for what one NUMA node of the machine has, or change the topology policy of the kubelet',
  ],
  [/^SysctlForbidden$/, 'allow the sysctl in the kubelet, or take it out of the security context'],
  [/^AppArmor$/, 'load the AppArmor profile on the node, or take it out of the pods'],
]

export const podRejected: Check = {
  name: 'pod-rejected',
  check(view) {
    const sights = view.pods.flatMap(pod => {
      const { phase, reason = '', message = '' } = pod.status ?? {}
      const since = pod.metadata.creationTimestamp ?? view.at
      const mend = phase === 'Failed' ? REJECTED.find(([pattern]) => pattern.test(reason))?.[1] : undefined
      return mend && view.at - since < LATELY ? [{ pod, since, saw: `${reason}: ${message}`, mend }] : []
    })
    return perWorkload(view, sights, (object, found) => ({
      fault: 'PodRejected',
      points: 9,
      text: `${object.name}: node ${found[0].pod.spec?.nodeName ?? 'unknown'} does not take its pods: ${found[0].saw.slice(0, 300)} (${found.length}×)`,
      seen: Math.max(...found.map(({ since }) => since)),
      mend: found[0].mend,
    }))
  },
}
