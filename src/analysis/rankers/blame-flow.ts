// Blame flows from what users feel along calls to whoever explains it (DIAGNOSIS 2). Extra seconds and failed requests add up along
// calls; deviations do not: callers shake more than culprits.
import type { Millis } from '#incident/signal.ts'
import { kindOf } from '../detect.ts'
import type { Context } from '../detect.ts'
import type { Measure } from '../features.ts'
import type { GroupState, Learnt } from '../learnt.ts'
import { quantileOfSorted } from '../statistics.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import { requestsIn, trafficOf } from '../traffic.ts'
import { traceOf } from './trace.ts'
import type { Trace } from './trace.ts'

/** What one service did: how rare for itself, and how much it cost. */
export type Harm = { trace: Trace; rarity: number; impact: number; weight: number; isNew: boolean }

export type Flow = { blame: Map<ServiceKey, number>; harms: Map<ServiceKey, Harm> }

const GATE = 0.35 // 0.2 to 0.5 give the same, 0.75 is worse
const LEAST_WEIGHT = 0.02
const TRACE_OF_BLAME = 0.001
const OWN_SHARE = 0.5 // of the alarmed service's own blame

/** `kind`: whether users wait or fail. */
export function blameFlow(
  learnt: Learnt,
  context: Context,
  alarmed: ServiceKey,
  kind: 'latency' | 'failure',
  onset: Millis,
): Flow {
  const { topology } = context
  const harms = harmsOf(learnt, context, kind, onset)
  const blame = new Map<ServiceKey, number>()
  const add = (key: ServiceKey, share: number) => blame.set(key, (blame.get(key) ?? 0) + share)
  const flow = (key: ServiceKey, share: number, path: readonly ServiceKey[]) => {
    const kids = kidsOf(key, path, topology, harms)
    const total = kids.reduce((sum, { cost }) => sum + cost, 0)
    const own = harms.get(key)?.impact ?? 0
    const explained = total === 0 ? 0 : Math.min(1, own > 0 ? total / own : 1)
    add(key, share * (1 - explained))
    for (const kid of kids) flow(kid.key, (share * explained * kid.cost) / total, [...path, kid.key])
  }
  flow(alarmed, 1, [alarmed])
  blame.set(alarmed, (blame.get(alarmed) ?? 0) * OWN_SHARE)
  for (const [key, { rarity }] of harms)
    if (!blame.has(key) && rarity > 0) add(key, TRACE_OF_BLAME * Math.min(1, rarity))
  return { blame, harms }
}

function kidsOf(
  key: ServiceKey,
  path: readonly ServiceKey[],
  topology: Topology,
  harms: ReadonlyMap<ServiceKey, Harm>,
): { key: ServiceKey; cost: number }[] {
  const harmed = [...topology.callees(key)].filter(kid => {
    const harm = harms.get(kid)
    return harm && harm.weight > LEAST_WEIGHT && harm.impact > 0 && !path.includes(kid)
  })
  // A host name or a load balancer is the caller's view of a service that is measured itself.
  const measured = harmed.filter(kid => !isAddress(kid))
  const chosen = measured.length > 0 ? measured : harmed
  return chosen
    .filter(kid => !harms.get(kid)!.isNew)
    .map(kid => ({ key: kid, cost: harms.get(kid)!.weight * harms.get(kid)!.impact }))
}

/** A name with a domain behind it, or an address in numbers. */
function isAddress(key: ServiceKey): boolean {
  const name = key.slice(key.indexOf('/') + 1)
  return (
    /^\d+\.\d+\.\d+\.\d+/.test(name) ||
    /(^|[@/])[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|net|org|io|dev|internal|local|cloud)(?![a-z0-9-])/.test(name)
  )
}

/** Every service that is measured in this way; of several groups of one service the costliest. */
function harmsOf(learnt: Learnt, context: Context, kind: 'latency' | 'failure', onset: Millis): Map<ServiceKey, Harm> {
  const { topology } = context
  const measures: readonly Measure[] = kind === 'latency' ? ['latency'] : ['availability', 'errors']
  const harms = new Map<ServiceKey, Harm>()
  for (const group of learnt.groups.values()) {
    const { measure, side } = group.feature
    const role = kindOf(group, context)
    if (!measures.includes(measure) || side === 'client' || (role !== 'slo' && role !== 'symptom')) continue
    const trace = traceOf(learnt, group, onset)
    if (!trace) continue
    const harm = harmOf(learnt, group, trace)
    const key = topology.keyOf(group.entity)
    const held = harms.get(key)
    if (!held || harm.weight * harm.impact > held.weight * held.impact) harms.set(key, harm)
  }
  return harms
}

function harmOf(learnt: Learnt, group: GroupState, trace: Trace): Harm {
  const { scaled, excess, start, times } = trace
  const before = start > 0 ? Math.max(0, excess[start - 1] || 0) : 0
  const beforeScaled = start > 0 ? Math.max(0, scaled[start - 1] || 0) : 0
  const traffic = trafficOf(learnt, group)
  const past = scaled
    .slice(0, start)
    .filter(value => !Number.isNaN(value))
    .toSorted((a, b) => a - b)
  const usual = Math.max(2, past.length > 0 ? quantileOfSorted(past, 0.99) : 0)
  const worst: number[] = []
  let impact = 0
  for (let i = start; i < times.length; i++) {
    worst.push(Math.max(0, (scaled[i] || 0) - beforeScaled))
    const requests = (traffic && requestsIn(learnt, traffic, times[i]!)) ?? 1
    impact += Math.max(0, (excess[i] || 0) - before) * costOf(group, requests)
  }
  worst.sort((a, b) => b - a)
  const rarity = ((worst[0] ?? 0) + (worst[1] ?? worst[0] ?? 0)) / 2 / usual
  return {
    trace,
    rarity,
    impact,
    weight: rarity ** 2 / (rarity ** 2 + GATE ** 2),
    isNew: isNewTraffic(learnt, traffic, times[start]!),
  }
}

/** What one unit beyond the usual costs: extra seconds, or failed requests. */
function costOf({ feature, step }: GroupState, requests: number): number {
  if (feature.measure === 'latency') return requests
  if (feature.form === 'percent') return requests / 100
  if (feature.form === 'fraction') return requests
  return feature.form === 'perSecond' ? step / 1000 : 1
}

/** A dependency that nobody asked before the onset takes no blame: its caller has changed. */
function isNewTraffic(learnt: Learnt, traffic: GroupState | undefined, onset: Millis): boolean {
  const series = traffic && learnt.series.get(traffic.members[0]!)
  if (!series) return false
  let before = 0
  let after = 0
  let told = 0
  for (let i = 0; i < series.size; i++) {
    if (series.times[i]! >= onset - traffic.step / 2) after += series.values[i]!
    else {
      before += series.values[i]!
      told++
    }
  }
  return told >= 3 && before === 0 && after > 0
}
