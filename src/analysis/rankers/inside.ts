// What pods, edges and counts say of each service around the onset (DIAGNOSIS 3): its resources, its own latency, the network to it,
// and whether it stopped calling others.
import type { Millis } from '#incident/signal.ts'
import { servicesOf } from '../kinds.ts'
import type { GroupState, Learnt } from '../learnt.ts'
import type { ServiceKey, Topology } from '../topology.ts'
import { requestsIn } from '../traffic.ts'
import type { Evidence } from './evidence.ts'
import { ownUsual, worstExcess } from './own-usual.ts'
import { shownChange } from './trace.ts'
import type { Trace, Traces } from './trace.ts'

export type Aspect = 'resource' | 'latency' | 'errors' | 'network' | 'stopped' | 'other'

/** One reason to suspect a service; `value` in logarithms of its own usual. */
export type Clue = { aspect: Aspect; value: number; trace: Trace; peer?: ServiceKey }

const MEMORY_SHARE = 0.5
const EXPLAINED_SHARE = 0.9
const OTHER_SHARE = 0.25
/** This share of a caller's edges slow: it is the caller. */
const MOST_EDGES = 0.6
const CALLEE_SHARE = 0.3
/** Traffic lost beyond what the caller itself lost. */
const LOST = 0.3
const SIGNIFICANT = 4

export function insideView(learnt: Learnt, topology: Topology, onset: Millis, traces: Traces): Map<ServiceKey, Clue[]> {
  const views = viewsOf(learnt, topology, traces)
  const clues = new Map<ServiceKey, Clue[]>()
  const add = (key: ServiceKey, clue: Clue) => {
    if (clue.value <= 0) return
    const held = clues.get(key)
    if (held) held.push(clue)
    else clues.set(key, [clue])
  }
  for (const [key, view] of views.services) {
    const resource = strongest(view.filter(({ group }) => group.feature.measure === 'cpu'))
    if (resource) add(key, { aspect: 'resource', ...resource })
    const memory = strongest(view.filter(({ group }) => group.feature.measure === 'memory'))
    if (memory) add(key, { aspect: 'resource', value: memory.value * MEMORY_SHARE, trace: memory.trace })
    const inner = view.filter(({ group }) => group.feature.scope !== 'service' || !topology.hasCalls)
    const waits = inner.filter(({ group }) => group.feature.measure === 'latency')
    const own = strongest(waits.filter(({ group }) => group.feature.side !== 'client'))
    if (own) {
      const share = explainedShare(key, own, waits, views)
      add(key, { aspect: 'latency', value: own.value * (1 - EXPLAINED_SHARE * share), trace: own.trace })
    }
    const failing = strongest(inner.filter(({ group }) => isFailing(group)))
    if (failing) {
      const share = failingCallees(key, topology, views) / failing.value
      add(key, {
        aspect: 'errors',
        value: failing.value * (1 - EXPLAINED_SHARE * Math.min(1, share || 0)),
        trace: failing.trace,
      })
    }
    const other = strongest(
      view.filter(({ group }) => group.feature.measure === 'other' || group.feature.measure === 'saturation'),
    )
    if (other) add(key, { aspect: 'other', value: other.value * OTHER_SHARE, trace: other.trace })
  }
  for (const [caller, edges] of views.edges) network(caller, edges, views, add)
  stoppedCalling(learnt, topology, onset, views, add)
  return clues
}

type Seen = { group: GroupState; trace: Trace; value: number }
type EdgeView = { callee: ServiceKey; client?: Seen; server?: Seen }
type Views = { services: Map<ServiceKey, Seen[]>; edges: Map<ServiceKey, EdgeView[]> }

function viewsOf(learnt: Learnt, topology: Topology, traces: Traces): Views {
  const views: Views = { services: new Map(), edges: new Map() }
  for (const group of learnt.groups.values()) {
    if (group.feature.scope === 'node') continue
    const trace = traces(group)
    if (!trace?.hasHistory) continue
    const seen = { group, trace, value: ownUsual(trace) }
    const [key, callee] = servicesOf(group, topology)
    if (callee === undefined) put(views.services, key!, seen)
    else if (group.feature.measure === 'latency') putEdge(views.edges, key!, callee, seen)
  }
  return views
}

function put<T>(map: Map<ServiceKey, T[]>, key: ServiceKey, value: T): void {
  const held = map.get(key)
  if (held) held.push(value)
  else map.set(key, [value])
}

/** An edge whose view is not said is the caller's: who else would time it. */
function putEdge(edges: Views['edges'], caller: ServiceKey, callee: ServiceKey, seen: Seen): void {
  const held = edges.get(caller)?.find(edge => edge.callee === callee)
  const side = seen.group.feature.side === 'server' ? 'server' : 'client'
  if (held) held[side] = seen
  else put(edges, caller, { callee, [side]: seen })
}

function strongest(views: readonly Seen[]): { value: number; trace: Trace } | undefined {
  return views.toSorted((a, b) => b.value - a.value)[0]
}

function isFailing({ feature }: GroupState): boolean {
  return feature.measure === 'errors' || feature.measure === 'availability'
}

/** How much of a service's own latency its slow callees explain; without edges, its own view of them. */
function explainedShare(
  key: ServiceKey,
  own: { trace: Trace; value: number },
  waits: readonly Seen[],
  views: Views,
): number {
  const edges = (views.edges.get(key) ?? []).flatMap(edge => edge.client ?? edge.server ?? [])
  const callees = edges.length > 0 ? edges : waits.filter(({ group }) => group.feature.side === 'client')
  const extra = callees.filter(({ value }) => value > 0).reduce((sum, { trace }) => sum + worstExcess(trace), 0)
  const total = worstExcess(own.trace)
  return total > 0 ? Math.min(1, extra / total) : 0
}

function failingCallees(key: ServiceKey, topology: Topology, views: Views): number {
  const values = [...topology.callees(key)].flatMap(callee =>
    (views.services.get(callee) ?? []).filter(({ group }) => isFailing(group)).map(({ value }) => value),
  )
  return Math.max(0, ...values)
}

/** The caller waits longer, the callee serves as fast as ever: what lies between, credited to the callee. */
function network(
  caller: ServiceKey,
  edges: readonly EdgeView[],
  views: Views,
  add: (key: ServiceKey, clue: Clue) => void,
): void {
  const slow = edges.flatMap(({ callee, client, server }) => {
    if (!client || client.value === 0) return []
    const waited = worstExcess(client.trace)
    if (waited <= 0) return []
    const serving = server ?? views.services.get(callee)?.find(({ group }) => isOwnLatency(group))
    const served = serving ? Math.min(waited, worstExcess(serving.trace)) : 0
    return [{ callee, value: (client.value * (waited - served)) / waited, trace: client.trace }]
  })
  const isCaller = edges.length > 1 && slow.filter(({ value }) => value > 0).length >= MOST_EDGES * edges.length
  for (const { callee, value, trace } of slow) {
    add(callee, { aspect: 'network', value: isCaller ? value * CALLEE_SHARE : value, trace, peer: caller })
  }
  const worst = slow.toSorted((a, b) => b.value - a.value)[0]
  if (isCaller && worst) add(caller, { aspect: 'network', value: worst.value, trace: worst.trace, peer: worst.callee })
}

function isOwnLatency({ feature }: GroupState): boolean {
  return feature.measure === 'latency' && feature.side !== 'client'
}

/** Callees lose clearly more traffic than the service itself: it returns early, or throws before it calls. */
function stoppedCalling(
  learnt: Learnt,
  topology: Topology,
  onset: Millis,
  views: Views,
  add: (key: ServiceKey, clue: Clue) => void,
): void {
  for (const [key, seen] of views.services) {
    if (!seen.some(({ group }) => group.feature.scope === 'pod')) continue // from outside, blame flow says it better
    const own = lossOf(learnt, seen, onset)
    if (!own) continue
    for (const callee of topology.callees(key)) {
      if (topology.callers(callee).size > 1) continue // who of them stopped cannot be told
      const theirs = lossOf(learnt, views.services.get(callee) ?? [], onset)
      if (!theirs || theirs.significance < SIGNIFICANT || theirs.share - own.share < LOST) continue
      const value = Math.min(4, -Math.log(Math.max(0.02, (1 - theirs.share) / Math.max(0.02, 1 - own.share))))
      add(key, { aspect: 'stopped', value, trace: theirs.trace, peer: callee })
    }
  }
}

function lossOf(
  learnt: Learnt,
  seen: readonly Seen[],
  onset: Millis,
): { share: number; significance: number; trace: Trace } | undefined {
  const found = seen.find(({ group }) => group.feature.measure === 'traffic' && group.feature.side !== 'client')
  if (!found) return undefined
  const { trace, group } = found
  const now = trace.values.slice(0, 4).filter(value => !Number.isNaN(value))
  if (now.length === 0 || trace.level <= 0) return undefined
  const mean = now.reduce((sum, value) => sum + value, 0) / now.length
  const counted = requestsIn(learnt, group, onset, group.step)
  const each = counted !== undefined && group.feature.form === 'perSecond' ? group.step / 1000 : 1
  const expected = trace.level * each * now.length
  return {
    share: Math.max(0, 1 - mean / trace.level),
    significance: (expected - mean * each * now.length) / Math.sqrt(Math.max(1, expected)),
    trace,
  }
}

const FAULTS = {
  resource: 'resource contention',
  latency: 'high latency',
  errors: 'failing requests',
  network: 'slow network',
  stopped: 'stopped calling others',
  other: 'unusual behaviour',
} as const

/** `share`: what it is worth beside other kinds of evidence. */
export function clueEvidence({ aspect, value, trace, peer }: Clue, share: number, topology: Topology): Evidence {
  const other = peer && topology.entityOf(peer).service
  const reasons = {
    resource: shownChange(trace),
    latency: `answers slowly itself: ${shownChange(trace)}`,
    errors: `fails itself: ${shownChange(trace)}`,
    network: `${other} waits longer for it than it takes to serve: ${shownChange(trace)}`,
    stopped: `calls ${other} no more: ${shownChange(trace)}`,
    other: `unusual beside its past: ${shownChange(trace)}`,
  }
  const kind = aspect === 'network' ? 'network' : 'metric'
  return {
    kind,
    units: value * share,
    reason: reasons[aspect],
    signals: trace.group.members.slice(0, 3),
    fault: FAULTS[aspect],
  }
}
