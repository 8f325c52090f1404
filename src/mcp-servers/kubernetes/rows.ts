// A list as a tool answers it: a page of at most `limit` rows and PAGE_BYTES, where the next one begins, and how to ask
// for fewer. A cursor is a place in the list as it is sorted, so that any replica can go on.
import { z } from 'zod'

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
 * The rows of one page; at least one, however large, so that reading always ends. `whole`: false where the API server has
 * more than were read, so that even the last page is truncated.
 */
export function cutPage<Row>(
  rows: readonly Row[],
  { limit, cursor = '0' }: PageRequest,
  { narrow, none, whole = true }: { narrow: string; none: string; whole?: boolean },
): { rows: Row[]; page: Page } {
  const start = Number(cursor)
  const end = rowsThatFit(rows, start, limit)
  const truncated = end < rows.length || !whole
  const hint = rows.length === 0 ? none : truncated ? narrow : undefined
  return {
    rows: rows.slice(start, end),
    page: {
      total: rows.length,
      truncated,
      ...(end < rows.length && { nextCursor: String(end) }),
      ...(hint !== undefined && { hint }),
    },
  }
}

/** One line a row, and what is left out: `2 of 40. Narrow by namespace. cursor: 2`. */
export function pageText(lines: string[], { total, nextCursor, hint }: Page): string {
  if (hint === undefined) return lines.join('\n')
  if (lines.length === 0) return hint
  return [...lines, `${lines.length} of ${total}. ${hint}${nextCursor ? ` cursor: ${nextCursor}` : ''}`].join('\n')
}

/** Where a page from `start` ends. */
export function rowsThatFit(rows: readonly unknown[], start: number, limit: number): number {
  let bytes = 0
  let end = start
  while (end < rows.length && end - start < limit) {
    bytes += Buffer.byteLength(JSON.stringify(rows[end]))
    if (bytes > PAGE_BYTES && end > start) break
    end++
  }
  return end
}
