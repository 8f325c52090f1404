// Arithmetic, comparisons and set operators between scalars and instant vectors; one-to-one matching only.
// https://prometheus.io/docs/prometheus/latest/querying/operators/
import { type Labels, drop, keep, keyOf, metricName, remembered } from '../labels.ts'
import { QueryError } from '../query-error.ts'
import type { BinaryOperator, Expression, Matching } from './expression.ts'
import { type Element, type Vector, withoutName } from './vector.ts'

type Binary = Expression & { kind: 'binary' }
type SetOperator = 'and' | 'or' | 'unless'
type Arithmetic = '+' | '-' | '*' | '/' | '%' | '^'
type Comparison = Exclude<BinaryOperator, SetOperator | Arithmetic>

const arithmetic: Record<Arithmetic, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
}
const comparison: Record<Comparison, (a: number, b: number) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
}

/** The operator between two numbers; a comparison gives 1 or 0. */
export function scalarOperation(operator: BinaryOperator): (a: number, b: number) => number {
  if (isArithmetic(operator)) return arithmetic[operator]
  const compare = comparison[operator as Comparison]
  return (a, b) => (compare(a, b) ? 1 : 0)
}

/** Between a vector and a number: arithmetic drops the metric name, a comparison without bool filters. */
export function vectorScalarOperation(
  expression: Binary,
  vectorIsLeft: boolean,
): (vector: Vector, scalar: number) => Vector {
  const { operator, bool } = expression
  const apply = scalarOperation(operator)
  const filters = !isArithmetic(operator) && !bool
  return (vector, scalar) => {
    const results: Vector = []
    for (const { labels, value } of vector) {
      const result = vectorIsLeft ? apply(value, scalar) : apply(scalar, value)
      if (!filters) results.push({ labels: withoutName(labels), value: result })
      else if (result === 1) results.push({ labels, value })
    }
    return results
  }
}

export function vectorOperation(expression: Binary): (left: Vector, right: Vector) => Vector {
  const { operator } = expression
  return isSetOperator(operator) ? setOperation(operator, expression.matching) : oneToOne(expression)
}

function oneToOne({ operator, bool, matching }: Binary): (left: Vector, right: Vector) => Vector {
  const apply = scalarOperation(operator)
  const filters = !isArithmetic(operator) && !bool
  const signature = signatures(matching)
  const resultLabels = remembered(labels => matched(filters ? labels : withoutName(labels), matching))

  return (left, right) => {
    const rightBySignature = unique(right, signature, 'right')
    const results: Vector = []
    for (const [key, { labels, value }] of unique(left, signature, 'left', rightBySignature)) {
      const other = rightBySignature.get(key)
      if (!other) continue
      const result = apply(value, other.value)
      if (!filters) results.push({ labels: resultLabels(labels), value: result })
      else if (result === 1) results.push({ labels: resultLabels(labels), value })
    }
    return results
  }
}

function setOperation(operator: SetOperator, matching: Matching): (left: Vector, right: Vector) => Vector {
  const signature = signatures(matching)
  return (left, right) => {
    const [source, other] = operator === 'or' ? [right, left] : [left, right]
    const seen = new Set(other.map(element => signature(element.labels)))
    const kept = source.filter(element => seen.has(signature(element.labels)) === (operator === 'and'))
    return operator === 'or' ? [...left, ...kept] : kept
  }
}

/** By signature; a second element with one signature is many-to-one where `among` has it too (always, without `among`). */
function unique(
  vector: Vector,
  signature: (labels: Labels) => string,
  side: 'left' | 'right',
  among?: Map<string, Element>,
): Map<string, Element> {
  const bySignature = new Map<string, Element>()
  for (const element of vector) {
    const key = signature(element.labels)
    if (bySignature.has(key) && (among?.has(key) ?? true)) {
      throw new QueryError(
        'execution',
        side === 'right'
          ? 'found duplicate series for the match group on the right hand-side of the operation; many-to-many matching not allowed: matching labels must be unique on one side'
          : 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
      )
    }
    bySignature.set(key, element)
  }
  return bySignature
}

function signatures({ on, labels: names }: Matching): (labels: Labels) => string {
  return remembered(labels => keyOf(on ? keep(labels, names) : drop(labels, [metricName, ...names])))
}

function matched(labels: Labels, { on, labels: names }: Matching): Labels {
  return on ? keep(labels, names) : drop(labels, names)
}

function isArithmetic(operator: BinaryOperator): operator is Arithmetic {
  return Object.hasOwn(arithmetic, operator)
}

function isSetOperator(operator: BinaryOperator): operator is SetOperator {
  return operator === 'and' || operator === 'or' || operator === 'unless'
}
