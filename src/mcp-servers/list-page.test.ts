import { expect, test } from 'vitest'
import { pageOf, pageText } from './list-page.ts'

const HINTS = { empty: 'None there.', narrow: 'More: narrow by name.' }

test('every row comes once, in pages cut by rows and by bytes, a row too large for any page alone', () => {
  const rows = ['a', 'b', 'x'.repeat(100_000), ...Array.from({ length: 30 }, () => 'y'.repeat(4000)), 'z']
  const read: string[] = []
  const sizes: number[] = []
  let cursor: string | undefined = '0'
  while (cursor !== undefined) {
    const page: ReturnType<typeof pageOf<string>> = pageOf(rows, { limit: 20, cursor }, HINTS)
    expect(page.truncated).toBe(page.nextCursor !== undefined)
    read.push(...page.items)
    sizes.push(page.items.length)
    cursor = page.nextCursor
  }
  expect(read).toEqual(rows)
  expect(sizes).toEqual([2, 1, 16, 15])
})

test('the text ends with how to go on, or with why there is nothing', () => {
  expect(pageText(['a'], pageOf(['a', 'b'], { limit: 1 }, HINTS))).toBe('a\nMore: narrow by name.\ncursor: 1')
  expect(pageText([], pageOf([], { limit: 1 }, HINTS))).toBe('None there.')
})
