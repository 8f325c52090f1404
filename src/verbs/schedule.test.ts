import { expect, test } from 'vitest'
import { cronOf } from './schedule.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

test.each([
  [10 * SECOND, '*/10 * * * * *'],
  [MINUTE, '0 */1 * * * *'],
  [5 * MINUTE, '0 */5 * * * *'],
  [60 * MINUTE, '0 0 * * * *'],
])('every %d ms: %s', (every, cron) => {
  expect(cronOf(every)).toBe(cron)
})

test.each([0, 500, 7 * SECOND, 90 * SECOND, 7 * MINUTE, 120 * MINUTE])(
  'every %d ms divides neither a minute nor an hour: refused, with what does',
  every => {
    expect(() => cronOf(every)).toThrow(`(10s, 30s, 1m, 5m, 1h), got ${every / SECOND} s`)
  },
)
