// How far a group left its own usual at the onset of a trouble, as a logarithm that makes kinds of evidence comparable (DIAGNOSIS 3).
import { quantile } from '../statistics.ts'
import type { Trace } from './trace.ts'

const WINDOW = 4 // steps from the onset
const LEAST_USUAL = 3 // scales
const MOST = 4

/** ln(ratio to its own usual), 0 below it, at most 4. The statistic is the second largest of four steps: one spike is nothing. */
export function ownUsual(trace: Trace): number {
  const now = secondLargest(trace.scaled, 0)
  if (!(now > LEAST_USUAL)) return 0
  const past = trace.past()
  const earlier: number[] = []
  for (let i = 0; i + WINDOW <= past.length; i++) {
    const value = secondLargest(past, i)
    if (!Number.isNaN(value)) earlier.push(value)
  }
  const usual = Math.max(LEAST_USUAL, earlier.length > 0 ? quantile(earlier, 0.95) : 0)
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
export function worstExcess({ excess }: Trace): number {
  const [first = 0, second = first] = excess
    .slice(0, WINDOW)
    .filter(value => !Number.isNaN(value))
    .toSorted((a, b) => b - a)
  return Math.max(0, (first + second) / 2)
}
