import { describe, expect, test } from 'vitest'
import { rocAuc } from '../evaluate.ts'
import reference from '../fixtures/isolation-forest.json' with { type: 'json' }
import { randomFrom } from '../random.ts'
import { normalQuantile } from '../statistics.ts'
import { growForest, isolationForest, scoreForest } from './isolation-forest.ts'
import { noise } from './noise.ts'
import { statistical } from './statistical.ts'

const n = reference.points.length
const d = reference.points[0]!.length
const rows = Float64Array.from(reference.points.flat())
const anomaly = reference.anomaly.map(Boolean)

describe.each([isolationForest(), statistical(), noise()])('$name', detector => {
  test('scores in 0..1 find planted anomalies, few usual rows pass 0.5, and the same rows score the same', () => {
    const scores = detector.score(rows, n, d)
    expect(scores.every(score => score >= 0 && score <= 1)).toBe(true)
    expect(rocAuc(anomaly, scores)).toBeGreaterThan(0.95)
    const unusual = anomaly.map((_, i) => i).filter(i => scores[i]! > 0.5)
    expect(unusual.filter(i => anomaly[i]).length).toBeGreaterThan(12) // of 30
    expect(unusual.filter(i => !anomaly[i]).length).toBeLessThan(12) // of 570
    expect(detector.score(rows, n, d)).toEqual(scores)
  })

  test('of one normal crowd few pass 0.5, and the one row planted outside does', () => {
    const random = randomFrom(3)
    const crowd = Float64Array.from({ length: 6 * 200 }, () => normalQuantile(0.001 + 0.998 * random()))
    crowd.fill(8, 0, 6)
    const scores = detector.score(crowd, 200, 6)
    expect(scores.indexOf(Math.max(...scores))).toBe(0)
    expect(scores[0]).toBeGreaterThan(0.7)
    expect(scores.filter(score => score > 0.5).length).toBeLessThan(25)
  })

  test('few rows and rows that are all alike get finite scores, equal ones among equals', () => {
    expect(detector.score(new Float64Array(0), 0, 3)).toHaveLength(0)
    expect(detector.score(Float64Array.of(7, 8), 1, 2)[0]).toBeLessThanOrEqual(0.5)
    const alike = detector.score(new Float64Array(60).fill(3), 30, 2)
    expect(new Set(alike).size).toBe(1)
    expect(alike[0]).toBeLessThanOrEqual(0.5)
  })

  test('a missing value counts as usual, an infinite one stands out, and a column of nothing says nothing', () => {
    const random = randomFrom(5)
    const holed = Float64Array.from({ length: 120 * 3 }, (_, at) =>
      at % 3 === 2 ? Number.NaN : normalQuantile(0.001 + 0.998 * random()),
    )
    holed.set([Number.NaN, 0])
    const usual = detector.score(holed, 120, 3)
    expect(usual[0]).toBeLessThanOrEqual(0.5)
    expect(usual.every(score => score >= 0 && score <= 1)).toBe(true)
    holed[0] = Infinity
    const unusual = detector.score(holed, 120, 3)
    expect(unusual.indexOf(Math.max(...unusual))).toBe(0)
    expect(unusual[0]).toBeGreaterThan(0.5)
    expect(unusual.every(score => score >= 0 && score <= 1)).toBe(true)
  })
})

describe('isolation forest', () => {
  test("ranks as scikit-learn's does", () => {
    const few = scoreForest(growForest(rows, n, d), rows, n)
    expect(spearman(few, reference.scores)).toBeGreaterThan(reference.spearman200 - 0.005)
    const many = scoreForest(growForest(rows, n, d, { trees: 1000 }), rows, n)
    expect(spearman(many, reference.scores)).toBeGreaterThan(0.99)
    expect(Math.max(...many.map((score, i) => Math.abs(score - reference.scores[i]!)))).toBeLessThan(0.02)
  })

  test('does so whatever the seed', () => {
    for (const seed of [0, 1, 2, 3, 4, -7, 2 ** 31]) {
      const scores = scoreForest(growForest(rows, n, d, { seed }), rows, n)
      expect(spearman(scores, reference.scores), String(seed)).toBeGreaterThan(0.97)
    }
  })

  test('cuts as worked out by hand: of two rows each is one cut deep, and c(2) is 1', () => {
    const forest = growForest(Float64Array.of(1, 9), 2, 1, { trees: 3 })
    expect(forest.depth).toBe(1)
    expect(Array.from(forest.path)).toEqual([1, 1, 1, 1, 1, 1])
    expect(Array.from(scoreForest(forest, Float64Array.of(1, 9), 2))).toEqual([0.5, 0.5])
  })

  test('contamination is the share of its own rows above the threshold', () => {
    const { threshold } = growForest(rows, n, d, { contamination: 0.1 })
    const scores = scoreForest(growForest(rows, n, d), rows, n)
    expect(scores.filter(score => score > threshold)).toHaveLength(n / 10)
    expect(growForest(rows, n, d).threshold).toBe(0.5)
    const bent = isolationForest({ contamination: 0.1 }).score(rows, n, d)
    expect(bent.filter(score => score > 0.5)).toHaveLength(n / 10)
    expect(spearman(bent, scores)).toBe(1)
  })

  test('of one row, and of rows that are all alike, every score is 0.5', () => {
    expect(Array.from(scoreForest(growForest(Float64Array.of(7), 1, 1), Float64Array.of(7, -3), 2))).toEqual([0.5, 0.5])
    const alike = new Float64Array(600).fill(3)
    expect(new Set(scoreForest(growForest(alike, 300, 2), alike, 300))).toEqual(new Set([0.5]))
  })

  test('options that cannot be are refused', () => {
    expect(() => growForest(rows, n, d + 1)).toThrow('expected 600 x 7 numbers, got 3600')
    expect(() => growForest(rows, n, d, { trees: 0 })).toThrow('expected trees to be 1 or more, got 0')
    expect(() => growForest(rows, n, d, { contamination: 0.6 })).toThrow(
      "expected contamination to be 'auto' or above 0",
    )
  })

  test('a forest scores rows it has not seen, also after a structured clone', () => {
    const forest = growForest(rows, n, d)
    const far = new Float64Array(d).fill(50)
    const [score] = scoreForest(structuredClone(forest), far, 1)
    expect(score).toBeGreaterThan(Math.max(...scoreForest(forest, rows, n)) - 0.05)
  })
})

function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)]
  const squares = x.reduce((sum, rank, i) => sum + (rank - y[i]!) ** 2, 0)
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1))
}

function ranks(values: ArrayLike<number>): number[] {
  const order = Array.from(values, (value, i) => ({ value, i })).toSorted((a, b) => a.value - b.value)
  const rank: number[] = []
  for (const [place, { i }] of order.entries()) rank[i] = place
  return rank
}
