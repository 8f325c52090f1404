// A node from which nothing can be reached, though all of it is well: its proxy, its resolver or its network.
import { keyOf } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'
import { logWitness, workloadsOf } from './witness.ts'

const SERVICES = 3 // different ones, well and asked in vain: fewer may have a reason of their own
const CALLERS = 2

export const nodeSilent: Check = {
  name: 'node-silent',
  check(view) {
    const inVain = view
      .complaints()
      .filter(({ how, service }) => (how === 'timeout' || how === 'unresolved') && service !== undefined)
    const isWell = new Map(
      [...new Set(inVain.flatMap(({ service }) => service ?? []))].map(service => [
        service,
        workloadsOf(view, service).every(each => view.isHealthy(each)),
      ]),
    )
    const puzzling = inVain.filter(({ service }) => service && isWell.get(service))
    const byNode = Map.groupBy(puzzling, ({ line }) => line.pod.spec?.nodeName ?? '')
    if (byNode.size !== 1 || view.nodes.length < 2) return []
    return [...byNode].flatMap(([node, complaints]): Verdict[] => {
      const services = new Set(complaints.map(({ service }) => service))
      const callers = new Set(complaints.map(({ by }) => keyOf(by)))
      if (!node || services.size < SERVICES || callers.size < CALLERS) return []
      return [
        {
          object: { kind: 'Node', name: node },
          fault: 'NodeCutOff',
          points: Math.min(12, 8 + services.size - SERVICES + callers.size - CALLERS),
          text: `pods on node ${node} reach none of ${services.size} services that are well; others do`,
          since: Math.min(...complaints.map(({ line }) => line.at)),
          mend: `look at kube-proxy, DNS and the network of ${node}; cordon it meanwhile`,
          witness: complaints.slice(0, 5).map(({ line }) => logWitness(line)),
        },
      ]
    })
  },
}
