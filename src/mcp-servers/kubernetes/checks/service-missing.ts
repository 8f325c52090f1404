// A workload whose service is gone: others ask for its name, and no such name is known though its pods are there.
import { named, referenceOf } from '../view.ts'
import type { View } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadNamed } from './witness.ts'

export const serviceMissing: Check = {
  name: 'service-missing',
  check(view) {
    const missed = view.complaints().filter(({ how, service }) => how === 'unresolved' && !service)
    return [...Map.groupBy(missed, ({ host }) => host).values()].flatMap((complaints): Verdict[] => {
      const [first] = complaints
      const meant = first && meantBy(first.host, first.line.pod.metadata.namespace, view)
      if (!meant) return []
      const object = referenceOf(meant)
      return [
        {
          object,
          fault: 'ServiceMissing',
          points: 14,
          whenHealthy: 1, // its pods are well, and nobody can find them
          text: `${object.name} has no service of its name, and others look for it`,
          since: Math.min(...complaints.map(({ line }) => line.at)),
          mend: `create service ${named(object)} for the pods of ${object.name}`,
          witness: [
            `${object.kind} ${named(object)}: no service of that name`,
            ...complaints.slice(0, 3).map(({ line }) => logWitness(line)),
          ],
        },
      ]
    })
  },
}

/** Of `cart`, `cart.shop` or `cart.shop.svc.cluster.local`, asked for in the namespace `own`. */
function meantBy(host: string, own: string | undefined, view: View) {
  const [name = '', namespace = own, next] = host.split('.')
  if (next !== undefined && next !== 'svc') return undefined
  return workloadNamed(view, namespace, name)
}
