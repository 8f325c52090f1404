// Is an answer right as often as its confidence says? Over all data sets together and apart, at the point where the product
// abstains, and with numbers fitted where a task or a kind of fault was left out.
import type { Answer } from './answer.ts'
import { calibrationError, interval, mean } from './measures.ts'
import type { Interval } from './measures.ts'
import { fit, leaveGroupsOut } from './refit.ts'
import type { Weights } from './refit.ts'
import type { SnapshotFact } from './snapshot-score.ts'
import { isAmong } from './root-cause.ts'
import type { Scored } from './score.ts'

/** One fault with a known cause. `kind`: of the fault. */
export type Rated = { set: string; kind: string; answer: Answer; right: number }

export type Bin = { from: number; to: number; n: number; confidence: number; right: number }

export type Reliability = {
  name: string
  n: number
  /** Share of the faults at which a cause is named. */
  named: number
  /** Share at which the answer does not itself say that it is unclear. */
  answered: number
  /** Of those answered, how many are right. */
  precision: Interval | undefined
  ece: number | undefined
  bins: Bin[]
}

export type Confidence = {
  all: Reliability
  bySet: Reliability[]
  refit: { weights: Weights; withoutTask: number | undefined; withoutKind: number | undefined } | undefined
}

export function ratedOf(dataset: string, scored: readonly Scored[]): Rated[] {
  return scored
    .flatMap(({ causes }) => causes)
    .map(fact => ({ set: dataset, kind: fact.category, answer: fact.answer, right: Number(isAmong(fact, 1)) }))
}

export function ratedSnapshots(facts: readonly SnapshotFact[]): Rated[] {
  return facts
    .filter(({ category }) => category !== 'healthy')
    .map(({ category, answer, place }) => ({ set: 'snapshots', kind: category, answer, right: Number(place === 0) }))
}

/** `rows`: at least one. The refit needs answers of two sets and kinds. */
export function confidence(rows: readonly Rated[], seed: number): Confidence {
  const sets = Map.groupBy(rows, ({ set }) => set)
  const named = rows.filter(({ answer }) => answer.confidence !== undefined)
  const kinds = new Set(named.map(({ kind }) => kind))
  const without = (groupOf: (row: Rated) => string) => {
    const predicted = leaveGroupsOut(named.map(row => ({ ...row, group: groupOf(row) })))
    return calibrationError(named.map(({ right }, i) => ({ confidence: predicted[i]!, right })))
  }
  return {
    all: reliability('all together', rows, seed),
    bySet: [...sets].map(([set, part]) => reliability(set, part, seed)),
    refit:
      sets.size > 1 && kinds.size > 1
        ? { weights: fit(named), withoutTask: without(({ set }) => set), withoutKind: without(({ kind }) => kind) }
        : undefined,
  }
}

function reliability(name: string, rows: readonly Rated[], seed: number): Reliability {
  const named = rows.flatMap(({ answer, right }) =>
    answer.confidence === undefined ? [] : [{ confidence: answer.confidence, right }],
  )
  const answered = rows.filter(({ answer }) => !answer.abstains)
  return {
    name,
    n: rows.length,
    named: named.length / rows.length,
    answered: answered.length / rows.length,
    precision: interval(
      answered.map(({ right }) => right),
      mean,
      seed,
    ),
    ece: calibrationError(named),
    bins: binsOf(named),
  }
}

const BINS = 10

/** Those that hold something, lowest first. */
function binsOf(rows: readonly { confidence: number; right: number }[]): Bin[] {
  const bins = Map.groupBy(rows, ({ confidence: sure }) => Math.min(BINS - 1, Math.floor(sure * BINS)))
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([bin, held]) => ({
      from: bin / BINS,
      to: (bin + 1) / BINS,
      n: held.length,
      confidence: mean(held.map(row => row.confidence)),
      right: mean(held.map(row => row.right)),
    }))
}
