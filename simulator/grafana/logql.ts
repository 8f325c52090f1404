// LogQL: stream selectors, line filters, and rate or count_over_time of them, optionally summed. Parser stages
// (| json ...), unwrap and the other aggregations are not simulated. https://grafana.com/docs/loki/latest/query/
import type { Millis } from '../recording.ts'
import { contains, type Matcher } from './matcher.ts'
import type { Grouping } from './promql/expression.ts'
import { readDuration, readMatchers, readNames, readTokens, type TokenReader } from './promql/token-reader.ts'
import { badQuery, notSimulated } from './query-error.ts'

/** Which lines: those of matching streams that pass every filter. */
export type LineQuery = { kind: 'lines'; matchers: Matcher[]; passes(line: string): boolean }
export type CountQuery = {
  kind: 'count'
  lines: LineQuery
  range: Millis
  perSecond: boolean
  /** Absent: one result for each stream. */
  sum?: Grouping
}

export function parseLogql(query: string): LineQuery | CountQuery {
  const reader = readTokens(query)
  const parsed = reader.peek().text === '{' ? lineQuery(reader) : countQuery(reader)
  if (reader.peek().text === '|') throw notSimulated('LogQL parser or label stage')
  if (reader.peek().kind !== 'end') throw reader.unexpected('LogQL query')
  return parsed
}

function countQuery(reader: TokenReader): CountQuery {
  if (!reader.take('sum')) return counted(reader)
  const before = grouping(reader)
  reader.expect('(')
  const of = counted(reader)
  reader.expect(')')
  return { ...of, sum: before ?? grouping(reader) ?? { by: true, labels: [] } }
}

function counted(reader: TokenReader): CountQuery {
  const name = reader.peek().kind === 'name' ? reader.next().text : undefined
  if (name === undefined) throw reader.unexpected('LogQL query')
  if (name !== 'rate' && name !== 'count_over_time') throw notSimulated(`LogQL function ${name}`)
  reader.expect('(')
  const lines = lineQuery(reader)
  if (reader.peek().text === '|') throw notSimulated('LogQL parser or label stage')
  reader.expect('[')
  const range = readDuration(reader)
  reader.expect(']')
  reader.expect(')')
  return { kind: 'count', lines, range, perSecond: name === 'rate' }
}

function lineQuery(reader: TokenReader): LineQuery {
  const matchers = readMatchers(reader)
  if (matchers.every(each => each.matches(''))) {
    throw badQuery(
      'queries require at least one regexp or equality matcher that does not have an empty-compatible value',
    )
  }
  const filters: ((line: string) => boolean)[] = []
  for (let filter = lineFilter(reader); filter; filter = lineFilter(reader)) filters.push(filter)
  return { kind: 'lines', matchers, passes: line => filters.every(filter => filter(line)) }
}

function lineFilter(reader: TokenReader): ((line: string) => boolean) | undefined {
  const operator = reader.peek().text
  if (operator !== '|=' && operator !== '!=' && operator !== '|~' && operator !== '!~') return undefined
  reader.next()
  if (reader.peek().kind !== 'string') throw reader.unexpected('line filter, expected string')
  const wanted = reader.next().text
  if (reader.peek().text === 'or') throw notSimulated('or between line filters')
  const test = operator === '|~' || operator === '!~' ? contains(wanted) : (line: string) => line.includes(wanted)
  return operator === '|=' || operator === '|~' ? test : line => !test(line)
}

function grouping(reader: TokenReader): Grouping | undefined {
  if (reader.take('by')) return { by: true, labels: readNames(reader) }
  if (reader.take('without')) return { by: false, labels: readNames(reader) }
  return undefined
}
