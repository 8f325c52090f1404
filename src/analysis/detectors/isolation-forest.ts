// Isolation forest: what is rare and different is cut off from the rest by few random cuts.
// Liu, Ting, Zhou: Isolation Forest (ICDM 2008), with its sub-sampling; equal in ranking to scikit-learn's with
// max_features 1 and no bootstrap. Trees lie in typed arrays, so that a grown forest travels by structured clone.
import { randomFrom } from '../random.ts'
import { median, quantile } from '../statistics.ts'
import { bentTo, type Detector } from './detector.ts'

export type ForestOptions = {
  trees: number
  /** Rows a tree is grown from, drawn without replacement; all of them where there are fewer. */
  samples: number
  /** 'auto': the paper's 0.5 is where unusual begins. A share above 0, up to 0.5: so many of the rows it was grown from are above. */
  contamination: 'auto' | number
  seed: number
}

/** The paper's 256 samples; 200 trees, at which two seeds agree with a Spearman correlation of 0.98. */
const DEFAULTS: ForestOptions = { trees: 200, samples: 256, contamination: 'auto', seed: 42 }

/**
 * Plain data. Every tree is a complete binary tree of `depth` cuts: node k of tree t is at t * (2^depth - 1) + k, its
 * children are 2k + 1 and 2k + 2, and the last children are the tree's 2^depth leaves. Where a tree ends early, all
 * leaves below carry the same path.
 */
export type Forest = {
  d: number
  trees: number
  samples: number
  depth: number
  /** The column a node cuts. */
  column: Int32Array
  /** Below this goes to the left child. */
  cut: Float64Array
  /** Of a leaf: the length of the path to it. */
  path: Float64Array
  /** What stands for a missing value of each column: its median among the rows of the first tree. */
  missing: Float64Array
  /** A score above it is unusual. */
  threshold: number
}

/** Grows a forest from the very rows it scores; `contamination` is then where its scores pass 0.5. */
export function isolationForest(options: Partial<ForestOptions> = {}): Detector {
  return {
    name: 'isolation_forest',
    score(rows, n, d) {
      const forest = growForest(rows, n, d, { ...options, contamination: 'auto' })
      const scores = scoreForest(forest, rows, n)
      const threshold = thresholdOf(scores, options.contamination ?? DEFAULTS.contamination)
      return threshold === 0.5 ? scores : scores.map(score => bentTo(threshold, score))
    },
  }
}

/**
 * rows: n x d; NaN is a missing value and stands for the usual one. Time O(trees * samples * log(samples)), however many
 * rows, and, where contamination is a share, that of scoring them. Throws RangeError for options that cannot be.
 */
export function growForest(rows: Float64Array, n: number, d: number, options: Partial<ForestOptions> = {}): Forest {
  const settings = { ...DEFAULTS, ...options }
  check(settings, rows, n, d)
  const { trees, contamination, seed } = settings
  const samples = Math.min(settings.samples, n)
  const depth = Math.ceil(Math.log2(Math.max(samples, 2)))
  const forest: Forest = {
    d,
    trees,
    samples,
    depth,
    column: new Int32Array(trees * (2 ** depth - 1)),
    cut: new Float64Array(trees * (2 ** depth - 1)),
    path: new Float64Array(trees * 2 ** depth),
    missing: new Float64Array(d),
    threshold: 0.5,
  }
  const random = randomFrom(seed)
  const order = Int32Array.from({ length: n }, (_, i) => i)
  const sample = new Float64Array(samples * d)
  for (let tree = 0; tree < trees; tree++) {
    drawFirst(order, samples, random)
    for (let i = 0; i < samples; i++) sample.set(rows.subarray(order[i]! * d, (order[i]! + 1) * d), i * d)
    if (tree === 0) forest.missing = mediansOf(sample, samples, d)
    replaceMissing(sample, samples * d, forest.missing)
    growTree(forest, tree, sample, random)
  }
  if (contamination !== 'auto') forest.threshold = thresholdOf(scoreForest(forest, rows, n), contamination)
  return forest
}

/** Rows scored together: few enough to stay in the cache while all trees pass over them. */
const BLOCK = 256

/**
 * rows: n x d of the forest's d -> n scores, 2^(-path / usual path): 0.5 is average, 1 is isolated at once. NaN is a
 * missing value and stands for the usual one. Where there was nothing to learn from (no row, one, or all alike), all are 0.5.
 */
export function scoreForest(forest: Forest, rows: Float64Array, n: number): Float64Array {
  const { d, trees, samples, missing } = forest
  const scores = new Float64Array(n).fill(0.5)
  const usual = usualPath(samples)
  if (usual === 0) return scores
  const block = new Float64Array(BLOCK * d)
  const beyond = new Float64Array(BLOCK)
  for (let start = 0; start < n; start += BLOCK) {
    const count = Math.min(BLOCK, n - start)
    block.set(rows.subarray(start * d, (start + count) * d))
    replaceMissing(block, count * d, missing)
    addPaths(forest, block, count, usual, beyond.fill(0))
    for (let i = 0; i < count; i++) scores[start + i] = 2 ** -(1 + beyond[i]! / (usual * trees))
  }
  return scores
}

/**
 * Adds to each row of a block how much longer than usual its paths are. Four rows go down together, a step each in
 * turn: a step waits for the one before it in the same row, and for none of another.
 */
function addPaths(forest: Forest, block: Float64Array, count: number, usual: number, beyond: Float64Array): void {
  const { d, trees, depth, column, cut, path } = forest
  const nodes = 2 ** depth - 1
  for (let tree = 0; tree < trees; tree++) {
    const root = tree * nodes
    const leaves = tree * (nodes + 1) - nodes
    for (let i = 0; i < count; i += 4) {
      const atA = i * d
      const atB = Math.min(i + 1, count - 1) * d
      const atC = Math.min(i + 2, count - 1) * d
      const atE = Math.min(i + 3, count - 1) * d
      let a = 0
      let b = 0
      let c = 0
      let e = 0
      for (let level = 0; level < depth; level++) {
        a = 2 * a + 1 + Number(block[atA + column[root + a]!]! >= cut[root + a]!)
        b = 2 * b + 1 + Number(block[atB + column[root + b]!]! >= cut[root + b]!)
        c = 2 * c + 1 + Number(block[atC + column[root + c]!]! >= cut[root + c]!)
        e = 2 * e + 1 + Number(block[atE + column[root + e]!]! >= cut[root + e]!)
      }
      beyond[i]! += path[leaves + a]! - usual
      beyond[i + 1]! += path[leaves + b]! - usual
      beyond[i + 2]! += path[leaves + c]! - usual
      beyond[i + 3]! += path[leaves + e]! - usual
    }
  }
}

/** sample: samples x d, without NaN. */
function growTree(forest: Forest, tree: number, sample: Float64Array, random: () => number): void {
  const { d, samples, depth, column, cut, path } = forest
  const nodes = 2 ** depth - 1
  const order = Int32Array.from({ length: samples }, (_, i) => i)
  const columns = Int32Array.from({ length: d }, (_, j) => j)
  const pending: [node: number, start: number, end: number, level: number][] = [[0, 0, samples, 0]]
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [node, start, end, level] = next
    const found =
      level < depth && end - start > 1 ? randomCut(sample, d, order, start, end, columns, random) : undefined
    if (!found) {
      const width = 2 ** (depth - level)
      const first = tree * (nodes + 1) + (node + 1 - 2 ** level) * width
      path.fill(level + usualPath(end - start), first, first + width)
      continue
    }
    column[tree * nodes + node] = found.column
    cut[tree * nodes + node] = found.at
    const middle = partition(sample, d, order, start, end, found)
    pending.push([2 * node + 1, start, middle, level + 1], [2 * node + 2, middle, end, level + 1])
  }
}

type Cut = { column: number; at: number }

/**
 * A random column among those that vary in order[start..end), cut at random between its extremes; none where all rows
 * are alike. columns: 0 to d - 1, and so again afterwards.
 */
function randomCut(
  sample: Float64Array,
  d: number,
  order: Int32Array,
  start: number,
  end: number,
  columns: Int32Array,
  random: () => number,
): Cut | undefined {
  let found: Cut | undefined
  let left = d
  while (!found && left > 0) {
    const place = Math.floor(random() * left)
    const column = columns[place]!
    columns[place] = columns[--left]!
    let low = Infinity
    let high = -Infinity
    for (let k = start; k < end; k++) {
      const value = sample[order[k]! * d + column]!
      if (value < low) low = value
      if (value > high) high = value
    }
    if (low < high) found = { column, at: between(low, high, random()) }
  }
  if (left < d) for (let j = 0; j < d; j++) columns[j] = j
  return found
}

/** Above low, so that both sides get a row; extremes may be infinite, or further apart than a double can say. */
function between(low: number, high: number, share: number): number {
  const lowest = Math.max(low, -Number.MAX_VALUE)
  const highest = Math.min(high, Number.MAX_VALUE)
  const span = highest - lowest
  const at = Number.isFinite(span) ? lowest + share * span : (1 - share) * lowest + share * highest
  return at > low && at <= high ? at : high
}

/** Moves the rows below the cut to the front of order[start..end); returns where the others begin. */
function partition(
  sample: Float64Array,
  d: number,
  order: Int32Array,
  start: number,
  end: number,
  { column, at }: Cut,
): number {
  let middle = start
  for (let k = start; k < end; k++) {
    const row = order[k]!
    if (sample[row * d + column]! >= at) continue
    order[k] = order[middle]!
    order[middle++] = row
  }
  return middle
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

/** 0 for a column without any value. */
function mediansOf(sample: Float64Array, samples: number, d: number): Float64Array {
  return Float64Array.from({ length: d }, (_, j) => {
    const column = Float64Array.from({ length: samples }, (__, i) => sample[i * d + j]!)
    return median(column.filter(value => !Number.isNaN(value))) || 0
  })
}

function replaceMissing(rows: Float64Array, length: number, missing: Float64Array): void {
  for (let at = 0; at < length; at++) if (Number.isNaN(rows[at])) rows[at] = missing[at % missing.length]!
}

function thresholdOf(scores: Float64Array, contamination: ForestOptions['contamination']): number {
  return contamination === 'auto' || scores.length === 0 ? 0.5 : quantile(scores, 1 - contamination)
}

function check({ trees, samples, contamination }: ForestOptions, rows: Float64Array, n: number, d: number): void {
  if (rows.length !== n * d) throw new RangeError(`expected ${n} x ${d} numbers, got ${rows.length}`)
  if (!(Number.isInteger(trees) && trees >= 1)) throw new RangeError(`expected trees to be 1 or more, got ${trees}`)
  if (!(Number.isInteger(samples) && samples >= 1)) {
    throw new RangeError(`expected samples to be 1 or more, got ${samples}`)
  }
  if (contamination !== 'auto' && !(contamination > 0 && contamination <= 0.5)) {
    throw new RangeError(`expected contamination to be 'auto' or above 0 and at most 0.5, got ${contamination}`)
  }
}

const EULER = 0.5772156649015329

/** c(n) of the paper: the mean path of an unsuccessful search in a binary search tree of n. */
function usualPath(n: number): number {
  if (n <= 1) return 0
  if (n === 2) return 1
  return 2 * (Math.log(n - 1) + EULER) - (2 * (n - 1)) / n
}
