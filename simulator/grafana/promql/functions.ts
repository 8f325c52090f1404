// The PromQL functions that are simulated, as arithmetic over samples; formulas are those of Prometheus 3.
// https://prometheus.io/docs/prometheus/latest/querying/functions/
import type { Millis } from '../../recording.ts'

/** Samples first..last-1 of a series: those in (start, end], at least one. */
export type Window = {
  at: Float64Array
  values: Float64Array
  first: number
  last: number
  start: Millis
  end: Millis
}

/** From the samples of one series in a range to one value; undefined where they are too few to say. */
export const rangeFunctions = {
  rate: (window: Window) => scaled(extrapolated(window, true), 1000 / (window.end - window.start)),
  increase: (window: Window) => extrapolated(window, true),
  delta: (window: Window) => extrapolated(window, false),
  irate: (window: Window) => instantRate(window),
  avg_over_time: (window: Window) => total(window) / (window.last - window.first),
  sum_over_time: (window: Window) => total(window),
  max_over_time: (window: Window) => fold(window, larger),
  min_over_time: (window: Window) => fold(window, smaller),
} as const satisfies Record<string, (window: Window) => number | undefined>
export type RangeFunction = keyof typeof rangeFunctions

export type ValueType = 'scalar' | 'instant vector' | 'range vector'

export type FunctionName = RangeFunction | 'abs' | 'clamp_max' | 'histogram_quantile' | 'vector'

const otherParameters: Record<Exclude<FunctionName, RangeFunction>, ValueType[]> = {
  abs: ['instant vector'],
  clamp_max: ['instant vector', 'scalar'],
  histogram_quantile: ['scalar', 'instant vector'],
  vector: ['scalar'],
}

export function isFunctionName(name: string): name is FunctionName {
  return isRangeFunction(name) || Object.hasOwn(otherParameters, name)
}

export function isRangeFunction(name: string): name is RangeFunction {
  return Object.hasOwn(rangeFunctions, name)
}

export function parametersOf(name: FunctionName): ValueType[] {
  return isRangeFunction(name) ? ['range vector'] : otherParameters[name]
}

export function larger(a: number, b: number): number {
  return b > a || Number.isNaN(a) ? b : a
}

export function smaller(a: number, b: number): number {
  return b < a || Number.isNaN(a) ? b : a
}

/**
 * The change over the whole window, extrapolated to its edges as Prometheus does: to an edge that lies within 1.1 mean
 * spacings of the outermost sample, else by half a spacing; a counter never back beyond its zero. A counter that falls has
 * been reset, so what it had reached is added.
 * Samples 10@15s 20@30s 30@45s in (0s, 60s]: 20 over 30 s, 15 s to each edge -> 20 * (30 + 15 + 15) / 30 = 40.
 */
function extrapolated(window: Window, counter: boolean): number | undefined {
  const { at, values, first, last, start, end } = window
  if (last - first < 2) return undefined
  const [firstAt, firstValue] = [at[first] ?? 0, values[first] ?? 0]
  const [lastAt, lastValue] = [at[last - 1] ?? 0, values[last - 1] ?? 0]
  const change = lastValue - firstValue + (counter ? lostInResets(window) : 0)
  const sampled = lastAt - firstAt
  const spacing = sampled / (last - first - 1)
  const toEdge = (distance: Millis) => (distance >= spacing * 1.1 ? spacing / 2 : distance)
  let toStart = toEdge(firstAt - start)
  if (counter && change > 0 && firstValue >= 0) toStart = Math.min(toStart, sampled * (firstValue / change))
  return (change * (sampled + toStart + toEdge(end - lastAt))) / sampled
}

/** What a counter had reached each time it fell. */
function lostInResets({ values, first, last }: Window): number {
  let lost = 0
  for (let i = first + 1; i < last; i++) {
    const previous = values[i - 1] ?? 0
    if ((values[i] ?? 0) < previous) lost += previous
  }
  return lost
}

/** Per second, between the last two samples. */
function instantRate({ at, values, first, last }: Window): number | undefined {
  if (last - first < 2) return undefined
  const [before, after] = [values[last - 2] ?? 0, values[last - 1] ?? 0]
  const change = after < before ? after : after - before
  return (change * 1000) / ((at[last - 1] ?? 0) - (at[last - 2] ?? 0))
}

function total(window: Window): number {
  return fold(window, (a, b) => a + b)
}

function fold({ values, first, last }: Window, join: (a: number, b: number) => number): number {
  let result = values[first] ?? NaN
  for (let i = first + 1; i < last; i++) result = join(result, values[i] ?? NaN)
  return result
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value * by
}
