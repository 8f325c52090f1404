// Issues as they are listed and searched, one of them, its events and its tags.
import { NotSimulated } from '../not-simulated.ts'
import type { Millis } from '../recording.ts'
import type { Account, Issue, SentryEvent } from './account.ts'
import { eventAnswer, issueAnswer, usersOf } from './answers.ts'
import { eventsIn, windowOf, type Asked } from './asked.ts'
import { refuseBoolean } from './boolean-search.ts'
import { parseSearch } from './search.ts'
import { tagAnswer, tagKeys } from './tags.ts'
import { unspokenOfListedIssues, unspokenOfOneIssue } from './unspoken.ts'

type Found = { issue: Issue; seen: SentryEvent[] }

/** Those of the projects `slugs` that have events in the window which the search wants. */
export function listIssues(account: Account, slugs: string[], asked: Asked): object[] {
  const window = windowOf(asked)
  const query = asked.parameters.get('query') ?? 'is:unresolved'
  refuseBoolean(query)
  const search = parseSearch(query, asked.now)
  const found = account
    .issues()
    .filter(issue => slugs.includes(issue.project.slug))
    .map(issue => ({ issue, seen: eventsIn(issue, window, asked).filter(event => search({ issue, event })) }))
    .filter(({ seen }) => seen.length > 0)
    .sort(orderOf(asked.parameters.get('sort') ?? 'date'))
  return asked.page(found, 'limit').map(({ issue, seen }) => {
    const whole = !window.given && seen.length === issue.events.length
    return { ...unspokenOfListedIssues, ...issueAnswer(issue, asked.now, asked.base, whole ? issue.events : seen) }
  })
}

/** `rest` is what follows the issue in the path: nothing, `tags/release/`, `events/`, `events/latest/`. Undefined: there is no such thing. */
export function oneIssue(account: Account, id: string, rest: string, asked: Asked): unknown {
  const issue = account.issues().find(each => each.id === id || each.shortId === id.toUpperCase())
  if (!issue) return undefined
  if (rest === '') return issueDetail(issue, asked)
  const [, key] = /^tags\/([^/]+)\/$/.exec(rest) ?? []
  if (key !== undefined) return tagAnswer(issue, decodeURIComponent(key))

  const search = parseSearch(asked.parameters.get('query') ?? '', asked.now)
  const wanted = eventsIn(issue, windowOf(asked), asked).filter(event => search({ issue, event }))
  const newestFirst = wanted.reverse()
  if (rest === 'events/') {
    const full = ['true', '1'].includes(asked.parameters.get('full') ?? '')
    return asked.page(newestFirst).map(event => eventAnswer(issue, event, full))
  }
  const [, which] = /^events\/(\w+)\/$/.exec(rest) ?? []
  if (which === undefined) throw new NotSimulated(`issues/${id}/${rest}`)
  const event = eventNamed(newestFirst, which)
  if (!event) return undefined
  const i = newestFirst.indexOf(event)
  const neighbours = { previousEventID: newestFirst[i + 1]?.id ?? null, nextEventID: newestFirst[i - 1]?.id ?? null }
  return { ...eventAnswer(issue, event, true), ...neighbours }
}

function issueDetail(issue: Issue, asked: Asked): object {
  const { stats, lifetime: _lifetime, ...answer } = issueAnswer(issue, asked.now, asked.base)
  const isWanted = !asked.parameters.getAll('collapse').includes('stats')
  return { ...unspokenOfOneIssue, ...answer, ...releasesOf(issue), tags: tagKeys(issue), ...(isWanted && { stats }) }
}

function eventNamed(newestFirst: SentryEvent[], which: string): SentryEvent | undefined {
  if (which === 'latest') return newestFirst[0]
  if (which === 'oldest') return newestFirst.at(-1)
  return newestFirst.find(event => event.id === which)
}

function orderOf(sort: string): (a: Found, b: Found) => number {
  if (sort === 'date') return (a, b) => lastOf(b) - lastOf(a)
  if (sort === 'new') return (a, b) => b.issue.firstSeen - a.issue.firstSeen
  if (sort === 'freq') return (a, b) => b.seen.length - a.seen.length
  if (sort === 'user') return (a, b) => usersOf(b.seen) - usersOf(a.seen)
  throw new NotSimulated(`sort=${sort}`)
}

function lastOf({ seen }: Found): Millis {
  return seen.at(-1)?.record.at ?? 0
}

function releasesOf(issue: Issue) {
  const versions = issue.events.map(event => event.record.event.release).filter(version => version !== undefined)
  return { firstRelease: releaseNamed(versions[0]), lastRelease: releaseNamed(versions.at(-1)) }
}

function releaseNamed(version: string | undefined) {
  return version === undefined ? null : { version, shortVersion: version }
}
