// GET /organizations/…/events/: tables of error events and of transactions. Fields and functions as far as listed here.
import { NotSimulated } from '../not-simulated.ts'
import type { RecordOf } from '../recording.ts'
import type { Issue, SentryEvent } from './account.ts'
import { iso } from './answers.ts'
import { fieldOf } from './search.ts'

type Cell = string | number | null
type Column<Row> = { type: string; of(rows: Row[]): Cell }
type ErrorRow = { issue: Issue; event: SentryEvent }
type Performance = RecordOf['sentry/performance']

/** Rows of `fields`, one for each combination of the plain fields, sorted by `sort` (`-count()`). */
export function errorTable(rows: ErrorRow[], fields: string[], sort: string | null) {
  return table(rows, fields, sort, errorColumn)
}

/** Percentiles of a stretch are the mean of its records' percentiles weighted by count: they cannot be had exactly from parts. */
export function performanceTable(rows: Performance[], fields: string[], sort: string | null, minutes: number) {
  return table(rows, fields, sort, field => performanceColumn(field, minutes))
}

function errorColumn(field: string): Column<ErrorRow> {
  const first = (of: (row: ErrorRow) => Cell | undefined, type = 'string') => ({
    type,
    of: (rows: ErrorRow[]) => (rows[0] && of(rows[0])) ?? null,
  })
  switch (field) {
    case 'count()':
      return { type: 'integer', of: rows => rows.length }
    case 'last_seen()':
      return { type: 'date', of: rows => iso(Math.max(...rows.map(row => row.event.record.at))) }
    case 'id':
      return first(row => row.event.id)
    case 'issue':
      return first(row => row.issue.shortId)
    case 'issue.id':
      return first(row => Number(row.issue.id) || row.issue.id, 'integer')
    case 'project':
    case 'project.name':
      return first(row => row.issue.project.slug)
    case 'timestamp':
      return first(row => iso(row.event.record.at), 'date')
    default:
      if (field.includes('(')) throw new NotSimulated(`the function ${field}`)
      return first(row => fieldOf(row.event, field))
  }
}

function performanceColumn(field: string, minutes: number): Column<Performance> {
  const [, name = field, argument = ''] = /^(\w+)\((.*)\)$/.exec(field) ?? []
  if (field.includes('(') && !['', 'transaction.duration', 'span.duration'].includes(argument))
    throw new NotSimulated(`the function ${field}`)
  switch (name) {
    case 'transaction':
      return { type: 'string', of: rows => rows[0]?.transaction ?? null }
    case 'project':
    case 'project.name':
      return { type: 'string', of: rows => rows[0]?.project ?? null }
    case 'count':
      return { type: 'integer', of: sum }
    case 'epm':
      return { type: 'rate', of: rows => sum(rows) / minutes }
    case 'p50':
    case 'p95':
      return { type: 'duration', of: rows => weighted(rows, row => row[name]) }
    case 'failure_rate':
      return { type: 'percentage', of: rows => weighted(rows, row => row.failureRate) }
    default:
      throw new NotSimulated(`the field ${field}`)
  }
}

function sum(rows: Performance[]): number {
  return rows.reduce((total, row) => total + row.count, 0)
}

function weighted(rows: Performance[], of: (row: Performance) => number): number | null {
  const total = sum(rows)
  return total === 0 ? null : rows.reduce((value, row) => value + of(row) * row.count, 0) / total
}

function table<Row>(rows: Row[], fields: string[], sort: string | null, columnOf: (field: string) => Column<Row>) {
  const columns = fields.map(field => ({ field, ...columnOf(field) }))
  const plain = columns.filter(column => !column.field.includes('('))
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(plain.map(column => column.of([row])))
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  const data = [...groups.values()].map(group => Object.fromEntries(columns.map(({ field, of }) => [field, of(group)])))
  if (sort !== null) sortBy(data, sort)
  return { data, meta: { fields: Object.fromEntries(columns.map(({ field, type }) => [field, type])) } }
}

function sortBy(data: Record<string, Cell>[], sort: string): void {
  const direction = sort.startsWith('-') ? -1 : 1
  // `-p95` and `-p95()` both name the function: Sentry takes either.
  const wanted = sort.replace(/^-/, '')
  const field = [wanted, `${wanted}()`].find(each => data[0] && each in data[0])
  if (field === undefined && data.length > 0) throw new NotSimulated(`sorting by ${sort}, which is no field asked for`)
  if (field === undefined) return
  data.sort((a, b) => {
    const [x, y] = [a[field] ?? '', b[field] ?? '']
    return (x < y ? -1 : x > y ? 1 : 0) * direction
  })
}
