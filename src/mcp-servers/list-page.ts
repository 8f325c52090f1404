// A list in pages, as every source has them: what an answer says of the next page, how much fits one, and lists cut by
// position. What a vendor's own cursors mean is for its room.
import { z } from 'zod'
import { asRows } from './one-line.ts'

/** Of every answer that is a page. `hint` says how to narrow it, or why there is nothing. */
export const pageOutput = {
  truncated: z.boolean(),
  nextCursor: z.string().optional(),
  hint: z.string().optional(),
}

const PAGE_BYTES = 64 * 1024 // some 16,000 tokens

export type PageEnd = { truncated: boolean; nextCursor?: string; hint?: string }

type Onward = { hint?: string | undefined; nextCursor?: string | undefined }

/** Fields for the input: `limit` rows a page, `most` at most. */
export function pageInput(usual: number, most: number) {
  return {
    limit: z.int().min(1).max(most).default(usual),
    cursor: z
      .string()
      .regex(/^\d{1,6}$/)
      .optional()
      .describe('nextCursor of the page before'),
  }
}

/** Cut by rows and by bytes. `hints`: what to say of an empty list, and how to narrow one that goes on. */
export function pageOf<T>(
  rows: readonly T[],
  { limit, cursor = '0' }: { limit: number; cursor?: string | undefined },
  hints: { empty: string; narrow: string },
): { items: T[] } & PageEnd {
  const start = Number(cursor)
  const items = fitting(rows.slice(start, start + limit))
  const end = start + items.length
  if (end < rows.length) return { items, truncated: true, nextCursor: String(end), hint: hints.narrow }
  return { items, truncated: false, ...(rows.length === 0 && { hint: hints.empty }) }
}

/** The first rows that fit an answer; at least one, however large, so that reading always ends. */
export function fitting<T>(rows: readonly T[]): T[] {
  let bytes = 0
  const end = rows.findIndex(row => (bytes += Buffer.byteLength(JSON.stringify(row))) > PAGE_BYTES)
  return end === -1 ? [...rows] : rows.slice(0, Math.max(1, end))
}

/** One line a row, then how to go on. */
export function pageText(lines: readonly string[], { hint, nextCursor }: Onward): string {
  return asRows([...lines, ...(hint ? [hint] : []), ...(nextCursor ? [`cursor: ${nextCursor}`] : [])])
}
