// Who evaluates PromQL for Grafana's Prometheus data source: the evaluator in promql/, or a real Prometheus (upstream.ts).
import type { Millis } from '../recording.ts'
import { evaluateInstant, evaluateRange, type Result } from './promql/evaluate.ts'
import { parsePromql } from './promql/parser.ts'
import type { SelectSeries } from './promql/samples.ts'

/** Both throw a QueryError, or reject with one. */
export type Engine = {
  instant(expr: string, at: Millis): Result | Promise<Result>
  range(expr: string, grid: { start: Millis; end: Millis; step: Millis }): Result | Promise<Result>
}

export function ownEngine(select: SelectSeries): Engine {
  return {
    instant: (expr, at) => evaluateInstant(parsePromql(expr), at, select),
    range: (expr, grid) => evaluateRange(parsePromql(expr), grid, select),
  }
}
