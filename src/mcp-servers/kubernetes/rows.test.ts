import { expect, test } from 'vitest'
import { cutPage, pageText } from './rows.ts'

const words = { narrow: 'Narrow it.', none: 'Nothing.' }

test('pages by rows end where the list ends, and by bytes go on with a row of any size', () => {
  const letters = ['a', 'b', 'c']
  const first = cutPage(letters, letter => letter, { limit: 2 }, words)
  expect(first).toEqual({
    rows: ['a', 'b'],
    page: { total: 3, truncated: true, nextCursor: '2', hint: 'Narrow it.' },
  })
  expect(cutPage(letters, letter => letter, { limit: 2, cursor: '2' }, words)).toEqual({
    rows: ['c'],
    page: { total: 3, truncated: false },
  })
  const large = ['x'.repeat(100_000), 'y']
  const { rows, page } = cutPage(large, text => text, { limit: 2 }, words)
  expect([rows.length, page.nextCursor]).toEqual([1, '1'])
})

test('what was never read is said even on the last page', () => {
  const { page } = cutPage(['a'], letter => letter, { limit: 9 }, { ...words, whole: false })
  expect(page).toEqual({ total: 1, truncated: true, hint: 'Narrow it.' })
  expect(pageText(['a'], { ...page, nextCursor: '1' })).toBe('a\n1 of 1. Narrow it. cursor: 1')
  expect(pageText([], { total: 0, truncated: false, hint: 'Nothing.' })).toBe('Nothing.')
})
