// A service that no longer has the port that several of its callers ask for: it changed, not they. One caller alone may be wrong
// itself: address-near-miss.ts.
import { addressesOf } from '../addresses.ts'
import { keyOf, named } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadsOf } from './witness.ts'

const CALLERS = 2

export const servicePortGone: Check = {
  name: 'service-port-gone',
  check(view) {
    const asked = view.complaints().flatMap(complaint => {
      const { by, service, port, how } = complaint
      const isPlain = Object.keys(service?.spec?.selector ?? {}).length === 0 // the API server's own service is one of these
      if (!service || isPlain || how === 'unresolved') return []
      const workload = view.workload(by)
      const told = workload && addressesOf(workload, view).find(each => each.service === service)?.port
      const wanted = port ?? told
      const ports = service.spec?.ports ?? []
      const isThere = ports.length === 0 || wanted === undefined || ports.some(each => each.port === wanted)
      return isThere ? [] : [{ complaint, service, wanted }]
    })
    return [...Map.groupBy(asked, ({ service, wanted }) => `${named(service.metadata)} ${wanted}`).values()].flatMap(
      (same): Verdict[] => {
        const [first] = same
        const callers = new Set(same.map(({ complaint }) => keyOf(complaint.by)))
        if (!first || callers.size < CALLERS) return []
        const { service, wanted } = first
        const { namespace, name } = service.metadata
        const [concerns] = workloadsOf(view, service)
        const has = (service.spec?.ports ?? []).map(each => each.port).join(', ')
        return [
          {
            object: { kind: 'Service', namespace, name },
            ...(concerns && { concerns }),
            fault: 'ServicePortGone',
            points: 14,
            whenHealthy: 1, // its pods are well, and nobody finds the way
            text: `service ${named(service.metadata)} has port ${has}, and ${callers.size} workloads ask for ${wanted}`,
            since: Math.min(...same.map(({ complaint }) => complaint.line.at)),
            mend: `give service ${name} port ${wanted} again`,
            witness: [
              `Service ${named(service.metadata)}: port ${has}`,
              ...same.slice(0, 3).map(({ complaint }) => logWitness(complaint.line)),
            ],
          },
        ]
      },
    )
  },
}
