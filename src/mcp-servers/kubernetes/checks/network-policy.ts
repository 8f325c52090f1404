// A network policy between two that should talk: what it does not allow is dropped, so the caller waits until it times out.
import { blocking } from '../policy-allows.ts'
import type { Direction } from '../policy-allows.ts'
import type { Complaint } from '../complaints.ts'
import type { NetworkPolicy, Pod } from '../schema.ts'
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

type Block = { object: Reference; direction: Direction; policies: NetworkPolicy[]; complaint: Complaint }

export const networkPolicy: Check = {
  name: 'network-policy',
  check(view) {
    if (view.networkPolicies.length === 0) return []
    const blocks = view
      .complaints()
      .filter(({ how, service }) => service && how !== 'refused')
      .flatMap(complaint => blockOf(complaint, view))
    const byPolicy = Map.groupBy(blocks, ({ policies, direction }) => `${direction} ${sayNames(policies)}`)
    return [...byPolicy.values()].flatMap(verdictOf)
  },
}

/** One that is cut off is what the trouble is about; of several the policy is. */
function verdictOf(same: Block[]): Verdict[] {
  const objects = new Map(same.map(({ object }) => [keyOf(object), object]))
  const [first] = same
  const policy = first?.policies[0]?.metadata
  if (!first || !policy) return []
  const { direction, policies } = first
  const names = [...objects.values()].map(({ name }) => name).join(', ')
  const what = direction === 'ingress' ? `lets nobody of those who ask reach ${names}` : `does not let ${names} out`
  const { object } = first
  return [
    {
      object: objects.size > 1 ? { kind: 'NetworkPolicy', namespace: policy.namespace, name: policy.name } : object,
      fault: 'NetworkPolicyBlocks',
      points: 14,
      ...(objects.size > 1 && { healthOf: object }),
      whenHealthy: 1, // its own probes come from the node, which no policy keeps out
      text: `network policy ${sayNames(policies)} ${what}`,
      since: Math.min(...same.map(({ complaint }) => complaint.line.at)),
      mend: `allow the ${direction} that is missing in network policy ${sayNames(policies)}`,
      witness: [
        `NetworkPolicy ${policies.map(({ metadata }) => named(metadata)).join(', ')}: selects pods of ${names}`,
        ...same.slice(0, 3).map(({ complaint }) => logWitness(complaint.line)),
      ],
    },
  ]
}

function sayNames(policies: readonly NetworkPolicy[]): string {
  return policies.map(({ metadata }) => metadata.name).join(', ')
}

function blockOf(complaint: Complaint, view: View): Block[] {
  const { line, service, port } = complaint
  const [callee] = view.selected(service?.metadata.namespace, service?.spec?.selector ?? {})
  if (!callee || !service) return []
  const target = targetOf(service, port, callee)
  const refusals: [Direction, Pod, Pod][] = [
    ['ingress', callee, line.pod],
    ['egress', line.pod, callee],
  ]
  return refusals.flatMap(([direction, pod, other]): Block[] => {
    const policies = blocking(view.networkPolicies, direction, pod, other, target)
    return policies ? [{ object: view.ownerOf(pod), direction, policies, complaint }] : []
  })
}

/** Policies speak of the port of the pod, callers of that of the service. */
function targetOf({ spec }: NonNullable<Complaint['service']>, port: number | undefined, pod: Pod): number | undefined {
  const entry = spec?.ports.find(each => port === undefined || each.port === port)
  const target = entry?.targetPort ?? entry?.port
  if (typeof target === 'number' || target === undefined) return target
  const declared = (pod.spec?.containers ?? []).flatMap(({ ports }) => ports)
  return declared.find(({ name }) => name === target)?.containerPort
}
