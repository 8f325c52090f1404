// Alarms as evidence: who has those that others do not.
import { edgeOf } from '../features.ts'
import type { Symptom } from '../symptom.ts'
import type { Learnt } from '../learnt.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import { alarmFault } from './alarm-fault.ts'
import { shortened } from './evidence.ts'
import type { Add } from './evidence.ts'

const ALARM_UNITS = 0.35
const CALLER_SHARE = 0.7

/**
 * Alarms on a service itself. A rule that fires for many services tells little of each, one that fires here alone tells most; the
 * same rule again adds less; a caller's alarms may follow from its callees'.
 */
export function addAlarms(learnt: Learnt, symptoms: readonly Symptom[], topology: Topology, add: Add): void {
  const byKey = new Map<ServiceKey, Symptom[]>()
  const services = new Map<string, Set<ServiceKey>>() // by rule: for whom it fires
  for (const symptom of symptoms) {
    if (symptom.kind !== 'alarm') continue
    const key = symptom.services[0]!
    byKey.set(key, [...(byKey.get(key) ?? []), symptom])
    services.set(ruleOf(symptom), (services.get(ruleOf(symptom)) ?? new Set()).add(key))
  }
  const callers = callersIn(learnt, symptoms, topology)
  for (const [key, alarms] of byKey) {
    const counts = new Map<string, number>()
    for (const alarm of alarms) counts.set(ruleOf(alarm), (counts.get(ruleOf(alarm)) ?? 0) + 1)
    const told = [...counts].map(
      ([rule, count]) => Math.sqrt(count) * Math.sqrt(Math.log((byKey.size + 1) / services.get(rule)!.size)),
    )
    const isCaller = callers.has(key) || [...byKey.keys()].some(other => other !== key && topology.path(key, other))
    const units = ALARM_UNITS * told.reduce((sum, one) => sum + one, 0) * (isCaller ? CALLER_SHARE : 1)
    const first = alarms.toSorted((a, b) => services.get(ruleOf(a))!.size - services.get(ruleOf(b))!.size)[0]!
    const more = alarms.length > 1 ? ` and ${alarms.length - 1} more` : ''
    const signals = alarms.slice(0, 5).flatMap(alarm => alarm.signals)
    const fault = alarmFault(ruleOf(first), first.title)
    const reason = `alarm: ${shortened(first.title)}${more}`
    add(key, { kind: 'alarm', units, reason, signals, entity: first.entity, ...(fault !== undefined && { fault }) })
  }
}

/** Who calls another service with an alarm of its own, as far as the alarms' labels say. */
function callersIn(learnt: Learnt, symptoms: readonly Symptom[], topology: Topology): Set<ServiceKey> {
  const callers = new Set<ServiceKey>()
  for (const { kind, signals, entity } of symptoms) {
    const edge = kind === 'alarm' && edgeOf(learnt.signals.get(signals[0]!)?.labels ?? {})
    if (!edge) continue
    const [from, to] = [edge.client, edge.server].map(service =>
      topology.keyOf({ ...entity, kind: 'Pod', name: service, service }),
    )
    if (from !== to) callers.add(from!)
  }
  return callers
}

/** The alarm's name: what stands before the colon, or its whole text. Percentiles of one thing are one rule. */
function ruleOf({ title }: Symptom): string {
  return title.split(':', 1)[0]!.replace(PERCENTILE, 'P')
}

const PERCENTILE = /(?<![A-Z])[Pp](?:50|75|9\d{1,3})(?!\d)/
