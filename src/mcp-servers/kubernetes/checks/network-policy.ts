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
    return [...Map.groupBy(blocks, ({ object, direction }) => `${keyOf(object)} ${direction}`).values()].flatMap(
      (same): Verdict[] => {
        const [first] = same
        if (!first) return []
        const { object, direction, policies } = first
        const names = policies.map(({ metadata }) => metadata.name).join(', ')
        const what = direction === 'ingress' ? 'lets nobody of those who ask reach it' : 'does not let it out'
        return [
          {
            object,
            fault: 'NetworkPolicyBlocks',
            points: 14,
            whenHealthy: 1, // its own probes come from the node, which no policy keeps out
            text: `network policy ${names} ${what}: ${object.name}`,
            since: Math.min(...same.map(({ complaint }) => complaint.line.at)),
            mend: `allow ${direction} in network policy ${names}`,
            witness: [
              `NetworkPolicy ${policies.map(({ metadata }) => named(metadata)).join(', ')}: selects pods of ${object.name}`,
              ...same.slice(0, 3).map(({ complaint }) => logWitness(complaint.line)),
            ],
          },
        ]
      },
    )
  },
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
