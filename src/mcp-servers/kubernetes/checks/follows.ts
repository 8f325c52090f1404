// Victims stand behind their cause: what may be all the doing of another loses to that other, where the own log names it and
// it is unwell itself.
import { isExternal } from '../complaints.ts'
import { keyOf } from '../view.ts'
import type { View } from '../view.ts'
import type { Verdict } from './verdict.ts'
import { workloadsOf } from './witness.ts'

const OF_VICTIM = 0.2 // DIAGNOSIS 4: the caller of a starved callee
const UNWELL = 4 // points: fewer than all of its pods are there

/** The same verdicts, those of victims with what is left of their points. Two that name each other both stay. */
export function behindCauses<Each extends Verdict>(verdicts: Each[], view: View): Each[] {
  if (!verdicts.some(({ mayFollow }) => mayFollow)) return verdicts
  const strength = new Map<string, number>()
  for (const { object, points } of verdicts) {
    const key = keyOf(object)
    strength.set(key, Math.max(strength.get(key) ?? 0, points))
  }
  const named = namedBy(view)
  const isVictim = (key: string): boolean =>
    [...(named.get(key) ?? [])].some(
      other => other !== key && (strength.get(other) ?? 0) >= UNWELL && !named.get(other)?.has(key),
    )
  return verdicts.map(verdict =>
    verdict.mayFollow && isVictim(keyOf(verdict.object)) ? { ...verdict, points: verdict.points * OF_VICTIM } : verdict,
  )
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
