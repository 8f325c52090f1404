// What PromQL refuses although it parses: operands and arguments of the wrong type.
import { badQuery } from '../query-error.ts'
import { typeOf, type BinaryOperator, type Expression } from './expression.ts'
import type { ValueType } from './functions.ts'

const comparisons: readonly BinaryOperator[] = ['==', '!=', '>', '<', '>=', '<=']
const setOperators: readonly BinaryOperator[] = ['and', 'or', 'unless']

export function isComparison(operator: BinaryOperator): boolean {
  return comparisons.includes(operator)
}

export function checkedBinary(expression: Expression & { kind: 'binary' }): Expression {
  const { operator, left, right, bool } = expression
  for (const side of [left, right]) {
    if (typeOf(side) === 'range vector')
      throw badQuery('binary expression must contain only scalar and instant vector types')
    if (setOperators.includes(operator) && typeOf(side) === 'scalar') {
      throw badQuery(`set operator "${operator}" not allowed in binary scalar expression`)
    }
  }
  if (isComparison(operator) && !bool && typeOf(expression) === 'scalar') {
    throw badQuery('comparisons between scalars must use BOOL modifier')
  }
  return expression
}

export function expectType(given: Expression | undefined, wanted: ValueType, place: string): void {
  const type = given && typeOf(given)
  if (type !== wanted) throw badQuery(`expected type ${wanted} in ${place}, got ${type}`)
}

export function checkedNegation(of: Expression): Expression {
  if (typeOf(of) === 'range vector') {
    throw badQuery('unary expression only allowed on expressions of type scalar or instant vector, got "range vector"')
  }
  return of.kind === 'number' ? { kind: 'number', value: -of.value } : { kind: 'negate', of }
}

export function withOffset(operand: Expression, offset: number): Expression {
  if (operand.kind === 'selector') return { ...operand, offset }
  if (operand.kind === 'range') return { ...operand, selector: { ...operand.selector, offset } }
  throw badQuery('offset modifier must be preceded by an instant vector selector or range vector selector')
}
