// How sure the first of a ranking is: a logistic of margin and strength (DIAGNOSIS 6), capped where rules cannot know.
import type { Evidence } from './rankers/evidence.ts'

// Fitted on 485 answers of three sets (nezha, tvdiag, snapshots), 86 % right: expected calibration error 0.04, with each kind of
// fault left out 0.04, with each set left out 0.07 (evals/results.md has what the product reached since).
const OFFSET = -5
const MARGIN = 7.19
const STRENGTH = 2.98
/** Beyond twice as much as the second, more says nothing: 98 % of those answers were right, 67 % of those below. */
const MOST_MARGIN = Math.log(2)
const MOST_STRENGTH = 3
/** Two that weigh the same are a toss-up however much they weigh; with half as much the second hardly counts. */
const RIVALRY = 6

const CAP_UNEXPLAINED = 0.5
/** One kind of evidence, or nothing to compare with: measured no less often right than others, and never quite sure. Judgement. */
const CAP_NARROW = 0.95
const CAP_PUBLIC = 0.49 // below what a remedy may rest on

/**
 * @param first, second units of evidence, not negative
 * A standing oddity wins by as much as a true cause: hence the caps, which are judgement.
 */
export function confidenceOf(
  first: number,
  second: number,
  evidence: readonly Evidence[],
  { hasHistory, isPublic }: { hasHistory: boolean; isPublic: boolean },
): number {
  const { margin, strength } = factorsOf(first, second)
  const fitted = 1 / (1 + Math.exp(-(OFFSET + MARGIN * margin + STRENGTH * strength)))
  const raw = Math.min(fitted, 1 / (1 + (second / first) ** RIVALRY))
  const kinds = new Set(evidence.filter(({ units }) => units > 0.1).map(({ kind }) => kind))
  const proven = evidence.some(({ kind, units }) => kind === 'state' && units >= 2)
  const isBroad = proven || kinds.size > 1 || kinds.has('path')
  const isKnown = hasHistory || proven || kinds.has('change')
  const explains = evidence.some(({ kind }) => kind !== 'state') || proven || kinds.size > 0
  return Math.min(raw, isBroad && isKnown ? 1 : CAP_NARROW, explains ? 1 : CAP_UNEXPLAINED, isPublic ? CAP_PUBLIC : 1)
}

/** What the logistic is fitted on: margin 0..ln 2 (below 0 where the second weighs more), strength 0..3. */
export function factorsOf(first: number, second: number): { margin: number; strength: number } {
  return {
    margin: Math.min(MOST_MARGIN, Math.log((first + 0.2) / (second + 0.2))),
    strength: Math.min(MOST_STRENGTH, Math.log(1 + first)),
  }
}
