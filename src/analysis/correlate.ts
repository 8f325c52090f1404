// Why signals belong together: temporal, semantic and causal correlations of a set of signals, the surest first.
import type { Correlation, CorrelationType } from '#incident/incident.ts'
import type { Millis, Signal } from '#incident/signal.ts'
import { causal } from './correlators/causal.ts'
import type { Item } from './correlators/correlator.ts'
import { semantic } from './correlators/semantic.ts'
import { temporal } from './correlators/temporal.ts'
import { surestFirst, told } from './correlators/told.ts'
import type { Embedder } from './embed.ts'
import { repeated } from './correlators/repeated.ts'
import { peersIn } from './topology.ts'
import type { Topology } from './topology.ts'

const MOST = 200
const MOST_SIGNALS = 400 // a quarter of a second; four times as many would take sixteen times as long

export type CorrelateOptions = {
  /** Only this type. */
  type?: CorrelationType
  /** When what a signal shows began, where that is not the signal's own time. */
  began?: ReadonlyMap<string, Millis>
  embedder?: Embedder
}

/**
 * At most 200 correlations, of at most 400 signals: changes, then what began first. What one service says again and again is one thing,
 * which began when it was first said. Time O(n^2).
 */
export function correlate(
  signals: readonly Signal[],
  topology: Topology,
  options: CorrelateOptions = {},
): Correlation[] {
  const { type, began, embedder } = options
  const { firsts, repeats } = repeated(foremost(signals.map(signal => itemOf(signal, topology, began))))
  const correlators = [causal, ...(embedder ? [semantic(embedder)] : []), temporal]
  const found = correlators
    .filter(correlator => type === undefined || correlator.type === type)
    .flatMap(correlator => correlator.correlate(firsts, topology))
  const again = type === undefined || type === 'temporal' ? repeats : []
  const kept = told(type === undefined ? strongest(found, firsts) : found, MOST)
  return [...kept, ...again.slice(0, MOST - kept.length)].toSorted(surestFirst)
}

/**
 * Nearness in time adds nothing where cause or meaning joins two, nor where a change, whoever told of it, is known to have caused one,
 * nor between services of which one brought the other to fail.
 */
function strongest(found: readonly Correlation[], items: readonly Item[]): Correlation[] {
  const byId = new Map(items.map(item => [item.signal.id, item]))
  const joined = new Set<string>()
  for (const { a, b, type } of found) {
    if (type === 'temporal') continue
    const [one, other] = [byId.get(a)!, byId.get(b)!]
    joined.add(`${a} ${b}`)
    if (type !== 'causal') continue
    if (one.signal.kind === 'change') joined.add(`${one.key} ${b}`)
    else if (one.key !== other.key) joined.add(`${one.key} ${other.key}`).add(`${other.key} ${one.key}`)
  }
  return found.filter(({ a, b, type }) => {
    if (type !== 'temporal') return true
    const [one, other] = [byId.get(a)!, byId.get(b)!]
    const isKnown = one.signal.kind === 'change' ? joined.has(`${one.key} ${b}`) : joined.has(`${one.key} ${other.key}`)
    return !isKnown && !joined.has(`${a} ${b}`)
  })
}

function itemOf(signal: Signal, topology: Topology, began?: ReadonlyMap<string, Millis>): Item {
  const text = 'text' in signal ? signal.text : undefined
  const key = topology.keyOf(signal.entity)
  return {
    signal,
    key,
    began: began?.get(signal.id) ?? (signal.kind === 'state' ? signal.since : signal.at),
    peers: text === undefined ? [] : peersIn(text, topology).filter(peer => peer !== key),
    leads: true,
    ...(text !== undefined && { text }),
  }
}

function foremost(items: readonly Item[]): readonly Item[] {
  if (items.length <= MOST_SIGNALS) return items
  const rank = ({ signal }: Item) => (signal.kind === 'change' ? 0 : 1)
  const byId = (a: Item, b: Item) => (a.signal.id < b.signal.id ? -1 : 1)
  return items.toSorted((a, b) => rank(a) - rank(b) || a.began - b.began || byId(a, b)).slice(0, MOST_SIGNALS)
}
