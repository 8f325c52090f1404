// How good a grouping is by itself, without a known truth. Rows labelled below 0 are noise and left out.
// Every function: rows n x d, n labels; NaN for fewer than two groups, or as many groups as rows.
import { Distances, type Metric } from './distance.ts'

/**
 * Silhouette (Rousseeuw 1987), -1..1: how much nearer a row is to its own group than to the nearest other one, on
 * average; a group of one counts 0. Time O(n^2 d).
 */
export function silhouette(
  rows: ArrayLike<number>,
  d: number,
  labels: ArrayLike<number>,
  metric: Exclude<Metric, 'manhattan'> = 'cosine',
): number {
  const groups = grouped(rows, d, labels)
  if (!groups) return Number.NaN
  const { values, of, sizes } = groups
  const n = of.length
  const distances = new Distances(values, n, d, metric)
  const all = Int32Array.from({ length: n }, (_, i) => i)
  const measured = new Float64Array(n)
  let total = 0
  for (const [i, own] of of.entries()) {
    if (sizes[own] === 1) continue
    distances.measure(i, all, n, measured)
    measured[i] = 0
    const sums = new Float64Array(sizes.length)
    for (const [j, group] of of.entries()) sums[group]! += measured[j]!
    const within = sums[own]! / (sizes[own]! - 1)
    let nearest = Infinity
    for (const [group, sum] of sums.entries()) {
      if (group !== own) nearest = Math.min(nearest, sum / sizes[group]!)
    }
    const larger = Math.max(within, nearest)
    if (larger > 0) total += (nearest - within) / larger
  }
  return total / n
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
