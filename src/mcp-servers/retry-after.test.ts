import { expect, test } from 'vitest'
import { retryAfterOf } from './retry-after.ts'

const date = 'Tue, 03 Nov 2026 14:00:00 GMT'

test.each([
  [{ 'retry-after': '7' }, 7],
  [{ 'retry-after': '0.5' }, 0.5],
  [{ 'retry-after': 'Tue, 03 Nov 2026 14:00:30 GMT', date }, 30], // whatever our own clock says
  [{ 'retry-after': 'Tue, 03 Nov 2026 13:00:00 GMT', date }, 0],
  [{ 'retry-after': new Date(Date.now() - 60_000).toUTCString() }, 0],
  [{ 'retry-after': '99999999999' }, 3600],
  [{ 'retry-after': 'Tue, 03 Nov 2099 14:00:30 GMT', date }, 3600],
  [{ 'retry-after': 'soon', date }, undefined],
  [{ 'retry-after': '-1', date: 'yesterday' }, 0],
  [{ 'retry-after': '' }, undefined],
  [{}, undefined],
])('%j: %s s', (headers, seconds) => {
  expect(retryAfterOf(headers)).toBe(seconds)
})
