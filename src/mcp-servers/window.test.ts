import { describe, expect, it } from 'vitest'
import { momentOf, whenSchema, windowOf } from './window.ts'

const NOW = Date.parse('2026-11-03T14:00:00Z')

describe('a time in an argument', () => {
  it.each([
    ['now', NOW],
    ['15m', NOW - 15 * 60_000],
    ['now-1h', NOW - 3_600_000],
    ['2d', NOW - 2 * 86_400_000],
    [NOW - 5, NOW - 5],
    [String(NOW), NOW],
    ['2026-11-03T13:00:00Z', NOW - 3_600_000],
    ['2026-11-03T14:00:00+01:00', NOW - 3_600_000],
    ['2026-11-03', Date.parse('2026-11-03T00:00:00Z')],
  ])('%s', (when, moment) => {
    expect(whenSchema.safeParse(when).success).toBe(true)
    expect(momentOf(when, NOW)).toBe(moment)
  })

  it.each(['yesterday', '15', '1w', 'now+1h', '2026-11-03T14:00:00', '2026-13-45', ''])('refuses %s', when => {
    expect(whenSchema.safeParse(when).success).toBe(false)
    expect(() => momentOf(when, NOW)).toThrow(/is no time: expected epoch milliseconds/)
  })

  it('makes a window that goes forward, of at most six hours', () => {
    expect(windowOf({ from: '6h', to: 'now' }, NOW)).toEqual({ from: NOW - 6 * 3_600_000, to: NOW })
    expect(() => windowOf({ from: 'now', to: '1h' }, NOW)).toThrow(/must end after it starts/)
    expect(() => windowOf({ from: '7h', to: 'now' }, NOW)).toThrow(/at most 6 h long, not 7\.0 h/)
  })
})
