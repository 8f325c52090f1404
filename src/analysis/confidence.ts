// How sure the first of a ranking is: a logistic of margin and strength (DIAGNOSIS 6), capped where rules cannot know.
import type { Evidence } from './rankers/evidence.ts'

// Fitted on 146 answers of four tasks, 94 % right: expected calibration error 0.04 with each answer left out, 0.05 with each task.
const OFFSET = -1.64
const MARGIN = 1.79
const STRENGTH = 2.98
const MOST = 3
/** Two that weigh the same are a toss-up however much they weigh; half as much as the first leaves one in nine. Judgement. */
const RIVALRY = 3

const CAP_UNEXPLAINED = 0.5
const CAP_ONE_KIND = 0.7
const CAP_PUBLIC = 0.49 // below what a remedy may rest on
const BLIND_FACTOR = 0.85

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
  const margin = Math.min(MOST, Math.log((first + 0.2) / (second + 0.2)))
  const strength = Math.min(MOST, Math.log(1 + first))
  const fitted = 1 / (1 + Math.exp(-(OFFSET + MARGIN * margin + STRENGTH * strength)))
  const raw = Math.min(fitted, 1 / (1 + (second / first) ** RIVALRY))
  const kinds = new Set(evidence.filter(({ units }) => units > 0.1).map(({ kind }) => kind))
  const proven = evidence.some(({ kind, units }) => kind === 'state' && units >= 2)
  const capped = Math.min(raw, proven || kinds.size > 1 || kinds.has('path') ? 1 : CAP_ONE_KIND)
  const known = hasHistory || proven || kinds.has('change') ? capped : capped * BLIND_FACTOR
  const explains = evidence.some(({ kind }) => kind !== 'state') || proven || kinds.size > 0
  return Math.min(known, explains ? 1 : CAP_UNEXPLAINED, isPublic ? CAP_PUBLIC : 1)
}
