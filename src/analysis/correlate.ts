// Why signals belong together: temporal, semantic and causal correlations of a set of signals, the surest first.
import type { Correlation, CorrelationType } from '#incident/incident.ts'
import type { Millis, Signal } from '#incident/signal.ts'
import { causal } from './correlators/causal.ts'
import type { Item } from './correlators/correlator.ts'
import { semantic } from './correlators/semantic.ts'
import { temporal } from './correlators/temporal.ts'
import { told } from './correlators/told.ts'
import type { Embedder } from './embed.ts'
import { peersIn } from './topology.ts'
import type { Topology } from './topology.ts'

const MOST = 60
const MOST_SIGNALS = 400 // a quarter of a second; four times as many would take sixteen times as long

export type CorrelateOptions = {
  /** Only this type. */
  type?: CorrelationType
  /** When what a signal shows began, where that is not the signal's own time. */
  began?: ReadonlyMap<string, Millis>
  embedder?: Embedder
}

/** At most 60 correlations, of at most 400 signals: changes, then what began first. Time O(n^2) in those. */
export function correlate(
  signals: readonly Signal[],
  topology: Topology,
  options: CorrelateOptions = {},
): Correlation[] {
  const { type, began, embedder } = options
  const items = foremost(signals.map(signal => itemOf(signal, topology, began)))
  const correlators = [causal, ...(embedder ? [semantic(embedder)] : []), temporal]
  const found = correlators
    .filter(correlator => type === undefined || correlator.type === type)
    .flatMap(correlator => correlator.correlate(items, topology))
  return told(found, MOST)
}

function itemOf(signal: Signal, topology: Topology, began?: ReadonlyMap<string, Millis>): Item {
  const text = 'text' in signal ? signal.text : undefined
  const key = topology.keyOf(signal.entity)
  return {
    signal,
    key,
    began: began?.get(signal.id) ?? (signal.kind === 'state' ? signal.since : signal.at),
    peers: text === undefined ? [] : peersIn(text, topology).filter(peer => peer !== key),
    ...(text !== undefined && { text }),
  }
}

function foremost(items: readonly Item[]): readonly Item[] {
  if (items.length <= MOST_SIGNALS) return items
  const rank = ({ signal }: Item) => (signal.kind === 'change' ? 0 : 1)
  const byId = (a: Item, b: Item) => (a.signal.id < b.signal.id ? -1 : 1)
  return items.toSorted((a, b) => rank(a) - rank(b) || a.began - b.began || byId(a, b)).slice(0, MOST_SIGNALS)
}
