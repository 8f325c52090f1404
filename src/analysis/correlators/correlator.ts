// The port of everything that says why two signals belong together.
import type { Correlation, CorrelationType } from '#incident/incident.ts'
import type { Millis, Signal } from '#incident/signal.ts'
import type { ServiceKey, Topology } from '../topology.ts'

/** A signal with what the correlators need to know of it. */
export type Item = {
  signal: Signal
  key: ServiceKey
  /** When what it shows began: for a series its first unusual step. */
  began: Millis
  /** Services its text names as not answering. */
  peers: readonly ServiceKey[]
  /** What it says, for those that say something. */
  text?: string
  /** Whether nothing of its kind, source and service began before it: what is told of it need not be told of the others again. */
  leads: boolean
}

/**
 * Port. Contract: the same items give the same correlations, each pair at most once for a type, `a` began no later than `b`;
 * confidence in 0..1.
 */
export type Correlator = {
  type: CorrelationType
  correlate(items: readonly Item[], topology: Topology): Correlation[]
}

/** The earlier first; of two that began together, by id. */
export function inOrder(a: Item, b: Item): [Item, Item] {
  const isLater = a.began > b.began || (a.began === b.began && a.signal.id > b.signal.id)
  return isLater ? [b, a] : [a, b]
}

/** How two services are related, from the first's view; undefined where nothing known relates them. */
export function relationOf(
  a: Item,
  b: Item,
  topology: Topology,
): 'same' | 'calls' | 'called' | 'carries' | 'names' | undefined {
  if (a.key === b.key) return 'same'
  if (topology.path(a.key, b.key)) return 'calls'
  if (topology.path(b.key, a.key)) return 'called'
  if (topology.nodesOf(a.key).has(b.key) || topology.nodesOf(b.key).has(a.key)) return 'carries'
  return a.peers.includes(b.key) || b.peers.includes(a.key) ? 'names' : undefined
}
