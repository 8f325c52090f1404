// A list as a tool answers it: a page of at most `limit` rows and PAGE_BYTES, where the next one begins, and how to ask
// for fewer. A cursor is a place in the list as it is sorted, so that any replica can go on.
import { z } from 'zod'
import { asRows } from '../one-line.ts'

const MOST_ROWS = 200
export const PAGE_BYTES = 64 * 1024 // some 16,000 tokens

/** Inputs of every tool that lists. */
export const pageInput = {
  limit: z.int().min(1).max(MOST_ROWS).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,6}$/)
    .optional()
    .describe('nextCursor of the page before'),
}

/** `total` rows answer the question; `hint` says how to narrow it, or why there is nothing. */
export const pageOutput = {
  total: z.number(),
  truncated: z.boolean(),
  nextCursor: z.string().optional(),
  hint: z.string().optional(),
}

export type PageRequest = { limit: number; cursor?: string | undefined }
export type Page = { total: number; truncated: boolean; nextCursor?: string; hint?: string }

/**
 * The items of one page, each as `present` makes a row of it; at least one, however large, so that reading always ends.
 * `whole`: false where the API server has more than were read, so that even the last page is truncated.
 */
export function cutPage<Item, Row>(
  items: readonly Item[],
  present: (item: Item) => Row,
  { limit, cursor = '0' }: PageRequest,
  { narrow, none, whole = true }: { narrow: string; none: string; whole?: boolean },
): { rows: Row[]; page: Page } {
  const start = Number(cursor)
  const wanted = items.slice(start, start + limit).map(present)
  const rows = wanted.slice(0, rowsThatFit(wanted))
  const end = start + rows.length
  const truncated = end < items.length || !whole
  const hint = items.length === 0 ? none : truncated ? narrow : undefined
  return {
    rows,
    page: {
      total: items.length,
      truncated,
      ...(end < items.length && { nextCursor: String(end) }),
      ...(hint !== undefined && { hint }),
    },
  }
}

/** One line a row, and what is left out: `2 of 40. Narrow by namespace. cursor: 2`. */
export function pageText(lines: string[], { total, nextCursor, hint }: Page): string {
  if (hint === undefined) return asRows(lines)
  if (lines.length === 0) return hint
  return asRows([...lines, `${lines.length} of ${total}. ${hint}${nextCursor ? ` cursor: ${nextCursor}` : ''}`])
}

/** How many of them an answer holds. */
export function rowsThatFit(rows: readonly unknown[]): number {
  let bytes = 0
  const beyond = rows.findIndex(row => (bytes += Buffer.byteLength(JSON.stringify(row))) > PAGE_BYTES)
  return beyond < 0 ? rows.length : Math.max(1, beyond)
}
