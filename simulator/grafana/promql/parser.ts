// PromQL text to Expression, by recursive descent, types checked. Outside the subset: subqueries, @, group_left/right,
// string literals as expressions, and every function or aggregation not in the lists here and in functions.ts.
// Grammar and messages: https://prometheus.io/docs/prometheus/latest/querying/basics/
import { matcher } from '../matcher.ts'
import { badQuery, notSimulated } from '../query-error.ts'
import type { Aggregator, BinaryOperator, Expression, Grouping, Matching, Selector } from './expression.ts'
import { checkedBinary, checkedNegation, expectType, isComparison, withOffset } from './checks.ts'
import { isFunctionName, parametersOf } from './functions.ts'
import { metricName } from '../labels.ts'
import { readDuration, readMatchers, readNames, readTokens, type TokenReader } from './token-reader.ts'

const aggregators: readonly Aggregator[] = ['sum', 'avg', 'max', 'min', 'count', 'topk']
const otherAggregators = ['bottomk', 'count_values', 'group', 'limitk', 'limit_ratio', 'quantile', 'stddev', 'stdvar']

// Higher binds tighter; ^ binds to the right, the others to the left.
const precedence: Record<BinaryOperator, number> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '<': 3,
  '>=': 3,
  '<=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
}
const deepest = 100 // nested expressions; far more than people write, far less than the stack holds

export function parsePromql(query: string): Expression {
  const reader = readTokens(query)
  let depth = 0

  const expression = binary(1)
  if (reader.peek().kind !== 'end') throw reader.unexpected('query')
  return expression

  function binary(lowest: number): Expression {
    if (++depth > deepest) throw badQuery(`expression nested deeper than ${deepest}`)
    let left = unary()
    for (;;) {
      const operator = reader.peek().text
      if (reader.peek().kind === 'string' || !isOperator(operator) || precedence[operator] < lowest) break
      reader.next()
      const modifiers = readModifiers(reader, operator)
      const right = binary(operator === '^' ? precedence[operator] : precedence[operator] + 1)
      left = checkedBinary({ kind: 'binary', operator, ...modifiers, left, right })
    }
    depth--
    return left
  }

  function unary(): Expression {
    if (reader.take('+')) return binary(precedence['^'])
    if (!reader.take('-')) return postfix(primary())
    return checkedNegation(binary(precedence['^']))
  }

  function primary(): Expression {
    const token = reader.peek()
    if (token.kind === 'number') return { kind: 'number', value: reader.next().value }
    if (token.kind === 'string') throw notSimulated('string literal as an expression')
    if (reader.take('(')) {
      const inside = binary(1)
      reader.expect(')')
      return inside
    }
    if (token.text === '{') return selector(undefined)
    if (token.kind !== 'name') throw reader.unexpected('query')
    return named()
  }

  function named(): Expression {
    const name = reader.next().text
    const following = reader.peek().text
    const called = following === '(' || following === 'by' || following === 'without'
    if (called && isAggregator(name)) return aggregate(name)
    if (called && otherAggregators.includes(name)) throw notSimulated(`aggregation ${name}`)
    if (following === '(') return call(name)
    if (/^(inf|nan)$/i.test(name)) return { kind: 'number', value: /^inf$/i.test(name) ? Infinity : NaN }
    return selector(name)
  }

  function selector(name: string | undefined): Selector {
    const matchers = reader.peek().text === '{' ? readMatchers(reader) : []
    if (name !== undefined) matchers.unshift(matcher(metricName, '=', name))
    if (matchers.every(each => each.matches(''))) {
      throw badQuery('vector selector must contain at least one non-empty matcher')
    }
    return { kind: 'selector', matchers, offset: 0 }
  }

  function postfix(operand: Expression): Expression {
    let result = operand
    if (reader.take('[')) {
      const range = readDuration(reader)
      if (reader.peek().text === ':') throw notSimulated('subquery')
      reader.expect(']')
      if (result.kind !== 'selector') throw badQuery('ranges only allowed for vector selectors')
      result = { kind: 'range', selector: result, range }
    }
    if (reader.take('offset'))
      result = withOffset(result, reader.take('-') ? -readDuration(reader) : readDuration(reader))
    if (reader.peek().text === '@') throw notSimulated('@ modifier')
    if (reader.peek().text === '[') throw notSimulated('subquery')
    return result
  }

  function aggregate(operator: Aggregator): Expression {
    const before = readGrouping(reader)
    const [first, second] = readArguments()
    const grouping = before ?? readGrouping(reader) ?? { by: true, labels: [] }
    const parameter = operator === 'topk' ? first : undefined
    const of = operator === 'topk' ? second : first
    if (!of || (operator !== 'topk' && second))
      throw badQuery(`wrong number of arguments for aggregate expression ${operator}`)
    if (parameter) expectType(parameter, 'scalar', `aggregation expression ${operator}`)
    expectType(of, 'instant vector', `aggregation expression ${operator}`)
    return { kind: 'aggregate', operator, grouping, parameter, of }
  }

  function call(name: string): Expression {
    if (!isFunctionName(name)) throw notSimulated(`function ${name}()`)
    const given = readArguments()
    const wanted = parametersOf(name)
    if (given.length !== wanted.length) {
      throw badQuery(`expected ${wanted.length} argument(s) in call to "${name}", got ${given.length}`)
    }
    for (const [i, type] of wanted.entries()) expectType(given[i], type, `call to function "${name}"`)
    return { kind: 'call', name, arguments: given }
  }

  function readArguments(): Expression[] {
    const list: Expression[] = []
    reader.expect('(')
    while (!reader.take(')')) {
      list.push(binary(1))
      if (!reader.take(',') && reader.peek().text !== ')') throw reader.unexpected('arguments, expected "," or ")"')
    }
    return list
  }
}

function readGrouping(reader: TokenReader): Grouping | undefined {
  if (reader.take('by')) return { by: true, labels: readNames(reader) }
  if (reader.take('without')) return { by: false, labels: readNames(reader) }
  return undefined
}

function readModifiers(reader: TokenReader, operator: BinaryOperator): { bool: boolean; matching: Matching } {
  const bool = reader.take('bool')
  if (bool && !isComparison(operator)) throw badQuery('bool modifier can only be used on comparison operators')
  let matching: Matching = { on: false, labels: [] }
  if (reader.take('on')) matching = { on: true, labels: readNames(reader) }
  else if (reader.take('ignoring')) matching = { on: false, labels: readNames(reader) }
  const grouped = reader.peek().text
  if (grouped === 'group_left' || grouped === 'group_right') throw notSimulated(grouped)
  return { bool, matching }
}

function isAggregator(name: string): name is Aggregator {
  return aggregators.some(each => each === name)
}

function isOperator(text: string): text is BinaryOperator {
  return Object.hasOwn(precedence, text)
}
