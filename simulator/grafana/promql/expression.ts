// What a PromQL query says, once parsed.
import type { Millis } from '../../recording.ts'
import type { Matcher } from '../matcher.ts'
import type { FunctionName, ValueType } from './functions.ts'

export type Selector = { kind: 'selector'; matchers: Matcher[]; offset: Millis }
/** A range vector: every sample of the last `range` milliseconds. */
export type RangeSelector = { kind: 'range'; selector: Selector; range: Millis }
export type Grouping = { by: boolean; labels: string[] } // by these, or without them
export type Matching = { on: boolean; labels: string[] } // on these, or ignoring them

export type Aggregator = 'sum' | 'avg' | 'max' | 'min' | 'count' | 'topk'
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | '=='
  | '!='
  | '>'
  | '<'
  | '>='
  | '<='
  | 'and'
  | 'or'
  | 'unless'

export type Expression =
  | { kind: 'number'; value: number }
  | Selector
  | RangeSelector
  | { kind: 'call'; name: FunctionName; arguments: Expression[] }
  | { kind: 'aggregate'; operator: Aggregator; grouping: Grouping; parameter?: Expression; of: Expression }
  | { kind: 'binary'; operator: BinaryOperator; bool: boolean; matching: Matching; left: Expression; right: Expression }
  | { kind: 'negate'; of: Expression }

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar'
    case 'range':
      return 'range vector'
    case 'negate':
      return typeOf(expression.of)
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar' ? 'scalar' : 'instant vector'
    case 'selector':
    case 'call':
    case 'aggregate':
      return 'instant vector'
  }
}
