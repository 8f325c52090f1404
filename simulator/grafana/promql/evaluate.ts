// Evaluates a parsed PromQL expression at one moment or on a grid of moments, as Prometheus 3 does:
// windows and the look-back are open at their start and closed at their end.
import type { Millis } from '../../recording.ts'
import { type Labels, keyOf } from '../labels.ts'
import { badQuery, QueryError } from '../query-error.ts'
import { aggregation } from './aggregate.ts'
import { scalarOperation, vectorOperation, vectorScalarOperation } from './binary.ts'
import { typeOf, type Expression } from './expression.ts'
import { isRangeFunction } from './functions.ts'
import { histogramQuantiles } from './histogram.ts'
import { latest, overRange, type Points, rawSamples, type SelectSeries } from './samples.ts'
import { distinct, type Vector, withoutName } from './vector.ts'

export type Result =
  | { type: 'scalar'; at: Millis; value: number }
  | { type: 'vector'; at: Millis; vector: Vector }
  | { type: 'matrix'; series: Points[] }

const mostSteps = 11_000 // Prometheus' own bound on points of a series

/** A range vector selector gives the true samples with their own times; anything else the value at `at`. */
export function evaluateInstant(expression: Expression, at: Millis, select: SelectSeries): Result {
  if (expression.kind === 'range') return { type: 'matrix', series: rawSamples(expression, at, select) }
  if (typeOf(expression) === 'scalar') return { type: 'scalar', at, value: scalarAt(expression)(at) }
  return { type: 'vector', at, vector: distinct(vectorAt(expression, select)(at)) }
}

/** The value at start, start + step, ... up to end; a moment without a value has no point. */
export function evaluateRange(
  expression: Expression,
  grid: { start: Millis; end: Millis; step: Millis },
  select: SelectSeries,
): Result & { type: 'matrix' } {
  const { start, end, step } = grid
  if (typeOf(expression) === 'range vector') {
    throw badQuery('invalid expression type "range vector" for range query, must be Scalar or instant Vector')
  }
  if (!(step > 0))
    throw badQuery('zero or negative query resolution step widths are not accepted. Try a positive integer')
  if (end < start) throw badQuery('end timestamp must not be before start time')
  if ((end - start) / step > mostSteps) {
    throw badQuery(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    )
  }
  const valueAt = elementsAt(expression, select)
  const byKey = new Map<string, Points>()
  for (let k = 0; start + k * step <= end; k++) {
    const at = start + k * step
    for (const { labels, value } of valueAt(at)) append(byKey, labels, at, value)
  }
  return { type: 'matrix', series: [...byKey.values()] }
}

function append(byKey: Map<string, Points>, labels: Labels, at: Millis, value: number): void {
  const key = keyOf(labels)
  const points = byKey.get(key)
  if (!points) {
    byKey.set(key, { labels, at: [at], values: [value] })
    return
  }
  if (points.at.at(-1) === at) throw new QueryError('execution', 'vector cannot contain metrics with the same labelset')
  points.at.push(at)
  points.values.push(value)
}

function elementsAt(expression: Expression, select: SelectSeries): (at: Millis) => Vector {
  if (typeOf(expression) !== 'scalar') return vectorAt(expression, select)
  const value = scalarAt(expression)
  return at => [{ labels: {}, value: value(at) }]
}

function scalarAt(expression: Expression): (at: Millis) => number {
  if (expression.kind === 'number') return () => expression.value
  if (expression.kind === 'negate') {
    const of = scalarAt(expression.of)
    return at => -of(at)
  }
  if (expression.kind !== 'binary') throw badQuery(`expected type scalar, got ${typeOf(expression)}`)
  const [left, right] = [scalarAt(expression.left), scalarAt(expression.right)]
  const apply = scalarOperation(expression.operator)
  return at => apply(left(at), right(at))
}

/** Selection and grouping are worked out once; the function returned does what each moment needs. */
function vectorAt(expression: Expression, select: SelectSeries): (at: Millis) => Vector {
  switch (expression.kind) {
    case 'selector':
      return latest(expression, select)
    case 'negate': {
      const of = vectorAt(expression.of, select)
      return at => of(at).map(({ labels, value }) => ({ labels: withoutName(labels), value: -value }))
    }
    case 'aggregate': {
      const of = vectorAt(expression.of, select)
      const parameter = expression.parameter ? scalarAt(expression.parameter) : () => 0
      const aggregate = aggregation(expression.operator, expression.grouping)
      return at => aggregate(of(at), parameter(at))
    }
    case 'binary':
      return binaryAt(expression, select)
    case 'call':
      return callAt(expression, select)
    case 'number':
    case 'range':
      throw badQuery(`expected type instant vector, got ${typeOf(expression)}`)
  }
}

function binaryAt(expression: Expression & { kind: 'binary' }, select: SelectSeries): (at: Millis) => Vector {
  const { left, right } = expression
  if (typeOf(right) === 'scalar') {
    const [vector, scalar, apply] = [vectorAt(left, select), scalarAt(right), vectorScalarOperation(expression, true)]
    return at => apply(vector(at), scalar(at))
  }
  if (typeOf(left) === 'scalar') {
    const [vector, scalar, apply] = [vectorAt(right, select), scalarAt(left), vectorScalarOperation(expression, false)]
    return at => apply(vector(at), scalar(at))
  }
  const [a, b, apply] = [vectorAt(left, select), vectorAt(right, select), vectorOperation(expression)]
  return at => apply(a(at), b(at))
}

function callAt(expression: Expression & { kind: 'call' }, select: SelectSeries): (at: Millis) => Vector {
  const { name } = expression
  const [first, second] = expression.arguments
  if (!first) throw badQuery(`${name} needs an argument`)
  if (isRangeFunction(name)) {
    if (first.kind !== 'range') throw badQuery(`expected type range vector in call to function "${name}"`)
    return overRange(name, first, select)
  }
  if (name === 'vector') {
    const value = scalarAt(first)
    return at => [{ labels: {}, value: value(at) }]
  }
  if (name === 'abs') {
    const vector = vectorAt(first, select)
    return at => vector(at).map(({ labels, value }) => ({ labels: withoutName(labels), value: Math.abs(value) }))
  }
  if (!second) throw badQuery(`${name} needs two arguments`)
  if (name === 'clamp_max') {
    const [vector, most] = [vectorAt(first, select), scalarAt(second)]
    return at =>
      vector(at).map(({ labels, value }) => ({ labels: withoutName(labels), value: Math.min(value, most(at)) }))
  }
  const [q, vector, quantiles] = [scalarAt(first), vectorAt(second, select), histogramQuantiles()]
  return at => quantiles(q(at), vector(at))
}
