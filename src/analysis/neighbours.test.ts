// Every index of neighbours: the same contract, but that an approximate one may miss a row.
import { beforeAll, describe, expect, test } from 'vitest'
import { pointsOf } from './clusterers/clusterings.fixture.ts'
import { flatNeighbours, loadFlat } from './indexes/flat.ts'
import { hnswNeighbours, loadHnsw } from './indexes/hnsw.ts'
import { loadNeighbours, openNeighbours } from './indexes/open.ts'
import { openPlainRows } from './indexes/plain-rows.ts'
import { hasUsearch } from './indexes/usearch.ts'
import { wasmRows } from './indexes/wasm-rows.ts'
import type { NeighbourMetric, Neighbours } from './neighbours.ts'
import { randomFrom } from './random.ts'

type Kind = {
  open(d: number, metric: NeighbourMetric): Neighbours
  load(saved: Uint8Array): Neighbours
  recall: number
}
const compiled = wasmRows()
const plain: Kind = {
  open: (d, metric) => flatNeighbours(d, metric, openPlainRows),
  load: saved => loadFlat(saved, openPlainRows),
  recall: 1,
}
const wasm: Kind = {
  open: (d, metric) => flatNeighbours(d, metric, compiled),
  load: saved => loadFlat(saved, compiled),
  recall: 1,
}
const kinds: [string, Kind, boolean][] = [
  ['flat, plain', plain, true],
  ['flat, WebAssembly', wasm, compiled !== undefined],
  ['HNSW', { open: hnswNeighbours, load: loadHnsw, recall: 0.95 }, hasUsearch()],
]

describe.each(kinds.filter(([, , isThere]) => isThere))('%s', (_, { open, load, recall }) => {
  test('the nearest first, the lower id first among equals', () => {
    const index = open(2, 'cosine')
    index.add([7, 3, 5, 1], [1, 0, 8, 6, 0, 1, 4, 3])
    const { ids, distances } = index.search([1, 0, 0, 2], 3)
    expect(Array.from(ids)).toEqual([7, 1, 3, 5, 1, 3])
    expect(Array.from(distances)).toEqual([0, 0.2, 0.2, 0, 0.4, 0.4].map(value => expect.closeTo(value, 6)))
  })

  test.each(['euclidean', 'cosine'] as const)('finds what sorting all distances does, %s', metric => {
    const { rows, n, d } = groups(1500, 24, 12)
    const queries = rows.slice(0, 300 * d)
    const index = open(d, metric)
    index.add([...Array(n).keys()], rows)
    const { ids, distances } = index.search(queries, 10)
    let found = 0
    for (let i = 0; i < 300; i++) {
      const apart = Array.from({ length: n }, (__, j) => between(rows, d, i, j, metric))
      const sorted = [...Array(n).keys()].sort((a, b) => apart[a]! - apart[b]!)
      const nearest = ids.subarray(10 * i, 10 * i + 10)
      found += sorted.slice(0, 10).filter(id => nearest.includes(id)).length
      for (const [k, id] of nearest.entries()) expect(distances[10 * i + k]).toBeCloseTo(apart[id]!, 5)
    }
    expect(found / 3000).toBeGreaterThanOrEqual(recall)
  })

  test('rows are replaced and removed, also the last one', () => {
    const index = open(1, 'euclidean')
    index.add([1, 2, 3], [10, 20, 30])
    index.add([2, 2], [25, 29])
    expect([index.remove(3), index.remove(3), index.size]).toEqual([true, false, 2])
    expect(Array.from(index.search([30], 3).ids)).toEqual([2, 1, -1])
    expect(index.search([30], 3).distances[2]).toBe(Infinity)
    expect([index.remove(1), index.remove(2), index.size]).toEqual([true, true, 0])
    expect(Array.from(index.search([30, 1], 1).ids)).toEqual([-1, -1])
    index.add([9], [7])
    expect(index.search([30], 2)).toEqual({ ids: Int32Array.of(9, -1), distances: Float32Array.of(23, Infinity) })
  })

  test('what was saved answers as before, rows that left among it', () => {
    const { rows, n, d } = groups(600, 5, 4)
    const index = open(d, 'cosine')
    index.add([...Array(n).keys()], rows)
    for (let id = 0; id < n; id += 3) index.remove(id)
    const loaded = load(index.save())
    expect(loaded.size).toBe(400)
    expect(loaded.search(rows, 3)).toEqual(index.search(rows, 3))
    for (const each of [index, loaded]) each.add([n], rows.slice(0, d))
    expect(loaded.search(rows, 3)).toEqual(index.search(rows, 3))
    expect(loaded.search(rows, 1).ids[0]).toBe(n)
    const empty = load(open(2, 'euclidean').save())
    expect([empty.size, empty.search([1, 2], 1).ids[0]]).toEqual([0, -1])
  })

  test('the same calls give the same answers', () => {
    const { rows, n, d } = groups(800, 8, 6)
    const [first, second] = [0, 1].map(() => {
      const index = open(d, 'euclidean')
      index.add([...Array(n).keys()], rows)
      return index.search(rows, 10)
    })
    expect(second).toEqual(first)
  })

  test('a row of zeros is at distance 1 from every other', () => {
    const index = open(3, 'cosine')
    index.add([4, 6], [1, 2, 3, 0, 0, 0])
    expect(index.search([0, 0, 0, 1, 2, 3], 2)).toEqual({
      ids: Int32Array.of(4, 6, 4, 6),
      distances: Float32Array.of(1, 1, 0, 1),
    })
  })

  test('bytes that no index saved are refused', () => {
    const index = open(3, 'cosine')
    index.add([4], [1, 2, 3])
    const saved = index.save()
    const text = `expected an index of neighbours, got ${saved.length - 1} other bytes`
    expect(() => load(saved.subarray(1))).toThrow(text)
    expect(() => load(saved.subarray(0, -1))).toThrow(text)
    expect(() => load(new Uint8Array(3))).toThrow('got 3 other bytes')
  })

  test('wrong input is refused', () => {
    const index = open(2, 'euclidean')
    expect(Array.from(index.search([1, 2], 2).ids)).toEqual([-1, -1])
    expect(index.search([], 2).ids).toHaveLength(0)
    index.add([], [])
    expect(() => index.add([1], [1, 2, 3])).toThrow('expected 1 x 2 numbers, got 3')
    expect(() => index.add([-1], [1, 2])).toThrow('expected ids from 0 to 2147483647, got -1')
    expect(() => index.add([1], [1, 1e300])).toThrow('expected finite numbers, got Infinity in row 0')
    expect(() => index.search([1, Number.NaN], 1)).toThrow('expected finite numbers, got NaN in row 0')
    expect(() => index.search([1, 2, 3], 1)).toThrow('expected 2 x 2 numbers, got 3')
    expect(() => index.search([1, 2], 0)).toThrow('expected k to be 1 or more, got 0')
    expect(() => open(0, 'cosine')).toThrow('expected d to be 1 or more, got 0')
    expect(index.size).toBe(0)
  })
})

describe('the kernel', () => {
  beforeAll(() => expect(compiled, 'node bin/build.mjs wasm was not run').toBeDefined())

  test.each(['euclidean', 'cosine'] as const)('answers as the plain way, to the bit, %s', metric => {
    for (const [n, d] of [
      [1, 1],
      [700, 3],
      [513, 30],
      [1030, 384],
    ] as const) {
      const { rows } = groups(n, d, 7)
      const [one, other] = [plain, wasm].map(({ open }) => {
        const index = open(d, metric)
        index.add([...Array(n).keys()], rows)
        return { found: index.search(rows.slice(0, 131 * d), 20), saved: index.save() }
      })
      expect(other).toEqual(one)
    }
  })
})

test('few rows are searched exactly, and any saved index is loaded as what it was', () => {
  const { rows, n, d } = pointsOf('uniform-3d')
  const index = openNeighbours(d, 'euclidean', n)
  index.add([...Array(n).keys()], rows)
  const exact = plain.open(d, 'euclidean')
  exact.add([...Array(n).keys()], rows)
  expect(index.search(rows, 5)).toEqual(exact.search(rows, 5))
  expect(loadNeighbours(index.save()).search(rows, 5)).toEqual(exact.search(rows, 5))
})

test.skipIf(!hasUsearch())('many rows are searched approximately, where usearch is installed', () => {
  const index = openNeighbours(2, 'cosine', 1_000_000)
  index.add([1, 2], [1, 0, 0, 1])
  expect(new TextDecoder().decode(index.save().subarray(0, 4))).toBe('hnsw')
  expect(loadNeighbours(index.save()).search([1, 1], 2)).toEqual(index.search([1, 1], 2))
})

test.skipIf(hasUsearch())('without usearch, an approximate index says what to install', () => {
  expect(() => hnswNeighbours(2, 'cosine')).toThrow(/usearch is missing.*npm install usearch/)
})

/** Rows around so many centres. */
function groups(n: number, d: number, count: number): { rows: number[]; n: number; d: number } {
  const random = randomFrom(11)
  const centres = Array.from({ length: count * d }, () => random() - 0.5)
  const rows = Array.from({ length: n * d }, (_, at) => {
    const centre = Math.floor(at / d) % count
    return centres[centre * d + (at % d)]! + 0.3 * (random() - 0.5)
  })
  return { rows, n, d }
}

function between(rows: number[], d: number, i: number, j: number, metric: NeighbourMetric): number {
  const [a, b] = [rows.slice(i * d, (i + 1) * d), rows.slice(j * d, (j + 1) * d)]
  if (metric === 'euclidean') return Math.hypot(...a.map((value, k) => value - b[k]!))
  const product = a.reduce((sum, value, k) => sum + value * b[k]!, 0)
  return 1 - product / Math.hypot(...a) / Math.hypot(...b)
}
