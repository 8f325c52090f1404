// A workload whose pods are ready, that has been logging errors of its own for minutes, and whose callers get errors from it: it is up,
// and does not do its work. What its errors say of others, and what every operator knows by its words, is said elsewhere.
import { addressesOf } from '../addresses.ts'
import type { LogGroup } from '../pod-logs.ts'
import type { Workload } from '../schema.ts'
import { referenceOf } from '../view.ts'
import type { View } from '../view.ts'
import { saidBy } from './steady.ts'
import { isStore } from './stores.ts'
import type { Check, Verdict } from './verdict.ts'
import { rollbackRemedy } from './verdict.ts'
import { callersComplain, logWitness, saidIn, servicesOf, workloadsOf } from './witness.ts'

const LINES = 5 // as many as own-log.ts asks of a workload that is well

export const errorsServed: Check = {
  name: 'errors-served',
  check(view) {
    const aboutOthers = new Set(view.complaints().map(({ line }) => line))
    const isOwn = (group: LogGroup) => group.weight === 'error' && !aboutOthers.has(group)
    return view.workloads.flatMap((workload): Verdict[] => {
      const object = referenceOf(workload)
      const said = saidBy(view, object, isOwn)
      if (!said?.isSteady || said.count < LINES) return []
      if (!servicesOf(view, workload).some(({ metadata }) => callersComplain(view, metadata.name, object))) return []
      const [first] = said.lines
      if (!first) return []
      return [
        {
          object,
          fault: 'ErrorsServed',
          // It may be that one's doing; and a store logs what its clients ask wrongly.
          points: hasUnwellCallee(workload, view) || isStore(object, view) ? 4 : 8,
          whenHealthy: 1, // its pods are
          mayFollow: true,
          text: `${object.name} fails for its callers, and says: ${saidIn(first)} (${said.count}×)`,
          since: said.since,
          mend: `look at what changed of ${object.name} before: its image, its settings, its flags`,
          ...rollbackRemedy(view, object, view.podsOf(object), said.since),
          witness: said.lines.slice(0, 3).map(logWitness),
        },
      ]
    })
  },
}

function hasUnwellCallee(workload: Workload, view: View): boolean {
  return addressesOf(workload, view).some(
    ({ service }) => service && workloadsOf(view, service).some(callee => !view.isHealthy(callee)),
  )
}
