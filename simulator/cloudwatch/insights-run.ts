// Carries out an Insights query over log events: rows of named values, as GetQueryResults shows them.
import type { Aggregate, Command, Condition, Key, Literal } from './insights-language.ts'
import type { LogEvent } from './log-store.ts'

type Value = string | number | undefined
type Row = { get(field: string): Value; shown: string[] }
export type ResultRow = { field: string; value: string }[]

/** 10,000 rows at most, newest first unless the query sorts, as Insights does. */
export function runInsights(
  commands: Command[],
  events: LogEvent[],
  limit = 10_000,
): { rows: ResultRow[]; matched: number } {
  let rows = events.map(rowOf).reverse()
  let matched = rows.length
  let count = limit
  for (const command of commands) {
    switch (command.kind) {
      case 'fields':
        rows = rows.map(row => withFields(row, command.keys))
        break
      case 'filter':
        rows = rows.filter(row => holds(command.condition, row))
        matched = rows.length
        break
      case 'stats':
        rows = grouped(rows, command.aggregates, command.by)
        break
      case 'sort':
        rows.sort((a, b) => {
          for (const { name, descending } of command.by) {
            const order = compare(a.get(name), b.get(name))
            if (order !== 0) return descending ? -order : order
          }
          return 0
        })
        break
      case 'limit':
        count = Math.min(count, command.count)
        break
    }
  }
  return { rows: rows.slice(0, count).map(shown), matched }
}

function rowOf(event: LogEvent): Row {
  let discovered: Record<string, Value> | undefined
  return {
    shown: ['@timestamp', '@message'],
    get(field) {
      switch (field) {
        case '@timestamp':
        case '@ingestionTime':
          return event.at
        case '@message':
          return event.message
        case '@logStream':
          return event.stream
        case '@log':
          return event.group
        case '@ptr':
          return Buffer.from(`${event.group} ${event.id}`).toString('base64')
        default:
          discovered ??= fieldsOf(event.message)
          return discovered[field]
      }
    },
  }
}

/** Insights discovers the fields of messages that are JSON; nested ones are named a.b. */
function fieldsOf(message: string): Record<string, Value> {
  if (!message.startsWith('{')) return {}
  const found: Record<string, Value> = {}
  try {
    collect(JSON.parse(message), '')
  } catch {
    return {}
  }
  return found

  function collect(value: unknown, path: string): void {
    if (value !== null && typeof value === 'object')
      for (const [key, inner] of Object.entries(value)) collect(inner, path === '' ? key : `${path}.${key}`)
    else if (typeof value === 'string' || typeof value === 'number') found[path] = value
    else if (typeof value === 'boolean') found[path] = Number(value)
  }
}

function withFields(row: Row, keys: Key[]): Row {
  const known = new Map(keys.map(key => [key.name, keyValue(row, key)]))
  return { shown: keys.map(key => key.name), get: field => (known.has(field) ? known.get(field) : row.get(field)) }
}

function grouped(rows: Row[], aggregates: Aggregate[], by: Key[]): Row[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(by.map(each => keyValue(row, each) ?? null))
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()].map(group => {
    const values = new Map<string, Value>()
    for (const key of by) values.set(key.name, group[0] && keyValue(group[0], key))
    for (const each of aggregates) values.set(each.name, aggregate(group, each))
    return { shown: [...values.keys()], get: field => values.get(field) }
  })
}

function keyValue(row: Row, { field, binMillis }: Key): Value {
  const value = row.get(field)
  return binMillis === undefined || typeof value !== 'number' ? value : Math.floor(value / binMillis) * binMillis
}

function aggregate(rows: Row[], { of, field, percent = 50 }: Aggregate): Value {
  if (field === undefined) return rows.length
  const values = rows.map(row => row.get(field)).filter(value => value !== undefined)
  if (of === 'count') return values.length
  if (of === 'count_distinct') return new Set(values).size
  const numbers = values.map(Number).filter(Number.isFinite)
  if (numbers.length === 0) return undefined
  const sum = numbers.reduce((total, value) => total + value, 0)
  if (of === 'sum') return sum
  if (of === 'avg') return sum / numbers.length
  numbers.sort((a, b) => a - b)
  if (of === 'min') return numbers[0]
  if (of === 'max') return numbers.at(-1)
  return numbers[Math.min(numbers.length - 1, Math.ceil((percent / 100) * numbers.length) - 1)]
}

function holds(condition: Condition, row: Row): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every(part => holds(part, row))
    case 'or':
      return condition.parts.some(part => holds(part, row))
    case 'not':
      return !holds(condition.part, row)
    case 'present':
      return row.get(condition.field) !== undefined
    case 'like':
      return condition.pattern.test(String(row.get(condition.field) ?? ''))
    case 'in':
      return condition.values.some(value => equal(row.get(condition.field), value))
    case 'compare': {
      const value = row.get(condition.field)
      if (value === undefined) return false
      if (condition.operator === '=') return equal(value, condition.value)
      if (condition.operator === '!=') return !equal(value, condition.value)
      const order = compare(value, condition.value)
      if (condition.operator === '<') return order < 0
      if (condition.operator === '<=') return order <= 0
      if (condition.operator === '>') return order > 0
      return order >= 0
    }
  }
}

function equal(value: Value, literal: Literal): boolean {
  return typeof literal === 'number' ? Number(value) === literal : String(value) === literal
}

/** As numbers where both are; else as text; what is missing comes first. */
function compare(a: Value, b: Value): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  const [x, y] = [Number(a), Number(b)]
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}

function shown(row: Row): ResultRow {
  const cells = row.shown.map(field => ({ field, value: text(field, row.get(field)) }))
  const pointer = row.get('@ptr')
  if (pointer !== undefined) cells.push({ field: '@ptr', value: String(pointer) })
  return cells.filter((cell): cell is { field: string; value: string } => cell.value !== undefined)
}

/** Moments are shown as `2026-01-31 23:59:59.000`, in UTC. */
function text(field: string, value: Value): string | undefined {
  if (value === undefined) return undefined
  const isMoment = typeof value === 'number' && (/^@(timestamp|ingestionTime)$/.test(field) || field.startsWith('bin('))
  return isMoment ? new Date(value).toISOString().replace('T', ' ').slice(0, -1) : String(value)
}
