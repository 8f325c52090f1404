// A term of Sentry's search, as far as simulated: free text, key:value, !key:value, "quoted", wildcards *, lists [a,b],
// has:key, > < on times and counts, relative times (firstSeen:-24h). How terms are joined is boolean-search.ts.
import { NotSimulated } from '../not-simulated.ts'
import type { Millis } from '../recording.ts'
import type { Issue, SentryEvent } from './account.ts'
import { parseBoolean } from './boolean-search.ts'
import type { Test } from './boolean-search.ts'

/** Whether a query wants this event of this issue. */
export type Search = Test<Occurrence>
export type Occurrence = { issue: Issue; event: SentryEvent }

/** `now` is what relative times count from. Throws NotSimulated, or Refused for what cannot be parsed. */
export function parseSearch(query: string, now: Millis): Search {
  return parseBoolean(query, term => parseTerm(term, now))
}

function parseTerm(term: string, now: Millis): Search {
  const [, not = '', key, raw = ''] = /^(!?)([\w.-]+):(.*)$/s.exec(term) ?? []
  if (key === undefined) {
    const words = unquoted(term).toLowerCase()
    return ({ event }) => textOf(event).includes(words)
  }
  const negated = not !== ''
  const test = testOf(key, raw, now)
  return occurrence => test(occurrence) !== negated
}

function testOf(key: string, raw: string, now: Millis): Search {
  if (raw.startsWith('[') && raw.endsWith(']')) {
    const tests = raw
      .slice(1, -1)
      .split(',')
      .map(each => testOf(key, each.trim(), now))
    return occurrence => tests.some(test => test(occurrence))
  }
  const value = unquoted(raw)
  if (key === 'has') return ({ event }) => fieldOf(event, value) !== undefined
  const ofIssue = testOfIssue(key, value, now)
  if (ofIssue) return ({ issue }) => ofIssue(issue)
  const matches = matcher(value)
  return ({ event }) => matches(fieldOf(event, key))
}

function testOfIssue(key: string, value: string, now: Millis): ((issue: Issue) => boolean) | undefined {
  switch (key) {
    case 'is':
      if (!['unresolved', 'resolved', 'ignored', 'archived'].includes(value)) throw new NotSimulated(`is:${value}`)
      return issue => (issue.latest.status ?? 'unresolved') === (value === 'archived' ? 'ignored' : value)
    case 'issue':
      return issue => issue.shortId === value.toUpperCase()
    case 'issue.id':
      return issue => issue.id === value
    case 'project':
    case 'project.name':
      return issue => issue.project.slug === value
    case 'firstSeen':
    case 'age':
      return within(value, now, issue => issue.firstSeen)
    case 'lastSeen':
      return within(value, now, issue => issue.events.at(-1)?.record.at ?? issue.firstSeen)
    case 'timesSeen':
      return issue => compare(issue.events.length, value)
    default:
      return undefined
  }
}

/** `-24h`: within the last day; `+24h`: before that; `>2026-01-01T00:00:00`, `<…`. */
function within(value: string, now: Millis, momentOf: (issue: Issue) => Millis): (issue: Issue) => boolean {
  const [, sign, count, unit] = /^([+-])(\d+)([smhdw])$/.exec(value) ?? []
  if (sign !== undefined && unit !== undefined) {
    const moment = now - Number(count) * millisOf[unit as keyof typeof millisOf]
    return issue => (sign === '-' ? momentOf(issue) >= moment : momentOf(issue) <= moment)
  }
  const [, operator = '', stamp = ''] = /^(>=?|<=?)?(.*)$/.exec(value) ?? []
  const moment = parseMoment(stamp)
  if (operator === '' || moment === undefined) throw new NotSimulated(`the time ${value}`)
  return issue => holds(momentOf(issue), operator, moment)
}

export const millisOf = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** Sentry takes stamps without zone as UTC. */
export function parseMoment(stamp: string): Millis | undefined {
  const moment = Date.parse(/[Zz]$|[+-]\d\d:?\d\d$/.test(stamp) || !stamp.includes('T') ? stamp : `${stamp}Z`)
  return Number.isNaN(moment) ? undefined : moment
}

function compare(count: number, value: string): boolean {
  const [, operator = '=', number = ''] = /^(>=?|<=?)?(\d+)$/.exec(value) ?? []
  if (number === '') throw new NotSimulated(`the count ${value}`)
  return holds(count, operator, Number(number))
}

function holds(left: number, operator: string, right: number): boolean {
  if (operator === '>') return left > right
  if (operator === '>=') return left >= right
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  return left === right
}

/** A field or tag of an event, by its name in searches. */
export function fieldOf({ record }: SentryEvent, key: string): string | undefined {
  const { issue, event } = record
  switch (key) {
    case 'level':
      return issue.level
    case 'title':
      return issue.title
    case 'culprit':
      return issue.culprit
    case 'message':
      return event.message
    case 'release':
    case 'environment':
    case 'transaction':
      return event[key] ?? event.tags?.[key]
    case 'event.type':
      return 'error'
    default:
      return event.tags?.[key]
  }
}

/** `*` stands for anything. */
export function matcher(pattern: string): (value: string | undefined) => boolean {
  if (!pattern.includes('*')) return value => value === pattern
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('.*')}$`, 's')
  return value => value !== undefined && expression.test(value)
}

function textOf({ record }: SentryEvent): string {
  return `${record.issue.title} ${record.issue.culprit} ${record.event.message}`.toLowerCase()
}

export function unquoted(text: string): string {
  return text.startsWith('"') && text.endsWith('"') && text.length > 1
    ? text.slice(1, -1).replace(/\\(["\\])/g, '$1')
    : text
}
