// Sentry's pages: a cursor `0:offset:0` and a Link header that always names both neighbours and says which has results.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { NotSimulated } from '../not-simulated.ts'

/** The parameter that says how many rows: lists of issues have another one than all the rest. */
export type PageSize = 'per_page' | 'limit'

/** The rows of the page asked for; the neighbours go into the Link header of `response`. */
export function pageOf<T>(
  rows: T[],
  size: PageSize,
  asked: URL,
  request: IncomingMessage,
  response: ServerResponse,
): T[] {
  const other = size === 'limit' ? 'per_page' : 'limit'
  if (asked.searchParams.has(other)) throw new NotSimulated(`${other} where Sentry documents ${size}`)
  const limit = Number(asked.searchParams.get(size) ?? 100)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new NotSimulated(`a page of ${limit} (1 to 100)`)
  const cursor = asked.searchParams.get('cursor') ?? '0:0:0'
  const offset = Number(/^\d+:(\d+):[01]$/.exec(cursor)?.[1] ?? Number.NaN)
  if (Number.isNaN(offset)) throw new NotSimulated(`the cursor ${cursor}`)

  const previous = link('previous', `0:${Math.max(0, offset - limit)}:1`, offset > 0)
  const next = link('next', `0:${offset + limit}:0`, offset + limit < rows.length)
  response.setHeader('link', `${previous}, ${next}`)
  return rows.slice(offset, offset + limit)

  function link(rel: string, to: string, results: boolean): string {
    const url = new URL(asked)
    url.host = request.headers.host ?? url.host
    url.searchParams.set('cursor', to)
    return `<${url}>; rel="${rel}"; results="${results}"; cursor="${to}"`
  }
}
