// A service of type LoadBalancer that the cloud gives no address to: nobody outside reaches it, and everything inside is well.
import type { Service } from '../schema.ts'
import { named } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { eventWitness } from './verdict.ts'
import { workloadsOf } from './witness.ts'

export const balancerMissing: Check = {
  name: 'balancer-missing',
  check: view =>
    view.services
      .filter(({ spec }) => spec?.type === 'LoadBalancer')
      .flatMap((service): Verdict[] => {
        const { namespace, name } = service.metadata
        const object = { kind: 'Service', namespace, name }
        const told = view.eventsOf(object).filter(({ reason = '' }) => REFUSED.test(reason))
        const [last] = told.toSorted((a, b) => b.last - a.last)
        // Without a word from the cloud it may be a cluster that has no balancers, and never had.
        if (!last) return []
        const hasAddress = (service.status?.loadBalancer?.ingress ?? []).length > 0
        return [
          {
            object,
            ...concernsOf(service, view),
            fault: 'BalancerMissing',
            points: hasAddress ? 8 : 14,
            whenHealthy: 1, // its pods are well, and nobody outside reaches them
            text: `service ${named(service.metadata)} ${hasAddress ? 'keeps an old balancer' : 'gets no balancer'}: ${(last.message ?? '').slice(0, 200)}`,
            since: Math.min(...told.map(({ first }) => first)),
            seen: last.last,
            mend: 'mend what the cloud refuses: quota, subnets, permissions, an address in use',
            witness: told.slice(0, 3).map(eventWitness),
          },
        ]
      }),
}

// https://github.com/kubernetes/cloud-provider/blob/master/controllers/service/controller.go, and older versions of it
const REFUSED =
  /^(?:SyncLoadBalancerFailed|CreatingLoadBalancerFailed|UpdateLoadBalancerFailed|FailedDeployModel|FailedBuildModel|AllocationFailed)$/

function concernsOf(service: Service, view: View): Pick<Verdict, 'concerns'> {
  const [concerns] = workloadsOf(view, service)
  return concerns ? { concerns } : {}
}
