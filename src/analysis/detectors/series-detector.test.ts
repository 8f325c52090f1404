import { describe, expect, test } from 'vitest'
import reference from '../fixtures/change-points.json' with { type: 'json' }
import { randomFrom } from '../random.ts'
import { normalQuantile } from '../statistics.ts'
import { changePoint, changesOf } from './change-point.ts'
import { percentile } from './percentile.ts'
import { increasesOf, rate } from './rate.ts'
import { robustZ } from './robust-z.ts'
import { hourOfWeek, seasonal } from './seasonal.ts'
import { SERIES_DETECTORS } from './series-detectors.ts'
import { tukey } from './tukey.ts'

const HOUR = 3_600_000
const MONDAY = Date.UTC(2026, 0, 5)
const hourly = (n: number) => Float64Array.from({ length: n }, (_, i) => MONDAY + i * HOUR)

function normals(n: number, seed: number): Float64Array {
  const random = randomFrom(seed)
  return Float64Array.from({ length: n }, () => normalQuantile(1e-4 + (1 - 2e-4) * random()))
}

function unusualIn(scores: Float64Array): number[] {
  return Array.from(scores.keys()).filter(i => scores[i]! > 0.5)
}

describe.each(SERIES_DETECTORS)('$name', detector => {
  test('calls few values of a calm series unusual, and those that stand out', () => {
    const calm = normals(400, 7).map(value => 50 + 5 * value)
    expect(unusualIn(detector.score(hourly(400), calm)).length).toBeLessThanOrEqual(12)
    const wild = calm.fill(500, 200, 203)
    expect(unusualIn(detector.score(hourly(400), wild))).toContain(200)
  })

  test('of nothing, one value or the same value again and again nothing is unusual', () => {
    for (const values of [
      [],
      [7],
      [7, 7],
      Array<number>(300).fill(7),
      [Number.NaN],
      Array<number>(9).fill(Number.NaN),
    ]) {
      expect(unusualIn(detector.score(hourly(values.length), values))).toEqual([])
    }
  })

  test('a missing value scores 0 and leaves the others as they are', () => {
    const values = Array.from(normals(300, 9), value => 50 + 5 * value)
    const times = Array.from(hourly(300))
    const without = detector.score(times, values)
    const holed = detector.score([...times, times.at(-1)! + HOUR], [...values, Number.NaN])
    expect(Array.from(holed)).toEqual([...without, 0])
  })

  test('infinite and enormous values get scores too', () => {
    const values = [1, 2, 1, 2, Infinity, 1, -Infinity, 1e308, -1e308, 2, 1]
    for (const score of detector.score(hourly(values.length), values)) {
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
    }
  })
})

test('a robust z of 3.5 is where unusual begins', () => {
  // median 3, MAD 1: one standard deviation is 1 / 0.6745
  const scores = robustZ().score([], [1, 2, 3, 4, 5, 3 + 3.5 / 0.6745, 3 - 3.5 / 0.6745, 2, 4])
  expect(scores[5]).toBeCloseTo(0.5, 9)
  expect(scores[0]).toBeCloseTo((2 * 0.6745) / (2 * 0.6745 + 3.5), 9)
})

test("Tukey's fences are one and a half ranges beyond the quartiles", () => {
  const scores = tukey().score([], [0, 1, 2, 3, 4, 7, -3, 2]) // quartiles 0.75 and 3.25
  expect(scores[5]).toBeCloseTo(0.5, 9)
  expect(scores[2]).toBe(0)
})

test('a percentile calls its tails unusual, whatever the distribution', () => {
  const values = Array.from({ length: 200 }, (_, i) => Math.exp(i / 10))
  expect(unusualIn(percentile({ tail: 0.02 }).score([], values))).toEqual([0, 1, 2, 3, 196, 197, 198, 199])
  expect(() => percentile({ tail: 0.5 })).toThrow('expected tail to be above 0 and below 0.5, got 0.5')
})

describe('seasonal', () => {
  const weeks = hourly(24 * 7 * 6)
  const noise = normals(weeks.length, 3)
  const busy = weeks.map((at, i) => (isOffice(at) ? 100 : 20) + noise[i]!)

  test('what is usual on a Monday morning is unusual on a Sunday night', () => {
    const values = busy.slice()
    const sundayNight = 24 * 7 * 3 - 1
    values[sundayNight] = 100
    expect(unusualIn(seasonal().score(weeks, values))).toContain(sundayNight)
    expect(unusualIn(robustZ().score(weeks, values)).length).toBeGreaterThan(200) // all office hours
    expect(unusualIn(seasonal().score(weeks, busy)).length).toBeLessThan(10)
  })

  test('in the first days the hour alone counts, and before that the whole', () => {
    const days = hourly(24 * 5).map((_, i) => (i % 24 === 12 ? 90 : 10) + noise[i]!)
    const noons = [12, 36, 60, 84, 108]
    expect(unusualIn(seasonal().score(hourly(days.length), days)).filter(i => noons.includes(i))).toEqual([])
    expect(unusualIn(robustZ().score([], days))).toEqual(expect.arrayContaining(noons))
    const some = [1, 2, 1, 2, 40, 1]
    expect(unusualIn(seasonal().score(hourly(6), some))).toEqual(unusualIn(robustZ().score([], some)))
  })

  test('hours and weekdays are those of the clock people live by', () => {
    expect(hourOfWeek(MONDAY)).toBe(0)
    expect(hourOfWeek(-HOUR)).toBe(71) // Wednesday, 1969-12-31
    const shifted = weeks.map(at => at - 330 * 60_000)
    expect(seasonal({ offsetMinutes: 330 }).score(shifted, busy)).toEqual(seasonal().score(weeks, busy))
  })

  function isOffice(at: number): boolean {
    const hour = hourOfWeek(at)
    return hour < 120 && hour % 24 >= 8 && hour % 24 < 18
  }
})

describe('change point', () => {
  test('finds the changes of the reference', () => {
    for (const { values, price, changes } of reference.cases) expect(changesOf(values, price)).toEqual(changes)
  })

  test('prices noise by itself: none in white noise, the step in a stepped one', () => {
    for (let seed = 0; seed < 20; seed++) {
      const noise = normals(300, seed)
      expect(changesOf(noise), String(seed)).toEqual([])
      const [change, ...others] = changesOf(noise.map((value, i) => value + (i < 120 ? 0 : 3)))
      expect(Math.abs(change! - 120), String(seed)).toBeLessThanOrEqual(3)
      expect(others).toEqual([])
    }
  })

  test('names the places of the series, also behind missing values', () => {
    const values = Array.from({ length: 60 }, (_, i) => (i % 5 === 0 ? Number.NaN : (i < 31 ? 1 : 9) + Math.sin(i)))
    expect(unusualIn(changePoint().score([], values))).toEqual([31])
  })
})

describe('rate of counts', () => {
  test('counts scatter with their square root: 9 beside 100s is news, 120 is not', () => {
    const counts = Array.from({ length: 60 }, (_, i) => 100 + 10 * Math.sin(2.4 * i))
    expect(unusualIn(rate().score(hourly(60), counts))).toEqual([])
    counts[30] = 120
    counts[40] = 9
    expect(unusualIn(rate().score(hourly(60), counts))).toEqual([40])
  })

  test('one event where there were none is no news, forty are', () => {
    const counts = Array<number>(60).fill(0)
    counts[30] = 1
    counts[40] = 40
    expect(unusualIn(rate().score(hourly(60), counts))).toEqual([40])
  })

  test('a step twice as long holds twice as much', () => {
    const times = Array.from(hourly(60), (at, i) => at + (i >= 30 ? HOUR : 0))
    const counts = Array.from(times, (_, i) => (i === 30 ? 2000 : 1000))
    expect(unusualIn(rate().score(times, counts))).toEqual([])
    expect(unusualIn(rate().score(hourly(60), counts))).toEqual([30])
  })

  test('a counter is read by its steps: a reset is none, a missing value neither', () => {
    expect(Array.from(increasesOf([10, 14, Number.NaN, 15, 3, 4]))).toEqual([Number.NaN, 4, Number.NaN, 1, 3, 1])
    const counter = Array.from({ length: 60 }, (_, i) => 1e6 + 50 * i)
    for (let i = 30; i < 60; i++) counter[i] = 50 * (i - 29)
    counter[20] = Number.NaN
    expect(unusualIn(rate({ counter: true }).score(hourly(60), counter))).toEqual([])
    for (let i = 45; i < 60; i++) counter[i]! += 5000
    expect(unusualIn(rate({ counter: true }).score(hourly(60), counter))).toEqual([45])
  })
})
