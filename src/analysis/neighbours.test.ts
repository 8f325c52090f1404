import { expect, test } from 'vitest'
import { pointsOf } from './clusterings.fixture.ts'
import { flatNeighbours, loadFlat } from './neighbours.ts'

test('the nearest first, the lower id first among equals', () => {
  const index = flatNeighbours(2, 'cosine')
  index.add([7, 3, 5, 1], [1, 0, 8, 6, 0, 1, 4, 3])
  const { ids, distances } = index.search([1, 0, 0, 2], 3)
  expect(Array.from(ids)).toEqual([7, 1, 3, 5, 1, 3])
  expect(Array.from(distances)).toEqual([0, 0.2, 0.2, 0, 0.4, 0.4].map(value => expect.closeTo(value, 6)))
})

test('an exact search finds what sorting all distances does', () => {
  const { rows, n, d } = pointsOf('uniform-3d')
  const index = flatNeighbours(d, 'euclidean')
  index.add([...Array(n).keys()], rows)
  const row = (i: number) => rows.slice(i * d, (i + 1) * d)
  const { ids } = index.search(rows, 5)
  for (let i = 0; i < n; i++) {
    const sorted = [...Array(n).keys()].sort((a, b) => apart(row(i), row(a)) - apart(row(i), row(b)))
    expect(Array.from(ids.subarray(i * 5, i * 5 + 5))).toEqual(sorted.slice(0, 5))
  }
})

test('rows are replaced and removed', () => {
  const index = flatNeighbours(1, 'euclidean')
  index.add([1, 2, 3], [10, 20, 30])
  index.add([2], [29])
  expect([index.remove(3), index.remove(3), index.size]).toEqual([true, false, 2])
  expect(Array.from(index.search([30], 3).ids)).toEqual([2, 1, -1])
  expect(index.search([30], 3).distances[2]).toBe(Infinity)
})

test('what was saved answers as before', () => {
  const index = flatNeighbours(3, 'cosine')
  index.add([4, 9, 6], [1, 2, 3, 3, 2, 1, 0, 0, 0])
  index.remove(9)
  const loaded = loadFlat(index.save())
  expect(loaded.search([1, 1, 1], 2)).toEqual(index.search([1, 1, 1], 2))
  loaded.add([8], [1, 1, 1])
  expect(loaded.search([1, 1, 1], 1).ids[0]).toBe(8)
  expect(() => loadFlat(index.save().subarray(1))).toThrow('expected an index of neighbours, got 51 other bytes')
  expect(() => loadFlat(new Uint8Array(3))).toThrow('got 3 other bytes')
})

test('nothing there, and wrong input', () => {
  const index = flatNeighbours(2, 'euclidean')
  expect(Array.from(index.search([1, 2], 2).ids)).toEqual([-1, -1])
  expect(index.search([], 2).ids).toHaveLength(0)
  expect(() => index.add([1], [1, 2, 3])).toThrow('expected 1 x 2 numbers, got 3')
  expect(() => index.add([-1], [1, 2])).toThrow('expected ids from 0 to 2147483647, got -1')
  expect(() => index.search([1, Number.NaN], 1)).toThrow('expected finite numbers, got NaN in row 0')
  expect(() => index.search([1, 2, 3], 1)).toThrow('expected 2 x 2 numbers, got 3')
  expect(() => index.search([1, 2], 0)).toThrow('expected k to be 1 or more, got 0')
})

function apart(a: number[], b: number[]): number {
  return Math.hypot(...a.map((value, j) => value - b[j]!))
}
