// Blame flows from what users feel along calls to whoever explains it (DIAGNOSIS 2). Extra seconds and failed requests add up along
// calls; deviations do not: callers shake more than culprits.
import type { Millis } from '#incident/signal.ts'
import { kindOf, servicesOf } from '../kinds.ts'
import type { Context } from '../kinds.ts'
import type { Measure } from '../features.ts'
import type { GroupState, Learnt } from '../learnt.ts'
import { quantile } from '../statistics.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import { requestsIn, trafficOf } from '../traffic.ts'
import type { Trace, Traces } from './trace.ts'

/** What one service did: how rare for itself, and how much it cost. */
export type Harm = { trace: Trace; rarity: number; impact: number; weight: number; isNew: boolean }

export type Flow = { blame: Map<ServiceKey, number>; harms: Map<ServiceKey, Harm> }

const GATE = 0.35 // 0.2 to 0.5 give the same, 0.75 is worse
const LEAST_WEIGHT = 0.02
const TRACE_OF_BLAME = 0.001
const LEAST_USUAL = 2 // scales
const LEAST_NOTABLE = 0.1 // scales; below, the weight is next to nothing whatever the past
const OWN_SHARE = 0.5 // of the alarmed service's own blame

/** `kind`: whether users wait or fail. */
export function blameFlow(
  learnt: Learnt,
  context: Context,
  alarmed: ServiceKey,
  kind: 'latency' | 'failure',
  traces: Traces,
): Flow {
  const { topology } = context
  const { harms, calls } = harmsOf(learnt, context, kind, traces)
  const blame = new Map<ServiceKey, number>()
  const add = (key: ServiceKey, share: number) => blame.set(key, (blame.get(key) ?? 0) + share)
  const flow = (key: ServiceKey, share: number, path: readonly ServiceKey[]) => {
    const kids = kidsOf(key, path, topology, (caller, kid) => calls.get(`${caller}>${kid}`) ?? harms.get(kid))
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
  harmTo: (caller: ServiceKey, kid: ServiceKey) => Harm | undefined,
): { key: ServiceKey; cost: number }[] {
  const harmed = [...topology.callees(key)].filter(kid => {
    const harm = harmTo(key, kid)
    return harm && harm.weight > LEAST_WEIGHT && harm.impact > 0 && !path.includes(kid)
  })
  // A host name or a load balancer is the caller's view of a service that is measured itself.
  const measured = harmed.filter(kid => !isAddress(kid))
  const chosen = measured.length > 0 ? measured : harmed
  return chosen.flatMap(kid => {
    const { isNew, weight, impact } = harmTo(key, kid)!
    return isNew ? [] : [{ key: kid, cost: weight * impact }]
  })
}

/** A name with a domain behind it, or an address in numbers. */
function isAddress(key: ServiceKey): boolean {
  const name = key.slice(key.indexOf('/') + 1)
  return (
    /^\d+\.\d+\.\d+\.\d+/.test(name) ||
    /(^|[@/])[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|net|org|io|dev|internal|local|cloud)(?![a-z0-9-])/.test(name)
  )
}

type Harms = {
  harms: Map<ServiceKey, Harm>
  /** By 'caller>callee', for callees that only their callers measure. */
  calls: Map<string, Harm>
}

/**
 * Every service that is measured in this way; of several groups of one service the costliest. One that only its callers measure
 * (a database, somebody else's service) is what they say of it.
 */
function harmsOf(learnt: Learnt, context: Context, kind: 'latency' | 'failure', traces: Traces): Harms {
  const measures: readonly Measure[] = kind === 'latency' ? ['latency'] : ['availability', 'errors']
  const harms = new Map<ServiceKey, Harm>()
  const calls = new Map<string, Harm>()
  const keep = (map: Map<string, Harm>, key: string, harm: Harm) => {
    const held = map.get(key)
    if (!held || harm.weight * harm.impact > held.weight * held.impact) map.set(key, harm)
  }
  const ofCalls: [caller: ServiceKey, callee: ServiceKey, harm: Harm][] = []
  for (const group of learnt.groups.values()) {
    const { measure, side } = group.feature
    const role = kindOf(group, context)
    const isOwn = side !== 'client' && (role === 'slo' || role === 'symptom')
    if (!measures.includes(measure) || !(isOwn || role === 'edge')) continue
    const trace = traces(group)
    if (!trace) continue
    const [key, callee] = servicesOf(group, context.topology)
    const harm = harmOf(learnt, group, trace)
    if (callee === undefined) keep(harms, key!, harm)
    else ofCalls.push([key!, callee, harm])
  }
  const measured = new Set(harms.keys())
  for (const [caller, callee, harm] of ofCalls) {
    if (measured.has(callee)) continue
    keep(calls, `${caller}>${callee}`, harm)
    keep(harms, callee, harm)
  }
  return { harms, calls }
}

function harmOf(learnt: Learnt, group: GroupState, trace: Trace): Harm {
  const { scaled, excess, times, before } = trace
  const traffic = trafficOf(learnt, group)
  let impact = 0
  for (const [i, time] of times.entries()) {
    const requests = (traffic && requestsIn(learnt, traffic, time, group.step)) ?? 1
    impact += Math.max(0, (excess[i] || 0) - Math.max(0, before.excess)) * costOf(group, requests)
  }
  const [first = 0, second = first] = scaled
    .map(value => Math.max(0, (value || 0) - Math.max(0, before.scaled)))
    .toSorted((a, b) => b - a)
  const now = (first + second) / 2
  const usual =
    now > LEAST_NOTABLE ? Math.max(LEAST_USUAL, quantile(trace.past().filter(Number.isFinite), 0.99) || 0) : LEAST_USUAL
  const rarity = now / usual
  const weight = rarity ** 2 / (rarity ** 2 + GATE ** 2)
  return { trace, rarity, impact, weight, isNew: isNewTraffic(learnt, traffic, times[0]!) }
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
