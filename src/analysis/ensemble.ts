// Several detectors vote on the same rows. How far a score must go to count is `threshold.ts`'s.
import type { Detector } from './detectors/detector.ts'

/** What each detector's word weighs, by its name. A missing one's weight is shared out among the others. */
export const WEIGHTS: Readonly<Record<string, number>> = {
  hdbscan: 0.3,
  isolation_forest: 0.25,
  vae: 0.25,
  statistical: 0.2,
}

export type Vote = {
  /** n scores in 0..1: the weighted mean. */
  score: Float64Array
  /** n shares in 0..1: the weight of those who call the row unusual (above 0.5), or not, as the mean does. */
  confidence: Float64Array
}

/** rows: n x d; as many detectors as are there. Throws for none, or one that has no weight. */
export function askAll(
  detectors: readonly Detector[],
  rows: Float64Array,
  n: number,
  d: number,
  weights = WEIGHTS,
): Vote & { scores: Record<string, Float64Array> } {
  const scores = Object.fromEntries(detectors.map(detector => [detector.name, detector.score(rows, n, d)]))
  return { ...vote(scores, weights), scores }
}

/**
 * @param scores by detector, each n long. NaN is no answer: that row is left to the others, and where nobody answers
 *   its score and confidence are 0
 * @example
 * vote({ hdbscan: Float64Array.of(0.9), statistical: Float64Array.of(0.4) })
 *   // score (0.3 * 0.9 + 0.2 * 0.4) / 0.5 = 0.7, confidence 0.3 / 0.5 = 0.6
 */
export function vote(scores: Readonly<Record<string, Float64Array>>, weights = WEIGHTS): Vote {
  const members = Object.entries(scores).map(([name, values]) => ({ values, weight: weightOf(name, weights) }))
  if (!members.some(({ weight }) => weight > 0)) {
    throw new RangeError('expected at least one detector with a weight, got none')
  }
  const n = members[0]!.values.length
  const odd = members.find(({ values }) => values.length !== n)
  if (odd) throw new RangeError(`expected ${n} scores of every detector, got ${odd.values.length}`)
  const score = new Float64Array(n)
  const confidence = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const said = members.filter(({ values }) => !Number.isNaN(values[i]))
    const total = said.reduce((sum, { weight }) => sum + weight, 0)
    if (total === 0) continue
    for (const { values, weight } of said) score[i]! += (weight / total) * values[i]!
    for (const { values, weight } of said) {
      if (isUnusual(values[i]!) === isUnusual(score[i]!)) confidence[i]! += weight / total
    }
  }
  return { score, confidence }
}

function weightOf(name: string, weights: Readonly<Record<string, number>>): number {
  const weight = weights[name]
  if (weight === undefined) {
    throw new RangeError(`expected a detector of ${Object.keys(weights).join(', ')}, got ${name}`)
  }
  if (!(weight >= 0)) throw new RangeError(`expected the weight of ${name} to be 0 or more, got ${weight}`)
  return weight
}

function isUnusual(score: number): boolean {
  return score > 0.5
}
