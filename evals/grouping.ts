// Are signals of one trouble in one incident, and those of two in two? Counted in pairs of signals that are in some incident.
import { pairwiseScores } from '#analysis/evaluate.ts'
import { interval } from './measures.ts'
import type { Interval } from './measures.ts'
import type { Followed } from './replayed.ts'

type Signal = Pick<Followed['last']['groupedSignals'][number], 'id' | 'entity'>

export type Grouped = { opened: number; signals: readonly Signal[] }

/** A signal is counted with the incident that held it first. `covered`: troubles with a signal in an incident. */
export type GroupingFact = { troubles: number; covered: number; incidents: number; truth: number[]; found: number[] }

/** `troubleOf`: of which of the troubles a signal is, from 0; undefined: not known. */
export function groupingFact(
  troubles: number,
  incidents: readonly Grouped[],
  troubleOf: (signal: Signal) => number | undefined,
): GroupingFact {
  const seen = new Set<string>()
  const rows = incidents
    .toSorted((a, b) => a.opened - b.opened)
    .flatMap(({ signals }, incident) =>
      signals.flatMap(signal => {
        const trouble = troubleOf(signal)
        if (trouble === undefined || seen.has(signal.id)) return []
        seen.add(signal.id)
        return [{ trouble, incident }]
      }),
    )
  return {
    troubles,
    covered: new Set(rows.map(({ trouble }) => trouble)).size,
    incidents: new Set(rows.map(({ incident }) => incident)).size,
    truth: rows.map(({ trouble }) => trouble),
    found: rows.map(({ incident }) => incident),
  }
}

/**
 * A trouble without a signal in any incident counts as one missed pair, so that silence is not purity; where nothing is in any
 * incident, all is 0.
 */
export function grouping(
  facts: readonly GroupingFact[],
  seed: number,
): Record<'pairPrecision' | 'pairRecall' | 'pairF1', Interval | undefined> {
  const of = (name: 'precision' | 'recall' | 'f1') =>
    interval(
      facts,
      rows =>
        rows.some(({ covered }) => covered > 0)
          ? pairwiseScores(joined(rows, 'truth'), joined(rows, 'found'))[name]
          : 0,
      seed,
    )
  return { pairPrecision: of('precision'), pairRecall: of('recall'), pairF1: of('f1') }
}

/** One list over all cases, in which no group is shared between two; a missed trouble is a pair found apart. */
function joined(facts: readonly GroupingFact[], side: 'truth' | 'found'): string[] {
  return facts.flatMap((fact, place) => [
    ...fact[side].map(group => `${place}/${group}`),
    ...Array.from({ length: fact.troubles - fact.covered }, (_, missed) =>
      side === 'truth'
        ? Array<string>(2).fill(`${place}/missed ${missed}`)
        : [`${place}/a${missed}`, `${place}/b${missed}`],
    ).flat(),
  ])
}
