// A custom resource whose operator says that it is not as asked for: a database that is not set up, a certificate that is not
// issued, a route that nobody takes. Conditions are read as their convention says, whatever the kind.
// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
import type { Millis } from '#incident/signal.ts'
import type { Custom } from '../custom-resources.ts'
import type { Condition } from '../schema.ts'
import { keyOf, named } from '../view.ts'
import type { Reference } from '../view.ts'
import type { Check, Verdict } from './verdict.ts'

const UNDER_WAY: Millis = 5 * 60_000 // most operators are done by then; what is of long ago and hurts nobody is lived with
const LIVED_WITH: Millis = 24 * 3_600_000

const GOOD =
  /^(?:Ready|Available|Synced|Healthy|Reconciled|Accepted|Programmed|ResolvedRefs|Valid|Established|Deployed|Released|InSync)$/
const BAD = /^(?:Degraded|Stalled|Failed|Failing|Error|ReconcileError|ReconcileFailed|Errored|Conflicted|InvalidSpec)$/
/** Not done yet, or not wanted: no fault of its own. */
const PASSING =
  /progress|pending|reconciling|creating|provisioning|initiali[sz]ing|waiting|suspend|paused|disabled|scaledtozero|dependency|inactive|notused/i

export const customUnwell: Check = {
  name: 'custom-unwell',
  check(view) {
    const owned = Map.groupBy(
      view.workloads.flatMap(workload =>
        workload.metadata.ownerReferences.map(owner => ({ owner, workload, namespace: workload.metadata.namespace })),
      ),
      ({ owner, namespace }) => keyOf({ kind: owner.kind, namespace, name: owner.name }),
    )
    return view.customs.flatMap((custom): Verdict[] => {
      const wrong = isPaused(custom) ? undefined : wrongOf(custom.conditions, view.at)
      if (!wrong) return []
      const { namespace, name } = custom.metadata
      const object: Reference = { kind: custom.kind, namespace, name }
      const own = (owned.get(keyOf(object)) ?? []).map(({ workload }): Reference => {
        return { kind: workload.kind, namespace, name: workload.metadata.name }
      })
      const [concerns] = own.toSorted((a, b) => Number(view.isHealthy(a)) - Number(view.isHealthy(b)))
      const since = wrong.lastTransitionTime ?? view.at
      const why = wrong.message ?? wrong.reason ?? ''
      return [
        {
          object,
          ...(concerns && { concerns }),
          fault: `${custom.kind}${wrong.status === 'True' ? wrong.type : `Not${wrong.type}`}`,
          // Where its pods are unwell they say more of it themselves.
          points: view.at - since > LIVED_WITH ? 3 : concerns && !view.isHealthy(concerns) ? 7 : 10,
          whenHealthy: 1, // its operator says that it is not
          text: `${custom.kind} ${named(custom.metadata)}: ${wrong.type} is ${wrong.status}${why ? ` (${why.slice(0, 200)})` : ''}`,
          since: Math.min(since, view.at),
          mend: `mend what its operator says of ${custom.kind} ${name}`,
          witness: [
            `${custom.kind} ${named(custom.metadata)}: ${wrong.type} ${wrong.status}: ${wrong.reason ?? ''} ${why.slice(0, 300)}`,
          ],
        },
      ]
    })
  },
}

function wrongOf(conditions: Condition[], at: Millis): Condition | undefined {
  return conditions.find(({ type, status, reason = '', message = '', lastTransitionTime = at }) => {
    const isWrong = (status === 'False' && GOOD.test(type)) || (status === 'True' && BAD.test(type))
    if (!isWrong || at - lastTransitionTime < UNDER_WAY) return false
    return !PASSING.test(reason) && !/\bsuspended\b|\bpaused\b/i.test(message)
  })
}

function isPaused({ spec, metadata }: Custom): boolean {
  const own = typeof spec === 'object' && spec !== null ? spec : {}
  const isTrue = (field: string) => field in own && (own as Record<string, unknown>)[field] === true
  return metadata.deletionTimestamp !== undefined || ['suspend', 'paused', 'disabled', 'stopped'].some(isTrue)
}
