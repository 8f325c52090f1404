// The language of CloudWatch Logs Insights, as far as simulated: fields, filter, stats … by …, sort, limit, display.
// A query becomes a list of commands that insights-run.ts carries out. Anything else throws NotSimulated.
import { NotSimulated } from '../not-simulated.ts'
import { tokenize } from './insights-tokens.ts'

export type Literal = string | number
export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'compare'; field: string; operator: '=' | '!=' | '<' | '<=' | '>' | '>='; value: Literal }
  | { kind: 'like'; field: string; pattern: RegExp }
  | { kind: 'in'; field: string; values: Literal[] }
  | { kind: 'present'; field: string }
export type Aggregate = {
  name: string
  of: 'count' | 'count_distinct' | 'sum' | 'avg' | 'min' | 'max' | 'pct'
  field?: string
  percent?: number
}
export type Key = { name: string; field: string; binMillis?: number }
export type Command =
  | { kind: 'fields'; keys: Key[] }
  | { kind: 'filter'; condition: Condition }
  | { kind: 'stats'; aggregates: Aggregate[]; by: Key[] }
  | { kind: 'sort'; by: { name: string; descending: boolean }[] }
  | { kind: 'limit'; count: number }

export function parseInsights(query: string): Command[] {
  const withoutComments = query.replace(/^\s*#.*$/gm, '')
  const tokens = tokenize(withoutComments)
  const commands: Command[] = []
  let next = 0
  while (next < tokens.length) {
    if (isSign('|')) next++
    commands.push(command())
    if (next < tokens.length && !isSign('|')) throw unknown()
  }
  return commands

  function command(): Command {
    const name = word().toLowerCase()
    switch (name) {
      case 'fields':
      case 'display':
        return { kind: 'fields', keys: list(key) }
      case 'filter':
        return { kind: 'filter', condition: disjunction() }
      case 'stats': {
        const aggregates = list(aggregate)
        return { kind: 'stats', aggregates, by: takeWord('by') ? list(key) : [] }
      }
      case 'sort':
        return { kind: 'sort', by: list(order) }
      case 'limit':
        return { kind: 'limit', count: number() }
      default:
        throw new NotSimulated(`the Insights command ${name}`)
    }
  }

  function key(): Key {
    const field = word()
    if (!isSign('(')) return { name: takeWord('as') ? word() : field, field }
    if (field !== 'bin') throw new NotSimulated(`the Insights function ${field}`)
    next++
    const count = number()
    const unit = word()
    sign(')')
    const binMillis = count * (unitMillis[unit] ?? fail(`bin(${count}${unit})`))
    return { name: takeWord('as') ? word() : `bin(${count}${unit})`, field: '@timestamp', binMillis }
  }

  function aggregate(): Aggregate {
    const of = word()
    if (!isAggregate(of)) throw new NotSimulated(`the Insights function ${of}`)
    sign('(')
    let text = ''
    let field: string | undefined
    let percent: number | undefined
    if (isSign('*')) text = tokens[next++]?.text ?? ''
    else if (!isSign(')')) text = field = word()
    if (of === 'pct') {
      sign(',')
      percent = number()
      text += `, ${percent}`
    }
    sign(')')
    return { name: takeWord('as') ? word() : `${of}(${text})`, of, field, percent }
  }

  function order() {
    let name = word()
    if (isSign('(')) {
      // An aggregate without a name of its own is sorted by as it is written: sort count(*) desc
      next--
      name = (isAggregate(name) ? aggregate() : key()).name
    }
    const descending = takeWord('desc')
    if (!descending) takeWord('asc')
    return { name, descending }
  }

  function disjunction(): Condition {
    const parts = [conjunction()]
    while (takeWord('or')) parts.push(conjunction())
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', parts }
  }

  function conjunction(): Condition {
    const parts = [negation()]
    while (takeWord('and')) parts.push(negation())
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts }
  }

  function negation(): Condition {
    if (takeWord('not')) return { kind: 'not', part: negation() }
    if (isSign('(')) {
      next++
      const inner = disjunction()
      sign(')')
      return inner
    }
    return comparison()
  }

  function comparison(): Condition {
    const field = word()
    if (field === 'ispresent' && isSign('(')) {
      next++
      const present = word()
      sign(')')
      return { kind: 'present', field: present }
    }
    if (takeWord('not')) {
      if (takeWord('like')) return { kind: 'not', part: { kind: 'like', field, pattern: pattern() } }
      if (takeWord('in')) return { kind: 'not', part: { kind: 'in', field, values: literals() } }
      throw unknown()
    }
    if (takeWord('like') || takeSign('=~')) return { kind: 'like', field, pattern: pattern() }
    if (takeWord('in')) return { kind: 'in', field, values: literals() }
    const operator = tokens[next]?.text ?? ''
    if (!isComparison(operator)) throw unknown()
    next++
    return { kind: 'compare', field, operator, value: literal() }
  }

  function pattern(): RegExp {
    const token = tokens[next++]
    if (token?.kind === 'string') return new RegExp(token.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    if (token?.kind !== 'pattern') throw unknown(token)
    const insensitive = token.text.startsWith('(?i)')
    try {
      return new RegExp(insensitive ? token.text.slice(4) : token.text, insensitive ? 'i' : '')
    } catch {
      throw new NotSimulated(`the pattern /${token.text}/`)
    }
  }

  function literals(): Literal[] {
    sign('[')
    const values = list(literal)
    sign(']')
    return values
  }

  function literal(): Literal {
    const token = tokens[next++]
    if (token?.kind === 'number') return Number(token.text)
    if (token?.kind === 'string') return token.text
    throw unknown(token)
  }

  function list<T>(item: () => T): T[] {
    const items = [item()]
    while (takeSign(',')) items.push(item())
    return items
  }

  function word(): string {
    const token = tokens[next++]
    if (token?.kind !== 'word') throw unknown(token)
    return token.text
  }

  function number(): number {
    const token = tokens[next++]
    if (token?.kind !== 'number') throw unknown(token)
    return Number(token.text)
  }

  function sign(text: string): void {
    if (!takeSign(text)) throw unknown()
  }

  function takeSign(text: string): boolean {
    if (!isSign(text)) return false
    next++
    return true
  }

  function takeWord(text: string): boolean {
    const token = tokens[next]
    if (token?.kind !== 'word' || token.text.toLowerCase() !== text) return false
    next++
    return true
  }

  function isSign(text: string): boolean {
    return tokens[next]?.kind === 'sign' && tokens[next]?.text === text
  }

  function unknown(token = tokens[next]): NotSimulated {
    return new NotSimulated(`the Insights query ${query} (at ${token?.text ?? 'its end'})`)
  }
}

const unitMillis: Record<string, number> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

function isAggregate(name: string): name is Aggregate['of'] {
  return ['count', 'count_distinct', 'sum', 'avg', 'min', 'max', 'pct'].includes(name)
}

function isComparison(text: string): text is '=' | '!=' | '<' | '<=' | '>' | '>=' {
  return ['=', '!=', '<', '<=', '>', '>='].includes(text)
}

function fail(what: string): never {
  throw new NotSimulated(what)
}
