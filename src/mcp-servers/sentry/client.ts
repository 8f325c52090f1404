// Asks Sentry's REST API, version 0, and answers with its shapes, checked. Windows include both ends.
import type { Http, Parameters } from '../http.ts'
import { checkedList, openHttp } from '../http.ts'
import type { Millis } from '#incident/signal.ts'
import type { z } from 'zod'
import {
  ERROR_FIELDS,
  errorRow,
  eventShape,
  issueShape,
  projectShape,
  releaseShape,
  TRANSACTION_FIELDS,
  transactionRow,
} from './schema.ts'
import type { ErrorRow, Event, Issue, Release, SentrySettings, TransactionRow } from './schema.ts'

/** `rejected`: rows that were not of Sentry's shape, left out. `cursor`: of the next page, if there is one. */
export type Rows<T> = { rows: T[]; rejected: number; cursor?: string }
export type Asked = {
  query?: string
  from?: Millis
  to?: Millis
  environment?: string
  limit?: number
  cursor?: string
}

export type SentryClient = {
  /** Slugs of what the token may read; the first hundred. */
  projects(signal: AbortSignal): Promise<string[]>
  issues(asked: Asked, signal: AbortSignal): Promise<Rows<Issue>>
  /** Newest first. */
  errors(asked: Asked, signal: AbortSignal): Promise<Rows<ErrorRow>>
  /** Newest first, with entries. */
  eventsOf(issue: string, asked: Asked, signal: AbortSignal): Promise<Rows<Event>>
  /** Newest first. */
  releases(asked: Asked, signal: AbortSignal): Promise<Rows<Release>>
  /** Those with most requests first. */
  transactions(asked: Asked, signal: AbortSignal): Promise<Rows<TransactionRow>>
}

/** What Sentry gives at most a page. */
export const PAGE_ROWS = 100

export function openSentry({ url, token, organization }: SentrySettings): SentryClient {
  const http = openHttp({ name: 'Sentry', url, token, urlSetting: 'SENTRY_URL', tokenSetting: 'SENTRY_AUTH_TOKEN' })
  const base = `/api/0/organizations/${encodeURIComponent(organization)}`

  return {
    async projects(signal) {
      const found = await rows(http, 'projects', projectShape, `${base}/projects/`, paging({}), signal)
      return found.rows.map(project => project.slug)
    },
    issues: (asked, signal) =>
      rows(
        http,
        'issues',
        issueShape,
        `${base}/issues/`,
        { ...parameters(asked), sort: 'date', project: '-1' },
        signal,
      ),
    errors: (asked, signal) =>
      rows(
        http,
        'error events',
        errorRow,
        `${base}/events/`,
        table('errors', ERROR_FIELDS, asked, '-timestamp'),
        signal,
      ),
    eventsOf: (issue, asked, signal) =>
      rows(
        http,
        'events',
        eventShape,
        `${base}/issues/${encodeURIComponent(issue)}/events/`,
        { ...parameters(asked), full: 'true' },
        signal,
      ),
    releases: (asked, signal) =>
      rows(http, 'releases', releaseShape, `${base}/releases/`, { ...paging(asked), project: '-1' }, signal),
    transactions: (asked, signal) =>
      rows(
        http,
        'transactions',
        transactionRow,
        `${base}/events/`,
        table('spans', TRANSACTION_FIELDS, { ...asked, query: 'is_transaction:true' }, '-count(span.duration)'),
        signal,
      ),
  }
}

async function rows<T>(
  http: Http,
  what: string,
  shape: z.ZodType<T>,
  path: string,
  asked: Parameters,
  signal: AbortSignal,
): Promise<Rows<T>> {
  const { body, header } = await http.get(path, asked, signal)
  const list = typeof body === 'object' && body !== null && 'data' in body ? body.data : body
  return { ...checkedList('Sentry', what, shape, list), cursor: nextCursor(header('link')) }
}

function table(dataset: string, fields: string[], asked: Asked, sort: string): Parameters {
  return { ...parameters(asked), dataset, field: fields, sort, project: '-1' }
}

function parameters({ query, from, to, environment, ...page }: Asked): Parameters {
  return { query, start: stamp(from), end: stamp(to), environment, ...paging(page) }
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
