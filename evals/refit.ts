// Would the confidence hold where its three numbers were not fitted? They are fitted anew, by maximum likelihood, on all
// answers but one group's, and tried on that group's. Nothing here changes the product.
import { factorsOf } from '#analysis/confidence.ts'
import type { Answer } from './answer.ts'

/** `group`: what is left out together. `right`: 0 or 1. */
export type Fitted = { group: string; answer: Answer; right: number }

/** Offset, weight of the margin, weight of the strength. */
export type Weights = readonly [offset: number, margin: number, strength: number]

/** Confidence of each answer, by numbers fitted on all other groups, in order. NaN where there is no other group. */
export function leaveGroupsOut(rows: readonly Fitted[]): number[] {
  const weights = new Map<string, Weights>()
  for (const group of new Set(rows.map(row => row.group))) {
    weights.set(group, fit(rows.filter(row => row.group !== group)))
  }
  return rows.map(({ group, answer }) => probability(weights.get(group)!, columnsOf(answer)))
}

const MOST_STEPS = 50
/** Of a fit on few answers that are all right: keeps the numbers finite, too small to move others. */
const RIDGE = 0.01

/** Newton's method; NaN of no rows. Departs from maximum likelihood by a slight pull to 0. */
export function fit(rows: readonly Pick<Fitted, 'answer' | 'right'>[]): Weights {
  if (rows.length === 0) return [Number.NaN, Number.NaN, Number.NaN]
  let weights: Weights = [0, 0, 0]
  const points = rows.map(({ answer, right }) => ({ x: columnsOf(answer), right }))
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = weights.map(weight => -RIDGE * weight)
    const curvature = [0, 1, 2].map(i => [0, 1, 2].map(j => (i === j ? RIDGE : 0)))
    for (const { x, right } of points) {
      const p = probability(weights, x)
      for (let i = 0; i < 3; i++) {
        gradient[i]! += (right - p) * x[i]!
        for (let j = 0; j < 3; j++) curvature[i]![j]! += p * (1 - p) * x[i]! * x[j]!
      }
    }
    const change = solve(curvature, gradient)
    weights = [weights[0] + change[0]!, weights[1] + change[1]!, weights[2] + change[2]!]
    if (Math.max(...change.map(Math.abs)) < 1e-9) break
  }
  return weights
}

/** The factors of the product's own confidence, after a 1 for the offset. */
function columnsOf({ scores: [first, second] }: Answer): Weights {
  const { margin, strength } = factorsOf(first, second)
  return [1, margin, strength]
}

function probability(weights: Weights, factors: Weights): number {
  return 1 / (1 + Math.exp(-(weights[0] * factors[0] + weights[1] * factors[1] + weights[2] * factors[2])))
}

/** a x = b by Gaussian elimination; `a` is positive definite, so no row has to be changed for another. */
function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]!])
  for (const [i, pivot] of rows.entries()) {
    for (const row of rows.slice(i + 1)) {
      const factor = row[i]! / pivot[i]!
      for (let k = i; k < row.length; k++) row[k]! -= factor * pivot[k]!
    }
  }
  const x: number[] = []
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]!
    const known = x.reduce((sum, value, k) => sum + value * row[i + 1 + k]!, 0)
    x.unshift((row.at(-1)! - known) / row[i]!)
  }
  return x
}
