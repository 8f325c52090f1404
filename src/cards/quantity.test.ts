import { expect, test } from 'vitest'
import { clock, duration } from './duration.ts'
import { quantity, times } from './quantity.ts'

test.each([
  [0, '0 s'],
  [140, '140 ms'],
  [1_500, '2 s'],
  [90_000, '90 s'],
  [360_000, '6 min'],
  [491_000, '8 min'],
  [5_400_000, '1.5 h'],
  [86_400_000, '24 h'],
  [216_000_000, '2.5 d'],
  [-5, '0 s'],
])('%d ms is %s', (millis, text) => {
  expect(duration(millis)).toBe(text)
})

test('a moment has its date only when it is not today where the reader is', () => {
  const moment = Date.UTC(2026, 10, 19, 23, 30)
  const now = Date.UTC(2026, 10, 20, 9)
  expect(clock(moment, { now, zone: 'Europe/Berlin' }).text).toBe('00:30')
  expect(clock(moment, { now, zone: 'America/New_York' }).text).toBe('19 Nov 18:30')
})

test.each([
  [0.3141, 'Seconds', '310 ms'],
  [4.12, 's', '4.1 s'],
  [7_200_000, 'ms', '120 min'],
  [0.3141, 'percentunit', '31 %'],
  [31.4, 'Percent', '31 %'],
  [3.2e8, 'bytes', '320 MB'],
  [1_500, 'millicores', '1.5 cores'],
  [12.3, 'reqps', '12/s'],
  [1_234_567, 'Count', '1,200,000'],
  [0.02345, 'furlongs', '0.023 furlongs'],
  [Number.NaN, '', 'unknown'],
])('%d %s is %s', (value, unit, text) => {
  expect(quantity(value, unit)).toBe(text)
})

test('counts are exact below a thousand', () => {
  expect([times(214), times(12_345)]).toEqual(['214×', '12,000×'])
})
