import { expect, test } from 'vitest'
import { resultsPage } from './results.ts'

const NAB = 'NAB: recall / false incidents a day'
const OPENSRE = 'opensre: category right'

test('what is not measured now stays as it stood', () => {
  const before = resultsPage(
    [
      { name: 'nab', lines: ['## nab', '', 'Old.', ''], reached: { [NAB]: '0.85 / 0.05' } },
      { name: 'opensre', lines: ['## opensre', '', 'Old too.', ''], reached: { [OPENSRE]: '0.50' } },
    ],
    '',
  )
  const after = resultsPage(
    [{ name: 'nab', lines: ['## nab', '', 'New.', ''], reached: { [NAB]: '0.92 / 0.04' } }],
    before,
  )
  expect(after).toContain(`| ${NAB} | 0.87 / ≤ 0.11 | 0.92 / 0.04 |`)
  expect(after).toContain(`| ${OPENSRE} | 0.85 | 0.50 |`)
  expect(after).toContain('Old too.')
  expect(after).not.toContain('Old.')
  expect(resultsPage([], after)).toBe(after)
})
