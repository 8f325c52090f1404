// How good a grouping is by itself, without a known truth. Rows labelled below 0 are noise and left out.
// Every function: rows n x d, n labels; NaN for fewer than two groups, or as many groups as rows.
import { randomFrom } from './random.ts'
import { dot, normalise, row } from './vector.ts'

export type SilhouetteOptions = {
  metric: 'cosine' | 'euclidean'
  /** So many rows, drawn at random, stand for all; each is still measured against every row. All by default. */
  sample: number
  seed: number
}

/**
 * Silhouette (Rousseeuw 1987), -1..1: how much nearer a row is to its own group than to the nearest other one, on
 * average; a group of one counts 0. Cosine takes O(n k d) for k groups: the mean distance to a group is the distance to
 * the sum of its rows. Euclidean takes O(n^2 d), or O(sample n d).
 */
export function silhouette(
  rows: ArrayLike<number>,
  d: number,
  labels: ArrayLike<number>,
  { metric = 'cosine', sample = Infinity, seed = 42 }: Partial<SilhouetteOptions> = {},
): number {
  const groups = grouped(rows, d, labels)
  if (!groups) return Number.NaN
  const { of, sizes } = groups
  const measure = metric === 'cosine' ? cosineToGroups(groups, d) : euclideanToGroups(groups, d)
  const chosen = drawn(of.length, sample, randomFrom(seed))
  const sums = new Float64Array(sizes.length)
  let total = 0
  for (const i of chosen) {
    const own = of[i]!
    if (sizes[own] === 1) continue
    measure(i, sums.fill(0))
    const within = snapped(sums[own]! / (sizes[own]! - 1))
    let nearest = Infinity
    for (let group = 0; group < sizes.length; group++) {
      if (group !== own) nearest = Math.min(nearest, snapped(sums[group]! / sizes[group]!))
    }
    const larger = Math.max(within, nearest)
    if (larger > 0) total += (nearest - within) / larger
  }
  return total / chosen.length
}

/** Mean distances below this are rounding, not distance. */
const ROUNDING = 1e-12

function snapped(value: number): number {
  return value < ROUNDING ? 0 : value
}

/** Adds to `sums` the distances of row i to the rows of each group, itself left out. */
type ToGroups = (i: number, sums: Float64Array) => void

/** Brings the rows to unit length, in place. */
function cosineToGroups({ values, of, sizes }: Groups, d: number): ToGroups {
  for (let i = 0; i < of.length; i++) normalise(row(values, d, i))
  const added = new Float64Array(sizes.length * d)
  for (const [i, group] of of.entries()) {
    for (let j = 0; j < d; j++) added[group * d + j]! += values[i * d + j]!
  }
  return (i, sums) => {
    const self = row(values, d, i)
    dots(self, added, sums)
    for (let group = 0; group < sizes.length; group++) sums[group] = sizes[group]! - sums[group]!
    sums[of[i]!]! -= 1 - dot(self, self)
  }
}

/** out[k] = sum of products of `point` and row k, four rows at a time: the additions of one wait for one another. */
function dots(point: Float64Array, rows: Float64Array, out: Float64Array): void {
  const d = point.length
  const last = out.length - 1
  for (let k = 0; k < out.length; k += 4) {
    const atA = k * d
    const atB = Math.min(k + 1, last) * d
    const atC = Math.min(k + 2, last) * d
    const atE = Math.min(k + 3, last) * d
    let a = 0
    let b = 0
    let c = 0
    let e = 0
    for (let j = 0; j < d; j++) {
      const value = point[j]!
      a += value * rows[atA + j]!
      b += value * rows[atB + j]!
      c += value * rows[atC + j]!
      e += value * rows[atE + j]!
    }
    out[k] = a
    if (k + 1 <= last) out[k + 1] = b
    if (k + 2 <= last) out[k + 2] = c
    if (k + 3 <= last) out[k + 3] = e
  }
}

function euclideanToGroups({ values, of }: Groups, d: number): ToGroups {
  return (i, sums) => {
    for (let other = 0; other < of.length; other++) {
      let square = 0
      for (let j = 0; j < d; j++) square += (values[i * d + j]! - values[other * d + j]!) ** 2
      sums[of[other]!]! += Math.sqrt(square)
    }
  }
}

/** `count` of 0 to n - 1 without replacement, or all. */
function drawn(n: number, count: number, random: () => number): Int32Array {
  const places = Int32Array.from({ length: n }, (_, i) => i)
  if (count >= n) return places
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (n - i))
    const held = places[i]!
    places[i] = places[other]!
    places[other] = held
  }
  return places.subarray(0, count)
}

/** Davies-Bouldin index (1979), 0 and up, lower is better: how alike each group is to the one most like it. Euclidean. */
export function daviesBouldin(rows: ArrayLike<number>, d: number, labels: ArrayLike<number>): number {
  const groups = grouped(rows, d, labels)
  if (!groups) return Number.NaN
  const centres = centresOf(groups, d)
  const radius = new Float64Array(centres.length)
  for (const [i, own] of groups.of.entries()) {
    radius[own]! += distance(groups.values.subarray(i * d, (i + 1) * d), centres[own]!) / groups.sizes[own]!
  }
  let total = 0
  for (const [a, centre] of centres.entries()) {
    let worst = 0
    for (const [b, other] of centres.entries()) {
      const apart = distance(centre, other)
      if (b !== a && apart > 0) worst = Math.max(worst, (radius[a]! + radius[b]!) / apart)
    }
    total += worst
  }
  return total / centres.length
}

/** Calinski-Harabasz index (1974), 0 and up, higher is better: spread between groups over spread within. Euclidean. */
export function calinskiHarabasz(rows: ArrayLike<number>, d: number, labels: ArrayLike<number>): number {
  const groups = grouped(rows, d, labels)
  if (!groups) return Number.NaN
  const { values, of, sizes } = groups
  const centres = centresOf(groups, d)
  const [middle] = centresOf({ values, of: new Int32Array(of.length), sizes: [of.length] }, d)
  let within = 0
  for (const [i, own] of of.entries()) within += distance(values.subarray(i * d, (i + 1) * d), centres[own]!) ** 2
  let between = 0
  for (const [group, centre] of centres.entries()) between += sizes[group]! * distance(centre, middle!) ** 2
  if (within === 0) return 1
  return between / (sizes.length - 1) / (within / (of.length - sizes.length))
}

type Groups = {
  /** The rows that are not noise. */
  values: Float64Array
  /** Of each of them: its group, from 0. */
  of: Int32Array
  sizes: number[]
}

function grouped(rows: ArrayLike<number>, d: number, labels: ArrayLike<number>): Groups | undefined {
  const kept = Array.from(labels, (label, i) => ({ label, i })).filter(({ label }) => label >= 0)
  const values = new Float64Array(kept.length * d)
  const of = new Int32Array(kept.length)
  const names = new Map<number, number>()
  const sizes: number[] = []
  for (const [place, { label, i }] of kept.entries()) {
    const group = names.get(label) ?? names.size
    names.set(label, group)
    sizes[group] = (sizes[group] ?? 0) + 1
    of[place] = group
    for (let j = 0; j < d; j++) values[place * d + j] = rows[i * d + j]!
  }
  return sizes.length < 2 || sizes.length >= kept.length ? undefined : { values, of, sizes }
}

function centresOf({ values, of, sizes }: Groups, d: number): Float64Array[] {
  const centres = sizes.map(() => new Float64Array(d))
  for (const [i, own] of of.entries()) {
    for (let j = 0; j < d; j++) centres[own]![j]! += values[i * d + j]! / sizes[own]!
  }
  return centres
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return Math.sqrt(sum)
}
