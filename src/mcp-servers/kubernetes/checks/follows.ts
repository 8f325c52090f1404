// Victims stand behind their cause: what may be all the doing of another loses to that other, where the own log names it and
// it is unwell itself.
import { addressesOf } from '../addresses.ts'
import { isExternal } from '../complaints.ts'
import { keyOf } from '../view.ts'
import type { View } from '../view.ts'
import type { Verdict } from './verdict.ts'
import { workloadsOf } from './witness.ts'

const OF_VICTIM = 0.2 // the caller of a starved callee, measured with the other factors of index.ts
const OF_LIKELY_VICTIM = 0.5 // it says nothing, but has the address of one that is unwell: judgement, not measured
const UNWELL = 4 // points: fewer than all of its pods are there

/** The same verdicts, those of victims with what is left of their points. Two that name each other both stay. */
export function behindCauses<Each extends Verdict>(verdicts: Each[], view: View): Each[] {
  if (!verdicts.some(({ mayFollow }) => mayFollow)) return verdicts
  const strength = new Map<string, number>()
  for (const { object, concerns = object, points } of verdicts) {
    for (const key of [keyOf(object), keyOf(concerns)]) strength.set(key, Math.max(strength.get(key) ?? 0, points))
  }
  const named = namedBy(view)
  const addressed = (key: string): Set<string> => addressedBy(key, view)
  const hasUnwell = (key: string, others: Set<string> | undefined, back: (other: string) => Set<string> | undefined) =>
    [...(others ?? [])].some(other => other !== key && (strength.get(other) ?? 0) >= UNWELL && !back(other)?.has(key))
  return verdicts.map(verdict => {
    const key = keyOf(verdict.object)
    if (!verdict.mayFollow) return verdict
    if (hasUnwell(key, named.get(key), other => named.get(other)))
      return { ...verdict, points: verdict.points * OF_VICTIM }
    const isSilent = view.logsOf(verdict.object).length === 0
    if (isSilent && hasUnwell(key, addressed(key), addressed))
      return { ...verdict, points: verdict.points * OF_LIKELY_VICTIM }
    return verdict
  })
}

/** Whom each names in its log as an address that does not answer: workloads, and hosts outside. */
function namedBy(view: View): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>()
  for (const complaint of view.complaints()) {
    const { by, service, host } = complaint
    const meant = service ? workloadsOf(view, service) : isExternal(complaint) ? [{ kind: 'External', name: host }] : []
    const key = keyOf(by)
    const others = named.get(key) ?? new Set<string>()
    for (const each of meant) others.add(keyOf(each))
    named.set(key, others)
  }
  return named
}

/** Workloads behind the services whose address it has. */
function addressedBy(key: string, view: View): Set<string> {
  const [kind = '', namespace, name = ''] = key.split('/')
  const workload = view.workload({ kind, ...(namespace && { namespace }), name })
  const services = workload ? addressesOf(workload, view).flatMap(({ service }) => service ?? []) : []
  return new Set(services.flatMap(service => workloadsOf(view, service).map(keyOf)))
}
