// GET /organizations/…/events/: tables of error events and of transactions. Fields and functions as far as listed here.
import type { Cloud } from '../cloud.ts'
import { NotSimulated } from '../not-simulated.ts'
import type { RecordOf } from '../recording.ts'
import type { Account } from './account.ts'
import { iso, usersOf } from './answers.ts'
import { eventsIn, projectsOf, windowOf, type Asked } from './asked.ts'
import { fieldOf, matcher, parseSearch, unquoted } from './search.ts'
import type { Occurrence } from './search.ts'

type Cell = string | number | null
type Column<Row> = { type: string; of(rows: Row[]): Cell }
type Performance = RecordOf['sentry/performance']

/** The table that `field`, `dataset`, `query` and `sort` describe. */
export function discover(cloud: Cloud, account: Account, asked: Asked): object {
  const { parameters } = asked
  const fields = parameters.getAll('field')
  if (fields.length === 0) throw new NotSimulated('a table without field')
  const dataset = parameters.get('dataset')
  const ofPerformance = fields.some(field => /^(p50|p95|failure_rate|epm)\(/.test(field))
  const ofErrors = dataset === 'errors' || (dataset === null && !ofPerformance)
  const answer = ofErrors ? errorTable(account, fields, asked) : performanceTable(cloud, account, fields, asked)
  return { ...answer, data: asked.page(answer.data) }
}

function errorTable(account: Account, fields: string[], asked: Asked) {
  const window = windowOf(asked)
  const slugs = projectsOf(asked, account)
  const search = parseSearch(asked.parameters.get('query') ?? '', asked.now)
  const rows: Occurrence[] = []
  for (const issue of account.issues()) {
    if (!slugs.includes(issue.project.slug)) continue
    for (const event of eventsIn(issue, window, asked)) if (search({ issue, event })) rows.push({ issue, event })
  }
  rows.sort((a, b) => b.event.record.at - a.event.record.at)
  return table(rows, fields, asked.parameters.get('sort'), errorColumn)
}

/** Percentiles of a stretch are the mean of its records' percentiles weighted by count: they cannot be had exactly from parts. */
function performanceTable(cloud: Cloud, account: Account, fields: string[], asked: Asked) {
  const { start, end } = windowOf(asked)
  const slugs = projectsOf(asked, account)
  const isWanted = transactionTest(asked.parameters.get('query') ?? '')
  const rows = cloud
    .records('sentry/performance', start, end)
    .filter(row => slugs.includes(row.project) && isWanted(row.transaction))
  const minutes = Math.max(1, (end - Math.max(start, rows[0]?.at ?? start)) / 60_000)
  return table(rows, fields, asked.parameters.get('sort'), field => performanceColumn(field, minutes))
}

/** Of transactions, a search may name some: `transaction:"GET /cart*"`; that they are transactions goes without saying. */
function transactionTest(query: string): (transaction: string) => boolean {
  const rest = query.replace(/(event\.type:transaction|is_transaction:(true|1))/g, '').trim()
  if (rest === '') return () => true
  const [, wanted] = /^transaction:("(?:[^"\\]|\\.)*"|\S+)$/.exec(rest) ?? []
  if (wanted === undefined) throw new NotSimulated(`the search ${query} on transactions`)
  return matcher(unquoted(wanted))
}

function errorColumn(field: string): Column<Occurrence> {
  const first = (of: (row: Occurrence) => Cell | undefined, type = 'string') => ({
    type,
    of: (rows: Occurrence[]) => (rows[0] && of(rows[0])) ?? null,
  })
  switch (field) {
    case 'count()':
      return { type: 'integer', of: rows => rows.length }
    case 'count_unique(user)':
      return { type: 'integer', of: rows => usersOf(rows.map(row => row.event)) }
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
