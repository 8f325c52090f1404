// Sentry's search syntax, as far as simulated: free text, key:value, !key:value, "quoted", wildcards *, > < on times and counts,
// relative times (firstSeen:-24h). Not: AND, OR, parentheses, lists.
import { NotSimulated } from '../not-simulated.ts'
import type { Millis } from '../recording.ts'
import type { Issue, SentryEvent } from './account.ts'

export type Search = { ofIssue(issue: Issue): boolean; ofEvent(event: SentryEvent): boolean }

/** `now` is what relative times count from. Throws NotSimulated. */
export function parseSearch(query: string, now: Millis): Search {
  const terms = (query.match(/!?[\w.-]+:(?:"[^"]*"|\S+)|"[^"]*"|\S+/g) ?? []).map(term => parseTerm(term, now))
  return {
    ofIssue: issue => terms.every(term => term.ofIssue?.(issue) ?? true),
    ofEvent: event => terms.every(term => term.ofEvent?.(event) ?? true),
  }
}

function parseTerm(term: string, now: Millis): Partial<Search> {
  if (/^(AND|OR)$|^[()]|[^\\]\)$/.test(term)) throw new NotSimulated(`boolean search (${term})`)
  const [, not = '', key, raw = ''] = /^(!?)([\w.-]+):(.*)$/s.exec(term) ?? []
  if (key === undefined) {
    const words = unquoted(term).toLowerCase()
    return { ofEvent: event => textOf(event).includes(words) }
  }
  const negated = not !== ''
  const value = unquoted(raw)
  if (value.startsWith('[')) throw new NotSimulated(`a list of values (${term})`)

  const issueTest = testOfIssue(key, value, now)
  if (issueTest) return { ofIssue: issue => issueTest(issue) !== negated }
  const matches = matcher(value)
  return { ofEvent: event => matches(fieldOf(event, key)) !== negated }
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

function matcher(pattern: string): (value: string | undefined) => boolean {
  if (!pattern.includes('*')) return value => value === pattern
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('.*')}$`, 's')
  return value => value !== undefined && expression.test(value)
}

function textOf({ record }: SentryEvent): string {
  return `${record.issue.title} ${record.issue.culprit} ${record.event.message}`.toLowerCase()
}

function unquoted(text: string): string {
  return text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text
}
