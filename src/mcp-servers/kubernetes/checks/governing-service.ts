// A stateful set whose governing service is not there: its pods then have no names by which they find one another.
import { named, referenceOf } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness } from './witness.ts'

export const governingService: Check = {
  name: 'governing-service',
  check: view =>
    view.workloads.flatMap((workload): Verdict[] => {
      const { namespace, name } = workload.metadata
      const wanted = workload.spec?.serviceName
      if (workload.kind !== 'StatefulSet' || !wanted || view.service(namespace, wanted)) return []
      const lines = view
        .complaints()
        .filter(({ how, host }) => how === 'unresolved' && host.split('.').includes(wanted))
        .map(({ line }) => line)
      return [
        {
          object: referenceOf(workload),
          fault: 'GoverningServiceMissing',
          points: lines.length > 0 ? 14 : 5,
          whenHealthy: lines.length > 0 ? 1 : 0.08, // many ask for none of those names
          text: `${name}: its governing service ${wanted} is not there, so its pods have no names`,
          since: Math.min(view.at, ...lines.map(({ at }) => at)),
          mend: `create the headless service ${named({ namespace, name: wanted })}`,
          witness: [
            `StatefulSet ${named(workload.metadata)}: serviceName ${wanted}`,
            ...lines.slice(0, 3).map(logWitness),
          ],
        },
      ]
    }),
}
