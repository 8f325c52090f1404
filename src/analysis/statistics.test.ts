import { expect, test } from 'vitest'
import { iqr, mean, median, normalQuantile, quantile, robustScale, standardDeviation } from './statistics.ts'
import { meanOfRows, norm, normalise, row } from './vector.ts'

test('of a few numbers, as worked out by hand', () => {
  const values = [4, 1, 3, 2]
  expect([median(values), quantile(values, 0.25), iqr(values), mean(values)]).toEqual([2.5, 1.75, 1.5, 2.5])
  expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(1.25), 12)
  expect(values).toEqual([4, 1, 3, 2])
  expect(median([])).toBeNaN()
  expect([0.5, 0.95, 0.25].map(normalQuantile)).toEqual([0, 1.6449, -0.6745].map(value => expect.closeTo(value, 3)))
})

test('columns by median and IQR; by the deviation where one value fills half the column', () => {
  const { centre, scale } = robustScale([1, 0, 7, 2, 0, 7, 3, 0, 7, 4, 0, 7, 5, 10, 7], 5, 3)
  expect(Array.from(centre)).toEqual([3, 0, 7])
  expect(Array.from(scale)).toEqual([expect.closeTo(2 / 1.349, 12), 4, 0])
})

test('rows of a matrix: one of them, their length, their weighted mean', () => {
  const rows = Float32Array.of(3, 4, 0, 0, 6, 8)
  expect(Array.from(normalise(row(rows, 2, 0).slice()))).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)])
  expect(Array.from(normalise(row(rows, 2, 1).slice()))).toEqual([0, 0])
  expect(norm(row(rows, 2, 2))).toBe(10)
  expect(Array.from(meanOfRows(rows, 2))).toEqual([3, 4])
  expect(Array.from(meanOfRows(rows, 2, [0, 2], [2, 9, 1]))).toEqual([4, 16 / 3])
  expect(Array.from(meanOfRows(rows, 2, []))).toEqual([0, 0])
})
