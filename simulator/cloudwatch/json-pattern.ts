// CloudWatch Logs' filter patterns for JSON: { $.status >= 500 && ($.path = "/cart*" || $.user IS NULL) }.
// Not simulated: regular expressions (%…%), and selectors with wildcards ($.a[*]).
import { NotSimulated } from '../not-simulated.ts'
import { readTokens } from './tokens.ts'

type Test = (event: unknown) => boolean

/** A line that is no JSON object never matches. Strings are compared with case; * in one stands for anything. */
export function parseJsonPattern(pattern: string): (message: string) => boolean {
  const tokens = pattern.match(/"(?:[^"\\]|\\.)*"|\$[\w.[\]-]*|&&|\|\||[!<>]=|[{}()=<>]|[^\s{}()=<>&|!]+/g) ?? []
  const { take, any, expect, end, unknown } = readTokens(
    tokens,
    token => new NotSimulated(`the filter pattern ${pattern} (at ${token})`),
  )
  expect('{')
  const test = either()
  expect('}')
  end()
  return message => {
    const event = parsed(message)
    return event !== undefined && test(event)
  }

  function either(): Test {
    const parts = [both()]
    while (take('||')) parts.push(both())
    return event => parts.some(part => part(event))
  }

  function both(): Test {
    const parts = [single()]
    while (take('&&')) parts.push(single())
    return event => parts.every(part => part(event))
  }

  function single(): Test {
    if (take('(')) {
      const inner = either()
      expect(')')
      return inner
    }
    const selector = any() ?? ''
    if (!/^\$(?:\.[\w-]+|\[\d+\])+$/.test(selector)) throw unknown(selector)
    const path = [...selector.matchAll(/[\w-]+/g)].map(([name]) => name)
    return comparison(event => path.reduce(at, event))
  }

  function comparison(valueOf: (event: unknown) => unknown): Test {
    if (take('IS')) {
      const wanted = { NULL: null, TRUE: true, FALSE: false }[any() ?? '']
      if (wanted === undefined) throw unknown()
      return event => valueOf(event) === wanted
    }
    if (take('NOT')) {
      expect('EXISTS')
      return event => valueOf(event) === undefined
    }
    const operator = take('=', '!=', '<', '>', '<=', '>=')
    const operand = any()
    if (!operator || operand === undefined || operand.startsWith('%')) throw unknown()
    const number = Number(operand)
    if (Number.isNaN(number)) {
      const text = wildcards(operand)
      if (operator === '=') return event => isText(valueOf(event), text)
      if (operator === '!=') return event => valueOf(event) !== undefined && !isText(valueOf(event), text)
      throw unknown(operator)
    }
    return event => {
      const value = valueOf(event)
      return typeof value === 'number' && HOLDS[operator]?.(value, number) === true
    }
  }
}

const HOLDS: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
}

function isText(value: unknown, text: RegExp): boolean {
  return typeof value === 'string' && text.test(value)
}

function wildcards(operand: string): RegExp {
  const text = operand.startsWith('"') ? operand.slice(1, -1).replace(/\\(.)/g, '$1') : operand
  const parts = text.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^]*')}$`)
}

function at(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name]
}

function parsed(message: string): object | undefined {
  if (!message.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(message) as object
  } catch {
    return undefined
  }
}
