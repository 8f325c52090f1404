// Near in time, and about services that have to do with one another: time alone joins nothing.
import type { Correlation } from '#incident/incident.ts'
import { clock, duration } from '../amount.ts'
import { inOrder, relationOf } from './correlator.ts'
import type { Correlator, Item } from './correlator.ts'

const WINDOW = 5 * 60_000
/** Confidence of two that began in the same moment; it halves every two minutes. */
const MOST = { same: 0.9, calls: 0.8, called: 0.8, carries: 0.7, names: 0.8 } as const
const HALVES = 2 * 60_000
/** A second series of the same thing tells little that the first did not. */
const SAME_VIEW = 0.5

/**
 * Each signal with the nearest one that began before it, and of its own service with the nearest of every other source or kind: several
 * witnesses of one thing are worth more than one.
 */
export const temporal: Correlator = {
  type: 'temporal',
  correlate(items, topology) {
    const sorted = items.toSorted((a, b) => (inOrder(a, b)[0] === a ? -1 : 1))
    return sorted.flatMap((later, i) => {
      const found = sorted.slice(0, i).flatMap(earlier => {
        const apart = later.began - earlier.began
        const relation = apart <= WINDOW ? relationOf(earlier, later, topology) : undefined
        if (!relation || (relation !== 'same' && !later.leads)) return []
        const share = isAnotherView(earlier, later) ? 1 : SAME_VIEW
        return [{ earlier, apart, relation, confidence: share * MOST[relation] * 0.5 ** (apart / HALVES) }]
      })
      const surest = found.toSorted((a, b) => b.confidence - a.confidence)
      const [best] = surest
      const witnesses = new Map<string, (typeof found)[number]>()
      for (const one of surest) {
        const view = `${one.earlier.signal.source} ${one.earlier.signal.kind}`
        const isWitness = later.leads && one.relation === 'same' && isAnotherView(one.earlier, later)
        if (isWitness && !witnesses.has(view)) witnesses.set(view, one)
      }
      return [...new Set([...(best ? [best] : []), ...witnesses.values()])].map(({ earlier, apart, confidence }) =>
        correlationOf(earlier, later, apart, confidence),
      )
    })
  },
}

function isAnotherView(a: Item, b: Item): boolean {
  return a.signal.source !== b.signal.source || a.signal.kind !== b.signal.kind || a.key !== b.key
}

function correlationOf(earlier: Item, later: Item, apart: number, confidence: number): Correlation {
  const [one, other] = [earlier.signal, later.signal]
  const when =
    apart === 0
      ? `in the same moment, ${clock(later.began)}`
      : `within ${duration(apart)}, from ${clock(earlier.began)}`
  const whom = earlier.key === later.key ? one.entity.service : `${one.entity.service} and ${other.entity.service}`
  return {
    a: one.id,
    b: other.id,
    type: 'temporal',
    confidence: Math.round(100 * confidence) / 100,
    timeWindow: apart,
    explanation: `${one.source} and ${other.source} saw ${whom} become unusual ${when}`,
  }
}
