// Who is well beside a trouble, and what that rules out: neighbours that are measured and show nothing.
import type { Learnt } from './learnt.ts'
import { amount } from './amount.ts'
import { quantileOf } from './history.ts'
import type { ServiceKey, Topology } from './topology.ts'
import type { Trouble } from './trouble.ts'

const MOST_WELL = 8
const MOST_RULED_OUT = 5

export type Wellness = { wellServices: string[]; ruledOut: string[] }

export function wellness(learnt: Learnt, trouble: Trouble, topology: Topology): Wellness {
  const hurt = new Set([...trouble.symptoms.values()].flatMap(({ services }) => services))
  const unwell = unwellServices(learnt, topology)
  const measured = measuredServices(learnt, topology)
  const healthy = new Set([...learnt.healthy.values()].flat().map(topology.keyOf))
  const isWell = (key: ServiceKey) => !hurt.has(key) && !unwell.has(key) && (measured.has(key) || healthy.has(key))
  const callees = [...hurt].flatMap(key => [...topology.callees(key)]).filter(isWell)
  const callers = [...hurt].flatMap(key => [...topology.callers(key)]).filter(isWell)
  const near = [...new Set([...callees, ...callers])].toSorted()
  const ruledOut = [...new Set(callees)].toSorted().map(key => {
    const caller = [...topology.callers(key)].find(one => hurt.has(one))
    const shown = measured.get(key)
    const as = shown ? `${shown} as usual` : 'its workload is complete and ready'
    return `${topology.entityOf(key).service}, which ${caller ? topology.entityOf(caller).service : 'it'} calls: ${as}`
  })
  return {
    wellServices: near.slice(0, MOST_WELL).map(key => topology.entityOf(key).service),
    ruledOut: ruledOut.slice(0, MOST_RULED_OUT),
  }
}

/** By service, what is measured of it and its newest value: latency before errors before others. */
function measuredServices(learnt: Learnt, topology: Topology): Map<ServiceKey, string> {
  const shown = new Map<ServiceKey, string>()
  for (const wanted of ['latency', 'availability', 'errors', 'cpu'] as const) {
    for (const { feature, entity, members } of learnt.groups.values()) {
      if (feature.measure !== wanted || feature.edge || feature.side === 'client' || feature.scope === 'node') continue
      const key = topology.keyOf(entity)
      const series = learnt.series.get(members[0]!)
      if (shown.has(key) || !series?.held || series.usual.size === 0) continue
      shown.set(
        key,
        `${wanted} ${amount(series.held.value, feature, series.signal.unit)} (usually ${amount(quantileOf(series.usual, 0.5), feature, series.signal.unit)})`,
      )
    }
  }
  return shown
}

function unwellServices(learnt: Learnt, topology: Topology): Set<ServiceKey> {
  const unwell = new Set<ServiceKey>()
  for (const { symptoms } of learnt.troubles.values()) {
    for (const { services } of symptoms.values()) for (const key of services) unwell.add(key)
  }
  for (const { since, entity, feature } of learnt.groups.values())
    if (since !== undefined && !feature.edge) unwell.add(topology.keyOf(entity))
  for (const { active, signal } of [...learnt.alarms.values(), ...learnt.states.values()])
    if (active) unwell.add(topology.keyOf(signal.entity))
  return unwell
}
