// Calls that alarm whoever makes them and nobody who serves them: the callee answers as fast as ever, so what is slow or
// lost lies before it (DIAGNOSIS 3.3).
import type { Alarm } from '#incident/signal.ts'
import { edgeOf } from '../features.ts'
import type { Learnt } from '../learnt.ts'
import type { Symptom } from '../symptom.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import type { Add } from './evidence.ts'

/** As much as four alarms of its own that nobody else has. Half to one and a half times this: the same first answers. */
const UNITS = 1.4
/** Where a caller finds so many of its callees, at least three, it is its own network. */
const MOST = 0.6
const LEAST_CALLEES = 3

export function addUnservedCalls(learnt: Learnt, symptoms: readonly Symptom[], topology: Topology, add: Add): void {
  const made = new Map<ServiceKey, Map<ServiceKey, string>>() // by caller: callees, and an alarm's id
  const served = new Set<ServiceKey>()
  for (const { kind, signals, services } of symptoms) {
    const alarm = kind === 'alarm' ? learnt.signals.get(signals[0]!) : undefined
    if (alarm?.kind !== 'alarm') continue
    const own = services[0]!
    const { caller, callee } = callOf(alarm, own, topology)
    if (callee === own && caller !== own) served.add(own)
    else if (callee !== undefined && callee !== own)
      made.set(own, (made.get(own) ?? new Map<ServiceKey, string>()).set(callee, alarm.id))
  }
  for (const [caller, callees] of made) {
    const unserved = [...callees].filter(([callee]) => !served.has(callee))
    const name = topology.entityOf(caller).service
    if (unserved.length >= LEAST_CALLEES && unserved.length >= MOST * callees.size) {
      const reason = `${name} finds ${unserved.length} services slow or failing that raise no alarm about it themselves`
      add(caller, {
        kind: 'network',
        units: UNITS,
        reason,
        signals: unserved.map(([, id]) => id),
        fault: 'slow network',
      })
      continue
    }
    for (const [callee, id] of unserved) {
      const other = topology.entityOf(callee).service
      const reason = `${name} finds it slow or failing, and ${other} raises no alarm about serving`
      add(callee, { kind: 'network', units: UNITS, reason, signals: [id], fault: 'slow network' })
    }
  }
}

type Call = { caller?: ServiceKey; callee?: ServiceKey }

/** As the alarm's labels say: a pair of services, or the full name of a remote method, '/shop.Catalogue/GetProduct'. */
function callOf({ labels, entity }: Alarm, own: ServiceKey, topology: Topology): Call {
  const edge = edgeOf(labels)
  if (!edge) return {}
  const keyOf = (service: string) => topology.keyOf({ ...entity, kind: 'Pod', name: service, service })
  const [caller, callee] = [keyOf(edge.client), keyOf(edge.server)]
  if (caller !== callee) return { caller, callee }
  const methods = Object.values(labels).flatMap(label => METHOD.exec(label)?.[1] ?? [])
  const named = methods.flatMap(parts => parts.split('.')).flatMap(part => topology.names.get(part.toLowerCase()) ?? [])
  return { caller: own, callee: named[0] ?? own }
}

const METHOD = /^\/([\w.]{1,200})\/\w{1,200}$/
