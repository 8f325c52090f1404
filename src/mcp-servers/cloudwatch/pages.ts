// Pages of our own size cut from AWS's, and the cursors between them. A cursor holds the place, and the window it was first
// asked for: `15m` must not move on while somebody reads.
import { z } from 'zod'
import { Fault } from '#incident/fault.ts'
import type { Window } from '#incident/signal.ts'
import type { PageEnd } from '../list-page.ts'
import type { Page } from './ask.ts'

/** `skip` rows of the page that AWS gives for `token` have been given already. */
export type Place = { skip: number; token?: string }

const VENDOR_PAGES = 10 // an answer; CloudWatch also gives empty pages while it searches
export const ANSWER_BYTES = 48 * 1024 // some 12,000 tokens

/** skip.from.to.token, the window in epoch ms where there is one. */
export const cursorInput = z
  .string()
  .refine(
    cursor => /^\d{1,5}\.(?:\d{11,14}\.\d{11,14}|\.)\.[\x21-\x7e]{0,4000}$/.test(cursor),
    'expected the nextCursor of a page',
  )
  .optional()

/** The fields of pageOutput. `more` and `none` are the hints of a page that others follow, and of one without rows. */
export function pageEnd(
  { rows, next }: { rows: readonly unknown[]; next?: Place },
  hints: { more: string; none: string },
  window?: Window,
): PageEnd {
  if (next)
    return { truncated: true, nextCursor: cursorOf(next, window), hint: rows.length > 0 ? hints.more : SEARCHING }
  return { truncated: false, ...(rows.length === 0 && { hint: hints.none }) }
}

const SEARCHING = 'Nothing found so far; the search goes on with nextCursor as cursor.'

function cursorOf({ skip, token = '' }: Place, window?: Window): string {
  return `${skip}.${window ? `${window.from}.${window.to}` : '.'}.${token}`
}

/** Undefined, without a cursor: the first page. */
export function placeOf(cursor: string | undefined): Place {
  const [skip = '0', , , ...token] = cursor?.split('.') ?? []
  return { skip: Number(skip), token: token.join('.') || undefined }
}

/** That of the first page. */
export function windowOfCursor(cursor: string | undefined): Window | undefined {
  const [, from, to] = cursor?.split('.') ?? []
  return from && to ? { from: Number(from), to: Number(to) } : undefined
}

/**
 * Up to `limit` rows or ANSWER_BYTES from a place on, of as many of AWS's pages as that takes. `next` is where the rest
 * begins; there may be one though no row was found so far. `read` gives at most so many rows for a token.
 */
export async function pageFrom<T>(
  start: Place,
  limit: number,
  read: (token: string | undefined, most: number) => Promise<Page<T>>,
): Promise<{ rows: T[]; next?: Place }> {
  const rows: T[] = []
  let bytes = 0
  let place = start
  for (let i = 0; i < VENDOR_PAGES && rows.length < limit; i++) {
    const page = await read(place.token, place.skip + limit - rows.length)
    if (page.token && !TOKEN.test(page.token)) throw noToken()
    if (place.skip > page.rows.length) throw new Fault('expired', 'This cursor leads nowhere any more. Ask anew.')
    for (const [nth, row] of page.rows.entries()) {
      if (nth < place.skip) continue
      bytes += Buffer.byteLength(JSON.stringify(row))
      const full = rows.length === limit || (bytes > ANSWER_BYTES && rows.length > 0)
      if (full) return { rows, next: { skip: nth, token: place.token } }
      rows.push(row)
    }
    if (!page.token) return { rows }
    place = { skip: 0, token: page.token }
  }
  return { rows, next: place }
}

/** What a cursor can hold: AWS's tokens are text without spaces. */
const TOKEN = /^[\x21-\x7e]{1,4000}$/

function noToken(): Fault {
  const message = 'CloudWatch answered a page whose end is not what its API describes.'
  return new Fault('network', message, { retryable: false })
}
