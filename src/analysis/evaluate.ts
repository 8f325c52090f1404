// How good an answer is where the truth is known: groupings, decisions and rankings. Nothing here decides anything.
// Groupings without a known truth are in `cluster-quality.ts`. Every function throws a RangeError where the two lists are
// not of one length.

/** A group's name. Items are compared by place: a[i] and b[i] are about the same item. */
type Label = string | number

/** Adjusted Rand index (Hubert and Arabie 1985), -1..1: 0 for chance, 1 for equal groupings. */
export function adjustedRandIndex(a: ArrayLike<Label>, b: ArrayLike<Label>): number {
  const { both, inA, inB } = pairs(a, b)
  const all = choose2(a.length)
  const expected = all > 0 ? (inA * inB) / all : 0
  const highest = (inA + inB) / 2
  return highest === expected ? 1 : (both - expected) / (highest - expected)
}

/** Normalised mutual information, 0..1, by the arithmetic mean of the entropies. */
export function normalisedMutualInformation(a: ArrayLike<Label>, b: ArrayLike<Label>): number {
  const n = a.length
  const { joint, ofA, ofB } = contingency(a, b)
  let information = 0
  for (const cell of joint) {
    information += (cell.times / n) * Math.log((cell.times * n) / (ofA.get(cell.a)! * ofB.get(cell.b)!))
  }
  const entropies = (entropy(ofA, n) + entropy(ofB, n)) / 2
  return entropies === 0 ? 1 : Math.max(0, information / entropies)
}

export type Scores = { precision: number; recall: number; f1: number }

/** Of pairs put together. No pair to find and none claimed is right. */
export function pairwiseScores(truth: ArrayLike<Label>, found: ArrayLike<Label>): Scores {
  const { both, inA, inB } = pairs(truth, found)
  return rates(inB > 0 ? both / inB : 1, inA > 0 ? both / inA : 1)
}

/** Share of items whose found group is exactly their true one (Zhu et al., Tools and Benchmarks for Log Parsing, 2019); of none 1. */
export function groupingAccuracy(truth: ArrayLike<Label>, found: ArrayLike<Label>): number {
  const { joint, ofA, ofB } = contingency(truth, found)
  let right = 0
  for (const { a, b, times } of joint) if (ofA.get(a) === times && ofB.get(b) === times) right += times
  return truth.length > 0 ? right / truth.length : 1
}

/** Of yes-or-no decisions. Nothing to find and nothing claimed is right. */
export function decisionScores(truth: ArrayLike<boolean>, found: ArrayLike<boolean>): Scores {
  checkLengths(truth, found)
  let hits = 0
  let positives = 0
  let claims = 0
  for (let i = 0; i < truth.length; i++) {
    if (truth[i]) positives++
    if (found[i]) claims++
    if (truth[i] && found[i]) hits++
  }
  return rates(claims > 0 ? hits / claims : 1, positives > 0 ? hits / positives : 1)
}

/** Area under the ROC curve, 0..1: how often a positive outranks a negative, a tie counting half. NaN without both. */
export function rocAuc(truth: ArrayLike<boolean>, score: ArrayLike<number>): number {
  let negatives = 0
  let positives = 0
  let wins = 0
  for (const { yes, no } of byScore(truth, score)) {
    wins += no * (positives + yes / 2)
    positives += yes
    negatives += no
  }
  return wins / (positives * negatives)
}

/** Average precision, 0..1: the area under the precision-recall curve in steps, as scikit-learn has it. NaN without positives. */
export function prAuc(truth: ArrayLike<boolean>, score: ArrayLike<number>): number {
  let claims = 0
  let hits = 0
  let area = 0
  for (const { yes, no } of byScore(truth, score)) {
    claims += yes + no
    hits += yes
    area += yes * (hits / claims)
  }
  return area / hits
}

/** How many positives and negatives have each score, highest score first. */
function byScore(truth: ArrayLike<boolean>, score: ArrayLike<number>): { yes: number; no: number }[] {
  checkLengths(truth, score)
  const steps = new Map<number, { yes: number; no: number }>()
  for (let i = 0; i < truth.length; i++) {
    if (Number.isNaN(score[i])) throw new RangeError(`expected a score of every item, got NaN for item ${i}`)
    const step = steps.get(score[i]!) ?? { yes: 0, no: 0 }
    steps.set(score[i]!, step)
    if (truth[i]) step.yes++
    else step.no++
  }
  return [...steps].toSorted(([a], [b]) => b - a).map(([, step]) => step)
}

function rates(precision: number, recall: number): Scores {
  const sum = precision + recall
  return { precision, recall, f1: sum > 0 ? (2 * precision * recall) / sum : 0 }
}

/** Pairs of items together in both, in a and in b. */
function pairs(a: ArrayLike<Label>, b: ArrayLike<Label>): { both: number; inA: number; inB: number } {
  const { joint, ofA, ofB } = contingency(a, b)
  const total = (counts: number[]) => counts.reduce((sum, times) => sum + choose2(times), 0)
  return { both: total(joint.map(cell => cell.times)), inA: total([...ofA.values()]), inB: total([...ofB.values()]) }
}

function contingency(a: ArrayLike<Label>, b: ArrayLike<Label>) {
  checkLengths(a, b)
  const ofA = new Map<Label, number>()
  const ofB = new Map<Label, number>()
  const cells = new Map<Label, Map<Label, number>>()
  for (let i = 0; i < a.length; i++) {
    tally(ofA, a[i]!)
    tally(ofB, b[i]!)
    const row = cells.get(a[i]!) ?? new Map<Label, number>()
    cells.set(a[i]!, row)
    tally(row, b[i]!)
  }
  const joint = [...cells].flatMap(([of, row]) => Array.from(row, ([other, times]) => ({ a: of, b: other, times })))
  return { joint, ofA, ofB }
}

function checkLengths(a: ArrayLike<unknown>, b: ArrayLike<unknown>): void {
  if (a.length !== b.length) throw new RangeError(`expected labels of the same items, got ${a.length} and ${b.length}`)
}

function tally(counts: Map<Label, number>, label: Label): void {
  counts.set(label, (counts.get(label) ?? 0) + 1)
}

function entropy(counts: ReadonlyMap<Label, number>, n: number): number {
  let sum = 0
  for (const times of counts.values()) sum -= (times / n) * Math.log(times / n)
  return sum
}

function choose2(n: number): number {
  return (n * (n - 1)) / 2
}
