// Who can be suspected of a trouble at all.
import type { Symptom } from '../symptom.ts'
import type { Learnt } from '../learnt.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import type { Trouble } from '../trouble.ts'

/** Services that other troubles are about. */
export function elsewhere(learnt: Learnt, trouble: Trouble): Set<ServiceKey> {
  const others = [...learnt.troubles.values()].filter(other => other !== trouble && !other.closed)
  return new Set(others.flatMap(({ symptoms }) => [...symptoms.values()].flatMap(({ services }) => services)))
}

/**
 * Whoever shows symptoms, calls or is called by them, is named by them or carries them; without a call graph, the namespace,
 * less those that another trouble is about.
 */
export function scopeOf(
  symptoms: readonly Symptom[],
  others: ReadonlySet<ServiceKey>,
  topology: Topology,
): (key: ServiceKey) => boolean {
  const services = new Set(symptoms.flatMap(symptom => [...symptom.services, ...symptom.peers]))
  const known = new Map<ServiceKey, boolean>()
  const namespaces = new Set(
    [...services]
      .filter(key => topology.callees(key).size + topology.callers(key).size === 0)
      .map(key => key.split('/')[0]!),
  )
  const decide = (key: ServiceKey): boolean =>
    services.has(key) ||
    [...services].some(one => topology.path(one, key) || topology.path(key, one) || topology.nodesOf(one).has(key)) ||
    (key.includes('/') && namespaces.has(key.split('/')[0]!) && !others.has(key))
  return key => {
    const held = known.get(key)
    if (held !== undefined) return held
    const answer = decide(key)
    known.set(key, answer)
    return answer
  }
}
