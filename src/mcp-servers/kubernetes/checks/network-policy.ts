// A network policy between two that should talk: what it does not allow is dropped, so the caller waits until it times out. The
// policy is what is to be mended; the workload it cuts off, or shuts in, is what it is about.
import { isExternal } from '../complaints.ts'
import type { Complaint } from '../complaints.ts'
import { blocking } from '../policy-allows.ts'
import type { Direction, Other } from '../policy-allows.ts'
import type { NetworkPolicy } from '../schema.ts'
import type { Pod } from '../pod-schema.ts'
import { keyOf, named } from '../view.ts'
import type { Reference, View } from '../view.ts'
import { dnsWorkloads } from './dns-failing.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

type Block = { object: Reference; direction: Direction; policies: NetworkPolicy[]; what: string; complaint: Complaint }

export const networkPolicy: Check = {
  name: 'network-policy',
  check(view) {
    if (view.networkPolicies.length === 0) return []
    const resolver = dnsWorkloads(view).flatMap(each => view.podsOf(each))[0]
    const blocks = view
      .complaints()
      .filter(({ how }) => how === 'timeout' || how === 'other' || how === 'unresolved')
      .flatMap(complaint => blocksOf(complaint, resolver, view))
    const byPolicy = Map.groupBy(blocks, ({ policies, direction }) => `${direction} ${sayNames(policies)}`)
    return [...byPolicy.values()].flatMap(verdictOf)
  },
}

/** Of several cut off by one, the policy stands for itself. */
function verdictOf(same: Block[]): Verdict[] {
  const [first] = same
  const policy = first?.policies[0]?.metadata
  if (!first || !policy) return []
  const { direction, policies, object } = first
  const objects = new Map(same.map(each => [keyOf(each.object), each.object]))
  const names = [...objects.values()].map(({ name }) => name).join(', ')
  const targets = [...new Set(same.map(({ what }) => what))].slice(0, 3).join(', ')
  const what =
    direction === 'ingress' ? `lets nobody of those who ask reach ${names}` : `does not let ${names} out to ${targets}`
  return [
    {
      object: { kind: 'NetworkPolicy', namespace: policy.namespace, name: policy.name },
      ...(objects.size === 1 && { concerns: object }),
      healthOf: object,
      whenHealthy: 1, // its own probes come from the node, which no policy keeps out
      fault: 'NetworkPolicyBlocks',
      points: 14,
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

function blocksOf(complaint: Complaint, resolver: Pod | undefined, view: View): Block[] {
  const { line, service, port, how, host } = complaint
  const block = (direction: Direction, pod: Pod, other: Other, target: number | undefined, what: string): Block[] => {
    const policies = blocking(view.networkPolicies, direction, pod, other, target)?.toSorted(newestFirst)
    return policies ? [{ object: view.ownerOf(pod), direction, policies, what, complaint }] : []
  }
  if (how === 'unresolved') {
    const isSilence = !ANSWERED.test(line.text)
    return resolver && isSilence ? block('egress', line.pod, inSpace(resolver, view), DNS_PORT, 'the resolver') : []
  }
  if (isExternal(complaint)) return how === 'timeout' ? block('egress', line.pod, { host }, port, host) : []
  const [callee] = view.selected(service?.metadata.namespace, service?.spec?.selector ?? {})
  if (!callee || !service) return []
  const target = targetOf(service, port, callee)
  return [
    ...block('ingress', callee, inSpace(line.pod, view), target, service.metadata.name),
    ...block('egress', line.pod, inSpace(callee, view), target, service.metadata.name),
  ]
}

function inSpace(pod: Pod, view: View): Other {
  const space = view.namespaces.find(({ metadata }) => metadata.name === pod.metadata.namespace)
  return { pod, ...(space && { space: space.metadata.labels }) }
}

/** The resolver was reached, and knows no such name. */
const ANSWERED = /no such host|NXDOMAIN|ENOTFOUND|name or service not known/i
const DNS_PORT = 53

/** What was made last broke what worked before. */
function newestFirst(a: NetworkPolicy, b: NetworkPolicy): number {
  return (b.metadata.creationTimestamp ?? 0) - (a.metadata.creationTimestamp ?? 0)
}

/** Policies speak of the port of the pod, callers of that of the service. */
function targetOf({ spec }: NonNullable<Complaint['service']>, port: number | undefined, pod: Pod): number | undefined {
  const entry = spec?.ports.find(each => port === undefined || each.port === port)
  const target = entry?.targetPort ?? entry?.port
  if (typeof target === 'number' || target === undefined) return target
  const declared = (pod.spec?.containers ?? []).flatMap(({ ports }) => ports)
  return declared.find(({ name }) => name === target)?.containerPort
}
