import { describe, expect, test } from 'vitest'
import { pointsOf } from './clusterings.fixture.ts'
import { Distances } from '../distance.ts'
import { adjustedRandIndex } from '../evaluate.ts'
import { hdbscan } from './hdbscan.ts'
import { randomFrom } from '../random.ts'
import { coreDistances, nearestDistances, spanningTree } from './spanning-tree.ts'
import { kernelModule } from './tile-threads.ts'
import { tiledTree } from './tiled-tree.ts'

type Set = { rows: ArrayLike<number>; n: number; d: number; metric: 'cosine' | 'euclidean' }

const golden: [string, Set][] = (
  ['blobs-2d', 'moons-2d', 'circles-2d', 'uniform-3d', 'grid-ties-2d', 'duplicates-4d', 'one-cluster'] as const
).map(name => [name, { ...pointsOf(name), metric: 'euclidean' }])

const sets: [string, Set][] = [
  ...golden,
  ['text-16d', { ...pointsOf('text-16d'), metric: 'cosine' }],
  ['text-64d', { ...pointsOf('text-64d'), metric: 'cosine' }],
  ['tiny-6', { ...pointsOf('tiny-6'), metric: 'euclidean' }],
  ['two rows', { rows: [1, 2, 3, 5], n: 2, d: 2, metric: 'euclidean' }],
  ['groups far apart', { ...groups(1500, 40, 12), metric: 'euclidean' }],
  ['groups by direction', { ...groups(1500, 40, 12), metric: 'cosine' }],
  [
    'a grid, all ties',
    {
      rows: Array.from({ length: 1800 }, (_, i) => (i % 2 ? i % 30 : Math.floor(i / 60))),
      n: 900,
      d: 2,
      metric: 'euclidean',
    },
  ],
  [
    'each row three times',
    { rows: [0, 1, 2].flatMap(() => Array.from(groups(200, 5, 4).rows)), n: 600, d: 5, metric: 'cosine' },
  ],
  ['all rows equal', { rows: new Float32Array(900).fill(3), n: 300, d: 3, metric: 'euclidean' }],
  ['all rows zero', { rows: new Float32Array(900), n: 300, d: 3, metric: 'cosine' }],
  ['one row far off', { rows: [...groups(400, 3, 4).rows, 1e12, -1e12, 1e12], n: 401, d: 3, metric: 'euclidean' }],
  [
    'far from zero',
    { rows: Array.from(groups(400, 3, 4).rows, value => value + 1e9), n: 400, d: 3, metric: 'euclidean' },
  ],
  [
    'tiny and huge',
    {
      rows: Array.from(groups(400, 3, 4).rows, (value, i) => value * 10 ** ((i % 7) * 8 - 24)),
      n: 400,
      d: 3,
      metric: 'euclidean',
    },
  ],
  [
    'floats tiny and huge, an odd number of rows',
    {
      rows: groups(403, 3, 4).rows.map((value, i) => value * 10 ** ((i % 7) * 6 - 18)),
      n: 403,
      d: 3,
      metric: 'euclidean',
    },
  ],
]

describe.skipIf(!kernelModule())('to the bit the tree of the plain way', () => {
  test.each(sets)('%s', (_, { rows, n, d, metric }) => {
    const distances = new Distances(rows, n, d, metric)
    for (const minSamples of [1, 5, 20]) {
      const core = coreDistances(nearestDistances(distances, n, minSamples), n, minSamples)
      const tree = spanningTree(distances, n, core)
      for (const threads of minSamples === 5 ? [1, 2] : [1]) {
        const found = tiledTree(rows, n, d, { metric, minSamples, threads, nearBlocks: Infinity, seed: 1 })
        expect(found?.core).toEqual(core)
        expect(found?.tree).toEqual(tree)
      }
    }
  })
})

test.skipIf(!kernelModule())('and for 200 sets of rows of any size, kind and number', () => {
  const random = randomFrom(11)
  const below = (limit: number) => Math.floor(limit * random())
  for (let k = 0; k < 200; k++) {
    const [n, d] = [2 + below(k % 10 === 0 ? 600 : 60), 1 + below(20)]
    const kind = below(KINDS.length)
    const values = Array.from({ length: n }, () => {
      const [group, scale] = [below(5), 10 ** (below(60) - 30)]
      return Array.from({ length: d }, () => KINDS[kind]!(random() - 0.5, group, scale))
    }).flat()
    const rows = random() < 0.5 ? Float32Array.from(values) : Float64Array.from(values)
    const metric = random() < 0.5 ? 'cosine' : 'euclidean'
    const minSamples = 1 + below(20)
    const distances = new Distances(rows, n, d, metric)
    const core = coreDistances(nearestDistances(distances, n, minSamples), n, minSamples)
    const found = tiledTree(rows, n, d, { metric, minSamples, threads: 1, nearBlocks: Infinity, seed: k })
    expect(found, `set ${k}`).toEqual({ core, tree: spanningTree(distances, n, core) })
  }
})

test.each([1e200, 1e-160])(
  'rows times %s, whose distances have no square in doubles, are left to the plain way',
  scale => {
    const { n, d, rows } = groups(300, 3, 4)
    const scaled = Float64Array.from(rows, value => value * scale)
    const options = { metric: 'euclidean', minSamples: 3, threads: 1, nearBlocks: Infinity, seed: 1 } as const
    expect(tiledTree(scaled, n, d, options)).toBeUndefined()
    expect(hdbscan(scaled, n, d, { metric: 'euclidean' }).labels).toHaveLength(n)
  },
)

test('an approximation is the same every time, and near the exact answer', () => {
  const { rows, n, d } = groups(6000, 16, 30)
  const options = { metric: 'euclidean', epsilon: 0 } as const
  const exact = hdbscan(rows, n, d, options)
  const found = hdbscan(rows, n, d, { ...options, isApproximate: true })
  expect(adjustedRandIndex(Array.from(exact.labels), Array.from(found.labels))).toBeGreaterThan(0.98)
  expect(hdbscan(rows, n, d, { ...options, isApproximate: true, threads: 2 })).toEqual(found)
})

/** What a number is made of: another in -0.5..0.5, its row's group 0..4, its row's power of ten. */
const KINDS: ((value: number, group: number, scale: number) => number)[] = [
  (value, group) => group + 0.3 * value,
  (value, _, scale) => value * scale,
  value => Math.floor(4 * value),
  (_, group) => group,
  (value, group) => (group === 0 ? 1e30 * value : value),
  value => 1e6 + value,
]

/** Rows around so many centres, and a tenth of them anywhere. */
function groups(n: number, d: number, count: number): { rows: Float32Array; n: number; d: number } {
  const random = randomFrom(5)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const centres = Float32Array.from({ length: count * d }, normal)
  const rows = new Float32Array(n * d)
  for (let i = 0; i < n; i++) {
    const isNoise = random() < 0.1
    const centre = Math.floor(random() * count)
    for (let j = 0; j < d; j++)
      rows[i * d + j] = (isNoise ? 0 : centres[centre * d + j]!) + (isNoise ? 1 : 0.2) * normal()
  }
  return { rows, n, d }
}
