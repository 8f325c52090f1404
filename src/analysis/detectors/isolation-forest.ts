// Isolation forest: what is rare and different is cut off from the rest by few random cuts.
// Liu, Ting, Zhou: Isolation Forest (ICDM 2008), with its sub-sampling. Trees lie in typed arrays, so that a fitted
// forest travels by structured clone.
import { randomFrom } from '../random.ts'
import type { Detector } from './detector.ts'

export type ForestOptions = {
  trees: number
  /** Rows a tree is grown from, drawn without replacement; all of them where there are fewer. */
  samples: number
  seed: number
}

/** The paper's 256 samples; 200 trees, at which two seeds agree with a Spearman correlation of 0.98. */
const DEFAULTS: ForestOptions = { trees: 200, samples: 256, seed: 42 }

/** Plain data. Node k of tree t is at t * width + k; node 0 is the root. */
export type Forest = {
  d: number
  trees: number
  samples: number
  /** Nodes a tree may have. */
  width: number
  /** The column a node cuts, or -1 for a leaf. */
  column: Int32Array
  /** Below this goes to the left child; of a leaf, the length of the path to it. */
  cut: Float64Array
  /** The left child; the right one follows it. */
  left: Uint32Array
}

/** Grows a forest from the very rows it scores. */
export function isolationForest(options: Partial<ForestOptions> = {}): Detector {
  return {
    name: 'isolation_forest',
    score: (rows, n, d) => scoreForest(growForest(rows, n, d, options), rows, n),
  }
}

/** rows: n x d, finite. Time O(trees * samples * log(samples)), however many rows. */
export function growForest(rows: Float64Array, n: number, d: number, options: Partial<ForestOptions> = {}): Forest {
  const { trees, samples: most, seed } = { ...DEFAULTS, ...options }
  const samples = Math.min(most, n)
  const width = Math.max(2 * samples - 1, 1)
  const forest: Forest = {
    d,
    trees,
    samples,
    width,
    column: new Int32Array(trees * width).fill(-1),
    cut: new Float64Array(trees * width),
    left: new Uint32Array(trees * width),
  }
  const random = randomFrom(seed)
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let tree = 0; tree < trees; tree++) {
    drawFirst(order, samples, random)
    grow(forest, tree, rows, order.slice(0, samples), random)
  }
  return forest
}

/**
 * rows: n x d of the forest's d -> n scores, 2^(-path / usual path): 0.5 is average, 1 is isolated at once.
 * Where there was nothing to learn from (no row, or one), all are 0.5.
 */
export function scoreForest(forest: Forest, rows: Float64Array, n: number): Float64Array {
  const { d, trees, width, column, cut, left } = forest
  const scores = new Float64Array(n)
  for (let tree = 0; tree < trees; tree++) {
    const root = tree * width
    for (let i = 0; i < n; i++) {
      let node = root
      for (let j = column[node]!; j >= 0; j = column[node]!) {
        node = root + left[node]! + (rows[i * d + j]! < cut[node]! ? 0 : 1)
      }
      scores[i]! += cut[node]!
    }
  }
  const usual = usualPath(forest.samples) * trees
  return scores.map(path => (usual > 0 ? 2 ** (-path / usual) : 0.5))
}

function grow(forest: Forest, tree: number, rows: Float64Array, sample: Int32Array, random: () => number): void {
  const { d, width, column, cut, left } = forest
  const root = tree * width
  const deepest = Math.ceil(Math.log2(Math.max(sample.length, 2)))
  let nodes = 1
  const pending: [node: number, start: number, end: number, depth: number][] = [[0, 0, sample.length, 0]]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [node, start, end, depth] = next
    const found =
      depth < deepest && end - start > 1 ? randomCut(rows, d, sample.subarray(start, end), random) : undefined
    if (!found) {
      cut[root + node] = depth + usualPath(end - start)
      continue
    }
    column[root + node] = found.column
    cut[root + node] = found.at
    left[root + node] = nodes
    const middle = start + partition(rows, d, sample.subarray(start, end), found)
    pending.push([nodes, start, middle, depth + 1], [nodes + 1, middle, end, depth + 1])
    nodes += 2
  }
}

type Cut = { column: number; at: number }

/** A random column among those that vary, cut at random between its extremes; none where all rows are alike. */
function randomCut(rows: Float64Array, d: number, sample: Int32Array, random: () => number): Cut | undefined {
  const columns = Int32Array.from({ length: d }, (_, j) => j)
  for (let left = d; left > 0; left--) {
    const place = Math.floor(random() * left)
    const column = columns[place]!
    columns[place] = columns[left - 1]!
    let low = Infinity
    let high = -Infinity
    for (const i of sample) {
      const value = rows[i * d + column]!
      if (value < low) low = value
      if (value > high) high = value
    }
    if (low === high) continue
    const at = low + random() * (high - low)
    return { column, at: at > low ? at : high } // both sides get a row
  }
  return undefined
}

/** Moves the rows below the cut to the front; returns how many they are. */
function partition(rows: Float64Array, d: number, sample: Int32Array, { column, at }: Cut): number {
  let below = 0
  for (let i = 0; i < sample.length; i++) {
    const of = sample[i]!
    if (rows[of * d + column]! >= at) continue
    sample[i] = sample[below]!
    sample[below++] = of
  }
  return below
}

/** The first `count` become a random draw without replacement (Fisher and Yates). */
function drawFirst(order: Int32Array, count: number, random: () => number): void {
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (order.length - i))
    const held = order[i]!
    order[i] = order[other]!
    order[other] = held
  }
}

const EULER = 0.5772156649015329

/** c(n) of the paper: the mean path of an unsuccessful search in a binary search tree of n. */
function usualPath(n: number): number {
  if (n <= 1) return 0
  if (n === 2) return 1
  return 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n
}
