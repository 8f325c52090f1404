// How far a group left its own usual at the onset of a trouble, as a logarithm that makes kinds of evidence comparable (DIAGNOSIS 3).
import { quantileOfSorted } from '../statistics.ts'
import type { Trace } from './trace.ts'

const WINDOW = 4 // steps from the onset
const LEAST_USUAL = 3 // scales
const MOST = 4

/** ln(ratio to its own usual), 0 below it, at most 4. The statistic is the second largest of four steps: one spike is nothing. */
export function ownUsual({ scaled, start }: Trace): number {
  const now = secondLargest(scaled, start)
  if (!(now > 0)) return 0
  const past: number[] = []
  for (let i = 0; i + WINDOW <= start; i++) past.push(secondLargest(scaled, i))
  const sorted = past.filter(value => !Number.isNaN(value)).toSorted((a, b) => a - b)
  const usual = Math.max(LEAST_USUAL, sorted.length > 0 ? quantileOfSorted(sorted, 0.95) : 0)
  return Math.min(MOST, Math.max(0, Math.log(now / usual)))
}

/** Of the window that starts at `from`; of a window of one step, that step. */
function secondLargest(values: readonly number[], from: number): number {
  let first = Number.NEGATIVE_INFINITY
  let second = Number.NEGATIVE_INFINITY
  const until = Math.min(values.length, from + WINDOW)
  for (let i = from; i < until; i++) {
    const value = values[i]!
    if (value > first) [first, second] = [value, first]
    else if (value > second) second = value
  }
  return second === Number.NEGATIVE_INFINITY ? first : second
}

/** Mean excess of the two worst steps of the window, in the trace's unit; never negative. */
export function worstExcess({ excess, start }: Trace): number {
  const window = excess
    .slice(start, start + WINDOW)
    .filter(value => !Number.isNaN(value))
    .toSorted((a, b) => b - a)
  const worst = window.slice(0, 2)
  return Math.max(0, worst.length === 0 ? 0 : worst.reduce((sum, value) => sum + value, 0) / worst.length)
}
