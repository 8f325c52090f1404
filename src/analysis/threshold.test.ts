import { expect, test } from 'vitest'
import { randomFrom } from './random.ts'
import { normalQuantile, quantile } from './statistics.ts'
import { AdaptiveThreshold } from './threshold.ts'

const random = randomFrom(1)
const normal = Array.from({ length: 1000 }, () => normalQuantile(0.001 + 0.998 * random()))

test('every method leaves about five in a hundred usual scores above', () => {
  for (const method of ['percentile', 'zscore', 'iqr'] as const) {
    const threshold = new AdaptiveThreshold({ method })
    threshold.update(normal)
    expect(threshold.value, method).toBeGreaterThan(1.45)
    expect(threshold.value, method).toBeLessThan(1.85)
    expect(threshold.isUnusual(threshold.value), method).toBe(false)
    expect(threshold.isUnusual(2), method).toBe(true)
  }
})

test('silent until one score in twenty can stand out, then follows the last thousand', () => {
  const threshold = new AdaptiveThreshold()
  threshold.update(normal.slice(0, 19))
  expect(threshold.isUnusual(1e9)).toBe(false)
  threshold.update(normal.slice(19, 20))
  expect(threshold.value).toBe(quantile(normal.slice(0, 20), 0.95))
  threshold.update(Array.from({ length: 1000 }, (_, i) => 100 + i))
  expect(threshold.value).toBeCloseTo(100 + 0.95 * 999, 9)
})

test('is computed again after as many scores as asked, and missing ones are no scores', () => {
  const threshold = new AdaptiveThreshold({ updateFrequency: 100 })
  threshold.update(normal.slice(0, 20))
  const first = threshold.value
  expect(first).toBe(quantile(normal.slice(0, 20), 0.95))
  threshold.update([...normal.slice(20, 119), Number.NaN, Infinity])
  expect(threshold.value).toBe(first)
  threshold.update(normal.slice(119, 120))
  expect(threshold.value).toBe(quantile(normal.slice(0, 120), 0.95))
})

test('goes on from a snapshot', () => {
  const threshold = new AdaptiveThreshold({ windowSize: 50 })
  threshold.update(normal)
  expect(threshold.snapshot()).toEqual(normal.slice(-50))
  expect(new AdaptiveThreshold({ windowSize: 50 }, threshold.snapshot()).value).toBe(threshold.value)
})

test('options that cannot be are refused', () => {
  expect(() => new AdaptiveThreshold({ sensitivity: 95 })).toThrow(
    'expected sensitivity to be from 0.5 to below 1, got 95',
  )
  expect(() => new AdaptiveThreshold({ updateFrequency: 0 })).toThrow('expected updateFrequency to be 1 or more, got 0')
  expect(() => new AdaptiveThreshold({ windowSize: 0 })).toThrow('expected windowSize to be 1 or more, got 0')
})
