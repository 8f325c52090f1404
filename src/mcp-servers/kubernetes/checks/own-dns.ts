// A workload that cannot resolve names which others can: its pods ask another resolver than the cluster's.
import { keyOf, named } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

export const ownDns: Check = {
  name: 'own-dns',
  check(view) {
    const unresolved = view.complaints().filter(({ how, service }) => how === 'unresolved' && service !== undefined)
    return [...Map.groupBy(unresolved, ({ by }) => keyOf(by)).values()].flatMap((complaints): Verdict[] => {
      const object = complaints[0]?.by
      const spec = object && view.workload(object)?.spec?.template?.spec
      if (!object || !spec?.dnsPolicy || !ASIDE.includes(spec.dnsPolicy)) return []
      const servers = spec.dnsConfig?.nameservers.join(', ')
      const what = `dnsPolicy ${spec.dnsPolicy}${servers ? ` with nameserver ${servers}` : ''}`
      return [
        {
          object,
          fault: 'DnsPolicy',
          points: 14,
          whenHealthy: 1,
          text: `${object.name} asks names of another resolver than the cluster's: ${what}`,
          since: Math.min(...complaints.map(({ line }) => line.at)),
          mend: `set dnsPolicy of ${object.name} to ClusterFirst`,
          witness: [
            `${object.kind} ${named(object)}: ${what}`,
            ...complaints.slice(0, 3).map(({ line }) => logWitness(line)),
          ],
        },
      ]
    })
  },
}

const ASIDE = ['None', 'Default'] // Default is the node's resolver, which knows no services
