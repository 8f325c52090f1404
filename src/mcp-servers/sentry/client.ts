// Asks Sentry's REST API, version 0, and answers with its shapes, checked. Windows include both ends.
import type { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Millis } from '#incident/signal.ts'
import type { Http, Parameters } from '../http.ts'
import { checked, checkedList, openHttp } from '../http.ts'
import {
  ERROR_FIELDS,
  errorRow,
  eventShape,
  issueDetailShape,
  issueShape,
  projectShape,
  releaseShape,
  SEARCH_FIELDS,
  searchRow,
  tagShape,
  TIMING_FIELDS,
  TRANSACTION_FIELDS,
  transactionRow,
} from './schema.ts'
import type {
  ErrorRow,
  Event,
  Issue,
  IssueDetail,
  Project,
  Release,
  SearchRow,
  SentrySettings,
  Tag,
  TransactionRow,
} from './schema.ts'

/** `rejected`: rows that were not of Sentry's shape, left out. `cursor`: of the next page, if there is one. */
export type Rows<T> = { rows: T[]; rejected: number; cursor?: string }
export type Asked = {
  query?: string
  from?: Millis
  to?: Millis
  /** Slugs; absent: those that are watched. */
  projects?: readonly string[]
  environment?: string
  limit?: number
  cursor?: string
}
/** Last seen, first seen, most events, most users: each with the highest first. */
export type IssueOrder = 'date' | 'new' | 'freq' | 'user'

/** Issues are named by their id or, as people do, by their short id (SHOP-1). */
export type SentryClient = {
  /** All that the token may read. */
  projects(asked: Pick<Asked, 'query' | 'limit' | 'cursor'>, signal: AbortSignal): Promise<Rows<Project>>
  issues(asked: Asked & { sort?: IssueOrder }, signal: AbortSignal): Promise<Rows<Issue>>
  issue(issue: string, signal: AbortSignal): Promise<IssueDetail>
  latestEvent(issue: string, signal: AbortSignal): Promise<Event>
  tag(issue: string, key: string, signal: AbortSignal): Promise<Tag>
  /** Newest first. */
  errors(asked: Asked, signal: AbortSignal): Promise<Rows<ErrorRow>>
  /** Errors that `query` finds, counted by issue; those with most first. */
  search(asked: Asked & { query: string }, signal: AbortSignal): Promise<Rows<SearchRow>>
  /** Newest first, with entries. */
  eventsOf(issue: string, asked: Asked, signal: AbortSignal): Promise<Rows<Event>>
  /** Newest first; `query` is a part of the version. */
  releases(asked: Pick<Asked, 'query' | 'projects' | 'limit' | 'cursor'>, signal: AbortSignal): Promise<Rows<Release>>
  /** Those with most requests first; `query` narrows. */
  transactions(asked: Asked, signal: AbortSignal): Promise<Rows<TransactionRow>>
}

/** What Sentry gives at most a page. */
export const PAGE_ROWS = 100

export function openSentry({ url, token, organization, ...settings }: SentrySettings): SentryClient {
  const http = openHttp({ name: 'Sentry', url, token, urlSetting: 'SENTRY_URL', tokenSetting: 'SENTRY_AUTH_TOKEN' })
  const base = `/api/0/organizations/${encodeURIComponent(organization)}`
  const pathOf = (issue: string, rest = '') => `${base}/issues/${encodeURIComponent(issue)}/${rest}`

  /** Some self-hosted versions fail at failure_rate() of spans (getsentry/sentry#103965): there it is left out. */
  let failureRates: 'unknown' | 'fine' | 'broken' = 'unknown'

  /** Sentry takes -1 for every project. */
  function scope(projects: readonly string[] = settings.projects): Parameters {
    return { project: projects.length > 0 ? projects : ['-1'] }
  }

  function table(dataset: string, field: string[], { projects, ...asked }: Asked, sort: string): Parameters {
    return { ...parameters(asked), ...scope(projects), dataset, field, sort }
  }

  return {
    projects: ({ query, ...page }, signal) =>
      list(http, 'projects', projectShape, `${base}/projects/`, { query, ...paging(page) }, signal),
    issues({ projects, sort = 'date', limit = PAGE_ROWS, cursor, ...asked }, signal) {
      const wanted = { ...window(asked), ...scope(projects), sort, limit, cursor }
      return list(http, 'issues', issueShape, `${base}/issues/`, wanted, signal)
    },
    issue: (issue, signal) => read(http, 'an issue', issueDetailShape, pathOf(issue), { collapse: ['stats'] }, signal),
    latestEvent: (issue, signal) => read(http, 'an event', eventShape, pathOf(issue, 'events/latest/'), {}, signal),
    tag: (issue, key, signal) =>
      read(http, 'a tag', tagShape, pathOf(issue, `tags/${encodeURIComponent(key)}/`), {}, signal),
    errors: (asked, signal) =>
      list(
        http,
        'error events',
        errorRow,
        `${base}/events/`,
        table('errors', ERROR_FIELDS, asked, '-timestamp'),
        signal,
      ),
    search: (asked, signal) =>
      list(http, 'a search', searchRow, `${base}/events/`, table('errors', SEARCH_FIELDS, asked, '-count()'), signal),
    eventsOf: (issue, asked, signal) =>
      list(http, 'events', eventShape, pathOf(issue, 'events/'), { ...parameters(asked), full: 'true' }, signal),
    releases: ({ query, projects, ...page }, signal) =>
      list(http, 'releases', releaseShape, `${base}/releases/`, { query, ...scope(projects), ...paging(page) }, signal),
    async transactions({ query = '', ...asked }, signal) {
      const wanted = { ...asked, query: `is_transaction:true ${query}`.trim() }
      const measured = (fields: string[]) => {
        const busiest = table('spans', fields, wanted, '-count(span.duration)')
        return list(http, 'transactions', transactionRow, `${base}/events/`, busiest, signal)
      }
      if (failureRates === 'broken') return measured(TIMING_FIELDS)
      try {
        const found = await measured(TRANSACTION_FIELDS)
        failureRates = 'fine'
        return found
      } catch (error) {
        if (failureRates === 'fine' || !(error instanceof Fault) || error.details?.['status'] !== 500) throw error
        const found = await measured(TIMING_FIELDS).catch(() => undefined)
        if (!found) throw error
        failureRates = 'broken'
        return found
      }
    },
  }
}

/** Pages until the last or `most`; `cursor` is then left over. */
export async function all<T>(page: (cursor?: string) => Promise<Rows<T>>, most: number): Promise<Rows<T>> {
  const joined: Rows<T> = { rows: [], rejected: 0 }
  let cursor: string | undefined
  for (let i = 0; i < most && (i === 0 || cursor !== undefined); i++) {
    const next = await page(cursor)
    for (const row of next.rows) joined.rows.push(row)
    joined.rejected += next.rejected
    cursor = next.cursor
  }
  return { ...joined, cursor }
}

async function list<T>(
  http: Http,
  what: string,
  shape: z.ZodType<T>,
  path: string,
  asked: Parameters,
  signal: AbortSignal,
): Promise<Rows<T>> {
  const { body, header } = await http.get(path, asked, signal)
  const found = typeof body === 'object' && body !== null && 'data' in body ? body.data : body
  return { ...checkedList('Sentry', what, shape, found), cursor: nextCursor(header('link')) }
}

async function read<T>(
  http: Http,
  what: string,
  shape: z.ZodType<T>,
  path: string,
  asked: Parameters,
  signal: AbortSignal,
): Promise<T> {
  const { body } = await http.get(path, asked, signal)
  return checked('Sentry', what, shape, body)
}

function parameters(asked: Asked): Parameters {
  return { ...window(asked), ...paging(asked) }
}

function window({ query, from, to, environment }: Asked): Parameters {
  return { query, start: stamp(from), end: stamp(to), environment }
}

function paging({ limit = PAGE_ROWS, cursor }: Asked): Parameters {
  return { per_page: limit, cursor }
}

/** Sentry takes stamps without a zone, as UTC. */
function stamp(at: Millis | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString().slice(0, -1)
}

/**
 * Of a Link header only the cursor is used: the address in it is the vendor's word.
 * `<https://...>; rel="next"; results="true"; cursor="0:100:0"` -> '0:100:0'; results="false": there is no next page.
 */
function nextCursor(link: string | undefined): string | undefined {
  const next = link?.split(',').find(part => part.includes('rel="next"') && part.includes('results="true"'))
  return /cursor="([0-9:]{1,64})"/.exec(next ?? '')?.[1]
}
