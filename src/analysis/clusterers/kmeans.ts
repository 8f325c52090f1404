// k-means: k centres, each the mean of the rows nearest to it. Lloyd (1982), started by greedy k-means++ (Arthur and
// Vassilvitskii, 2007) as scikit-learn starts it; under cosine it is spherical k-means (Dhillon and Modha, 2001).
import { checkRows, type Metric } from '../distance.ts'
import { randomFrom } from '../random.ts'

export type KmeansOptions = {
  metric: Exclude<Metric, 'manhattan'>
  /** How many; no more are made than there are different rows. */
  clusters: number
  seed: number
  /** Starts; the one of least inertia is kept. */
  starts: number
  /** Most rounds of a start; it ends sooner once no row changes its centre. */
  rounds: number
  /** How often each row occurred, n of them: a row counts so many times. */
  weights?: ArrayLike<number>
}

export type Kmeans = {
  /** n, from 0. */
  labels: Int32Array
  clusters: number
  /** clusters x d; of unit length under cosine. */
  centres: Float64Array
  /** Sum of squared distances to the own centre, times weight. */
  inertia: number
}

/** 10 starts and 300 rounds are what scikit-learn takes at most. */
const DEFAULTS: KmeansOptions = { metric: 'euclidean', clusters: 8, seed: 42, starts: 10, rounds: 300 }

/** Sums of the squares of larger numbers may leave a double. */
const LARGEST = 1e140

/**
 * Throws a RangeError for rows that are not n x d, or hold a number that is not finite or beyond 1e140.
 * Time O(starts * rounds * n * clusters * d), memory O(n d).
 *
 * @param rows n x d
 * @returns no clusters where there are no rows; all rows in one where they are all equal
 */
export function kmeans(rows: ArrayLike<number>, n: number, d: number, options: Partial<KmeansOptions> = {}): Kmeans {
  const settings = { ...DEFAULTS, ...options }
  check(settings, n)
  checkRows(rows, n, d)
  for (let i = 0; i < rows.length; i++) {
    if (Math.abs(rows[i]!) > LARGEST) throw new RangeError(`expected numbers up to ${LARGEST}, got ${rows[i]}`)
  }
  const set: Rows = { values: Float64Array.from(rows), n, d, weights: settings.weights ?? new Uint8Array(n).fill(1) }
  if (settings.metric === 'cosine') for (let i = 0; i < n; i++) toUnit(set.values.subarray(i * d, (i + 1) * d))
  const random = randomFrom(settings.seed)
  let best: Kmeans | undefined
  for (let start = 0; start < settings.starts; start++) {
    const chosen = spreadCentres(set, settings.clusters, random)
    const found = lloyd(set, chosen, settings)
    if (!best || found.inertia < best.inertia) best = found
  }
  return best!
}

type Rows = { values: Float64Array; n: number; d: number; weights: ArrayLike<number> }

function check({ clusters, starts, rounds, weights }: KmeansOptions, n: number): void {
  for (const [name, value] of Object.entries({ clusters, starts, rounds })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`expected ${name} to be 1 or more, got ${value}`)
  }
  if (weights && weights.length !== n) throw new RangeError(`expected ${n} weights, got ${weights.length}`)
}

/** Rows to begin at: each next is the best of some drawn, with a chance that grows with the squared distance to those so far. */
function spreadCentres({ values, n, d, weights }: Rows, wanted: number, random: () => number) {
  const tries = 2 + Math.floor(Math.log(wanted))
  const chosen: number[] = []
  let far: Float64Array = new Float64Array(n).fill(1)
  while (chosen.length < wanted) {
    const chances = far.map((distance, i) => distance * weights[i]!)
    const total = sum(chances)
    if (!(total > 0)) break // every row has a centre at its place
    let best: { row: number; far: Float64Array; left: number } | undefined
    for (let time = 0; time < (chosen.length === 0 ? 1 : tries); time++) {
      const row = draw(chances, random() * total)
      const nearer = far.map((distance, i) => {
        const own = squared(values, i * d, values, row * d, d)
        return chosen.length === 0 ? own : Math.min(distance, own)
      })
      const left = nearer.reduce((all, distance, i) => all + distance * weights[i]!, 0)
      if (!best || left < best.left) best = { row, far: nearer, left }
    }
    chosen.push(best!.row)
    far = best!.far
  }
  return chosen
}

function lloyd(set: Rows, chosen: readonly number[], { metric, rounds }: KmeansOptions): Kmeans {
  const { values, n, d, weights } = set
  const clusters = chosen.length
  const centres = new Float64Array(clusters * d)
  for (const [c, row] of chosen.entries()) centres.set(values.subarray(row * d, (row + 1) * d), c * d)
  const labels = new Int32Array(n).fill(-1)
  const distance = new Float64Array(n)
  for (let round = 0; round < rounds; round++) {
    if (!assign(set, centres, labels, distance)) break
    const total = new Float64Array(clusters)
    centres.fill(0)
    for (let i = 0; i < n; i++) {
      total[labels[i]!]! += weights[i]!
      for (let j = 0; j < d; j++) centres[labels[i]! * d + j]! += weights[i]! * values[i * d + j]!
    }
    for (let c = 0; c < clusters; c++) {
      const centre = centres.subarray(c * d, (c + 1) * d)
      if (total[c] === 0) centre.set(takeFarthest(set, distance))
      else for (let j = 0; j < d; j++) centre[j]! /= total[c]!
      if (metric === 'cosine') toUnit(centre)
    }
  }
  assign(set, centres, labels, distance)
  const inertia = distance.reduce((all, value, i) => all + value * weights[i]!, 0)
  return { labels, clusters, centres, inertia }
}

/** Of equally near centres the first is taken. False if no label changed. */
function assign({ values, n, d }: Rows, centres: Float64Array, labels: Int32Array, distance: Float64Array): boolean {
  let hasChanged = false
  for (let i = 0; i < n; i++) {
    let nearest = 0
    distance[i] = Infinity
    for (let c = 0; c * d < centres.length; c++) {
      const own = squared(values, i * d, centres, c * d, d)
      if (own >= distance[i]!) continue
      distance[i] = own
      nearest = c
    }
    if (labels[i] !== nearest) hasChanged = true
    labels[i] = nearest
  }
  return hasChanged
}

/** A centre that lost all its rows begins again at the row that is farthest from its own. */
function takeFarthest({ values, d }: Rows, distance: Float64Array) {
  const farthest = distance.reduce((best, value, i) => (value > distance[best]! ? i : best), 0)
  distance[farthest] = 0
  return values.subarray(farthest * d, (farthest + 1) * d)
}

function draw(chances: Float64Array, at: number): number {
  let left = at
  for (const [i, chance] of chances.entries()) {
    left -= chance
    if (left < 0) return i
  }
  return chances.findLastIndex(chance => chance > 0)
}

function squared(a: Float64Array, from: number, b: Float64Array, to: number, d: number): number {
  let total = 0
  for (let j = 0; j < d; j++) total += (a[from + j]! - b[to + j]!) ** 2
  return total
}

function toUnit(row: Float64Array): void {
  const length = Math.sqrt(row.reduce((total, value) => total + value * value, 0))
  if (length > 0) for (let j = 0; j < row.length; j++) row[j]! /= length
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
