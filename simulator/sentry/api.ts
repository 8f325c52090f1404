// Sentry's REST API, version 0, reads only: projects, issues, events, tags, releases, discover tables.
// One organization, `demo`; everything is counted from the records visible by now.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cloud } from '../cloud.ts'
import { NotSimulated } from '../not-simulated.ts'
import type { Millis } from '../recording.ts'
import type { VendorApi } from '../vendor-api.ts'
import { openAccount, type Issue, type SentryEvent } from './account.ts'
import { eventAnswer, issueAnswer, projectAnswer, releaseAnswer, tagAnswers } from './answers.ts'
import { errorTable, performanceTable } from './discover.ts'
import { pageOf } from './page.ts'
import { parseSearch } from './search.ts'
import { eventsIn, windowOf } from './window.ts'

export const organization = 'demo'

/** `token`: the only bearer token that is let in; absent, any. */
export function sentryApi(cloud: Cloud, options: { token?: string } = {}): VendorApi {
  const account = openAccount(cloud)

  return {
    handle(request, response) {
      try {
        const refused = refusal(request, options.token)
        if (refused !== undefined) return send(response, 401, { detail: refused })
        const answer = route(new URL(request.url ?? '/', 'http://127.0.0.1'), request, response)
        if (answer === undefined) send(response, 404, { detail: 'The requested resource does not exist' })
        else send(response, 200, answer)
      } catch (error) {
        if (error instanceof NotSimulated) send(response, 400, { detail: error.message })
        else send(response, 500, { detail: 'Internal Error', errorId: (error as Error).message })
      }
    },
  }

  /** Undefined: there is no such thing. */
  function route(asked: URL, request: IncomingMessage, response: ServerResponse): unknown {
    const path = asked.pathname
    if (request.method !== 'GET') throw new NotSimulated(`${request.method} ${path}`)
    const page = <T>(rows: T[]) => pageOf(rows, asked, request, response)
    if (path === '/api/0/projects/') return page(account.projects).map(projectAnswer)

    const [, ofOne, issueId, issueRest] =
      /^\/api\/0\/(?:organizations\/([^/]+)\/)?issues\/([^/]+)\/(.*)$/.exec(path) ?? []
    if (issueId !== undefined)
      return ofOne !== undefined && ofOne !== organization ? undefined : oneIssue(issueId, issueRest ?? '')
    const [, ofProject, slug] = /^\/api\/0\/projects\/([^/]+)\/([^/]+)\/issues\/$/.exec(path) ?? []
    if (slug !== undefined) {
      const known = ofProject === organization && account.projects.some(project => project.slug === slug)
      return known ? issues([slug]) : undefined
    }
    const [, named, collection] = /^\/api\/0\/organizations\/([^/]+)\/(\w+)\/$/.exec(path) ?? []
    if (named === undefined) throw new NotSimulated(`GET ${path}`)
    if (named !== organization) return undefined
    if (collection === 'projects') return page(account.projects).map(projectAnswer)
    if (collection === 'issues') return issues(projectsAsked(asked))
    if (collection === 'releases') return releases()
    if (collection === 'events') return discover()
    throw new NotSimulated(`GET ${path}`)

    function issues(slugs: string[]): unknown[] {
      const window = windowOf(asked, cloud.now())
      const search = parseSearch(asked.searchParams.get('query') ?? 'is:unresolved', cloud.now())
      const found = account
        .issues()
        .filter(issue => slugs.includes(issue.project.slug) && search.ofIssue(issue))
        .map(issue => ({ issue, seen: eventsIn(issue, window, asked).filter(search.ofEvent) }))
        .filter(({ seen }) => seen.length > 0)
      found.sort(orderOf(asked.searchParams.get('sort') ?? 'date'))
      const given = window.given || found.some(({ issue, seen }) => seen.length < issue.events.length)
      return page(found).map(({ issue, seen }) =>
        issueAnswer(issue, cloud.now(), baseUrl(request), given ? seen : undefined),
      )
    }

    function oneIssue(id: string, rest: string): unknown {
      const issue = account.issues().find(each => each.id === id || each.shortId === id.toUpperCase())
      if (!issue) return undefined
      if (rest === '') return { ...issueAnswer(issue, cloud.now(), baseUrl(request)), ...releasesOf(issue) }
      if (rest === 'tags/') return tagAnswers(issue)
      const search = parseSearch(asked.searchParams.get('query') ?? '', cloud.now())
      const newestFirst = eventsIn(issue, windowOf(asked, cloud.now()), asked).filter(search.ofEvent).reverse()
      if (rest === 'events/') {
        const full = ['true', '1'].includes(asked.searchParams.get('full') ?? '')
        return page(newestFirst).map(event => eventAnswer(issue, event, full))
      }
      const [, eventId] = /^events\/(\w+)\/$/.exec(rest) ?? []
      if (eventId === undefined) throw new NotSimulated(`GET ${path}`)
      const event =
        eventId === 'oldest'
          ? newestFirst.at(-1)
          : eventId === 'latest'
            ? newestFirst[0]
            : newestFirst.find(each => each.id === eventId)
      return event && eventAnswer(issue, event, true)
    }

    function releases(): unknown[] {
      const slugs = projectsAsked(asked)
      const wanted = (asked.searchParams.get('query') ?? '').toLowerCase()
      const records = cloud.records('sentry/releases', -Infinity, cloud.now())
      const byVersion = Map.groupBy(
        records.filter(record => slugs.includes(record.project) && record.version.toLowerCase().includes(wanted)),
        record => record.version,
      )
      const known = account.issues()
      return page([...byVersion.values()].reverse()).map(group =>
        releaseAnswer(
          group,
          known,
          account.projects,
          records.findIndex(record => record.version === group[0]?.version) + 1,
        ),
      )
    }

    function discover(): unknown {
      const { start, end } = windowOf(asked, cloud.now())
      const fields = asked.searchParams.getAll('field')
      const slugs = projectsAsked(asked)
      const query = asked.searchParams.get('query') ?? ''
      const dataset = asked.searchParams.get('dataset')
      const sort = asked.searchParams.get('sort')
      if (fields.length === 0) throw new NotSimulated('a table without field')
      const ofErrors =
        dataset === 'errors' || (dataset === null && !fields.some(field => /^(p50|p95|failure_rate|epm)\(/.test(field)))
      if (ofErrors) {
        const search = parseSearch(query, cloud.now())
        const rows = account
          .issues()
          .filter(issue => slugs.includes(issue.project.slug) && search.ofIssue(issue))
          .flatMap(issue =>
            eventsIn(issue, { start, end }, asked)
              .filter(search.ofEvent)
              .map(event => ({ issue, event })),
          )
          .sort((a, b) => b.event.record.at - a.event.record.at)
        const answer = errorTable(rows, fields, sort)
        return { ...answer, data: page(answer.data) }
      }
      const ofTransaction = transactionTest(query)
      const rows = cloud
        .records('sentry/performance', start, end)
        .filter(row => slugs.includes(row.project) && ofTransaction(row.transaction))
      const firstAt = rows[0]?.at ?? start
      const answer = performanceTable(rows, fields, sort, Math.max(1, (end - Math.max(start, firstAt)) / 60_000))
      return { ...answer, data: page(answer.data) }
    }
  }

  function projectsAsked(asked: URL): string[] {
    const named = asked.searchParams.getAll('project').filter(name => name !== '-1')
    const chosen = account.projects.filter(
      ({ id, slug }) => named.length === 0 || named.includes(id) || named.includes(slug),
    )
    return chosen.map(project => project.slug)
  }
}

function refusal(request: IncomingMessage, token: string | undefined): string | undefined {
  const [, given] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  if (given === undefined) return 'Authentication credentials were not provided.'
  return token === undefined || given === token ? undefined : 'Invalid token'
}

type Found = { issue: Issue; seen: SentryEvent[] }

function orderOf(sort: string): (a: Found, b: Found) => number {
  if (sort === 'date') return (a, b) => lastOf(b) - lastOf(a)
  if (sort === 'new') return (a, b) => b.issue.firstSeen - a.issue.firstSeen
  if (sort === 'freq') return (a, b) => b.seen.length - a.seen.length
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

/** Of transactions, a search may name one: `transaction:NAME`; that they are transactions goes without saying. */
function transactionTest(query: string): (transaction: string) => boolean {
  const rest = query.replace(/(event\.type:transaction|is_transaction:(true|1))/g, '').trim()
  if (rest === '') return () => true
  const [, quoted, plain] = /^transaction:(?:"([^"]*)"|(\S+))$/.exec(rest) ?? []
  const wanted = quoted ?? plain
  if (wanted === undefined) throw new NotSimulated(`the search ${query} on transactions`)
  return transaction => transaction === wanted
}

function baseUrl(request: IncomingMessage): string {
  return `http://${request.headers.host}/organizations/${organization}`
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}
