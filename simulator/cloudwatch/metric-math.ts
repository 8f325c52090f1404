// CloudWatch's metric math, as far as simulated: numbers, ids of other queries, + - * / ^, comparisons (1 where they hold,
// else 0), AND, OR, parentheses; AVG SUM MIN MAX over a list [m1, m2], FILL(m, number), IF(condition, then, else), and of one
// series ABS CEIL FLOOR DIFF RATE RUNNING_SUM. A point exists where every series it needs has one.
import { NotSimulated } from '../not-simulated.ts'
import type { Millis } from '../recording.ts'
import { readTokens } from './tokens.ts'

export type Points = Map<Millis, number>
type Value = number | Points

/** The expression's series. `seriesOf` gives that of an id, undefined for an unknown one. Throws NotSimulated. */
export function evaluate(expression: string, seriesOf: (id: string) => Points | undefined): Points {
  const tokens = expression.match(/\d+(?:\.\d+)?|\w+|[=!<>]=|&&|\|\||\S/g) ?? []
  const { take, any, expect, end, unknown } = readTokens(
    tokens,
    token => new NotSimulated(`the expression ${expression} (at ${token})`),
  )
  const value = choice()
  end()
  if (typeof value === 'number') throw new NotSimulated(`an expression without metric (${expression})`)
  return value

  function choice(): Value {
    let left = comparison()
    for (let operator = take('AND', 'OR', '&&', '||'); operator; operator = take('AND', 'OR', '&&', '||')) {
      const both = operator === 'AND' || operator === '&&'
      const holds = (a: number, b: number) => (both ? a !== 0 && b !== 0 : a !== 0 || b !== 0)
      left = join([left, comparison()], truth(holds))
    }
    return left
  }

  function comparison(): Value {
    const left = sum()
    const operator = take(...Object.keys(COMPARISONS))
    const holds = operator && COMPARISONS[operator]
    return holds ? join([left, sum()], truth(holds)) : left
  }

  function sum(): Value {
    let left = product()
    for (let operator = take('+', '-'); operator; operator = take('+', '-'))
      left = join([left, product()], operator === '+' ? ([a, b]) => a + b : ([a, b]) => a - b)
    return left
  }

  function product(): Value {
    let left = power()
    for (let operator = take('*', '/'); operator; operator = take('*', '/'))
      left = join([left, power()], operator === '*' ? ([a, b]) => a * b : ([a, b]) => a / b)
    return left
  }

  function power(): Value {
    const base = atom()
    return take('^') ? join([base, power()], ([a, b]) => a ** b) : base
  }

  function atom(): Value {
    if (take('-')) return join([0, atom()], ([a, b]) => a - b)
    if (take('(')) {
      const inner = choice()
      expect(')')
      return inner
    }
    const token = any() ?? ''
    if (/^\d/.test(token)) return Number(token)
    if (take('(')) return call(token)
    const series = seriesOf(token)
    if (!series) throw unknown(token)
    return series
  }

  /** Its parenthesis is open. */
  function call(name: string): Value {
    if (name === 'FILL') {
      const [series, filling] = [sum(), (expect(','), sum())]
      expect(')')
      if (typeof series === 'number' || typeof filling !== 'number') throw unknown('FILL')
      return filled(series, filling)
    }
    if (name === 'IF') {
      const [condition, yes, no] = [choice(), (expect(','), choice()), (expect(','), choice())]
      expect(')')
      return join([condition, yes, no], ([c, a, b = Number.NaN]) => (Number.isNaN(c) ? c : c === 0 ? b : a))
    }
    const ofOne = OF_ONE_SERIES[name]
    if (ofOne) {
      const series = choice()
      expect(')')
      if (typeof series === 'number') throw unknown(name)
      return ofOne(series)
    }
    expect('[')
    const list = [sum()]
    while (take(',')) list.push(sum())
    expect(']')
    expect(')')
    switch (name) {
      case 'SUM':
        return join(list, total)
      case 'AVG':
        return join(list, values => total(values) / values.length)
      case 'MIN':
        return join(list, values => Math.min(...values))
      case 'MAX':
        return join(list, values => Math.max(...values))
      default:
        throw unknown(name)
    }
  }

  /** FILL fills only the gaps between the stamps that some series of the expression has. */
  function filled(series: Points, filling: number): Points {
    const stamps = new Set(series.keys())
    for (const id of tokens) for (const stamp of seriesOf(id)?.keys() ?? []) stamps.add(stamp)
    return new Map([...stamps].sort((a, b) => a - b).map(stamp => [stamp, series.get(stamp) ?? filling]))
  }
}

/** 1 or 0; of a value that is not there, no value. */
function truth(holds: (a: number, b: number) => boolean): (values: [number, number, ...number[]]) => number {
  return ([a, b]) => (Number.isNaN(a + b) ? Number.NaN : Number(holds(a, b)))
}

const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
}

const OF_ONE_SERIES: Record<string, (series: Points) => Points> = {
  ABS: series => each(series, Math.abs),
  CEIL: series => each(series, Math.ceil),
  FLOOR: series => each(series, Math.floor),
  DIFF: series => steps(series, (value, before) => value - before),
  RATE: series => steps(series, (value, before, seconds) => (value - before) / seconds),
  RUNNING_SUM: series => {
    let sum = 0
    return each(series, value => (sum += value))
  },
}

function each(series: Points, of: (value: number) => number): Points {
  return new Map([...series].map(([stamp, value]) => [stamp, of(value)]))
}

/** From each point to the next; the first has none before it, so it has no value. */
function steps(series: Points, of: (value: number, before: number, seconds: number) => number): Points {
  const points = [...series]
  return new Map(
    points.slice(1).map(([stamp, value], i) => {
      const [earlier, before] = points[i] ?? [0, 0]
      return [stamp, of(value, before, (stamp - earlier) / 1000)]
    }),
  )
}

function join(values: Value[], of: (values: [number, number, ...number[]]) => number): Value {
  const first = values.find(value => typeof value !== 'number')
  const at = (stamp: Millis) =>
    values.map(value => (typeof value === 'number' ? value : (value.get(stamp) ?? Number.NaN)))
  if (!first) return of(at(0) as [number, number])
  const points: Points = new Map()
  for (const stamp of first.keys()) {
    const value = of(at(stamp) as [number, number])
    if (Number.isFinite(value)) points.set(stamp, value)
  }
  return points
}

function total(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
