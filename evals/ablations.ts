// What each kind of evidence is worth: the same faults with and without it, each through the whole product.
import type { Recording } from '../simulator/recording.ts'
import { categoryFact } from './category.ts'
import { f1Of, f1Rows } from './detection.ts'
import type { Truth } from './labels.ts'
import { differenceInterval, interval, mean } from './measures.ts'
import type { Interval } from './measures.ts'
import { replayMade } from './replay-made.ts'
import type { ReplayOne } from './replay-made.ts'
import { isAmong } from './root-cause.ts'
import { scoreOne } from './score.ts'
import type { Scored } from './score.ts'
import { systemOf } from './breakdown.ts'
import { without } from './variants.ts'
import type { Evidence } from './variants.ts'

export type Ablation = {
  dataset: string
  system: string
  without: Evidence
  /** Recordings that had it. */
  recordings: number
  n: number
  first: Interval | undefined
  firstThree: Interval | undefined
  /** With it less without it: what it is worth. Intervals of paired cases. */
  worthFirst: Interval | undefined
  worthFirstThree: Interval | undefined
  /** Undefined where nothing is said of detection. */
  f1: number | undefined
  worthF1: Interval | undefined
}

type Pair = { whole: Scored; cut: Scored[] }

/** A row a system; none where no recording has it. `whole`: what was scored of the recordings as they are. */
export async function ablate(
  truth: Truth,
  whole: readonly Scored[],
  evidence: Evidence,
  read: (recording: string) => Promise<Recording>,
  replayOne: ReplayOne,
  progress: (done: number, all: number, name: string) => void,
): Promise<Ablation[]> {
  const pairs: Pair[] = []
  for (const [done, scored] of whole.entries()) {
    progress(done, whole.length, `${scored.recording} without ${evidence}`)
    const cases = without(evidence, { recording: await read(scored.recording), label: scored.label })
    if (!cases) continue
    const cut: Scored[] = []
    for (const { recording, label } of cases) {
      cut.push(scoreOne(scored.recording, label, await replayMade(recording, label.tick, replayOne)))
    }
    pairs.push({ whole: scored, cut })
  }
  const bySystem = Map.groupBy(pairs, pair => systemOf(pair.whole.label))
  return [...bySystem].map(([system, part]) => figuresOf(truth, system, evidence, part))
}

const SEED = 0

function figuresOf(truth: Truth, system: string, evidence: Evidence, pairs: readonly Pair[]): Ablation {
  const worth = (k: number) =>
    pairs.flatMap(({ whole, cut }) => {
      const left = cut.flatMap(one => hitsOf(one, k))
      return hitsOf(whole, k).map((hit, i) => hit - left[i]!)
    })
  const among = (k: number) => pairs.flatMap(({ cut }) => cut.flatMap(one => hitsOf(one, k)))
  const isDetected = truth.measures.includes('detection') && evidence !== 'history'
  const rowsOf = (side: (pair: Pair) => Scored[]) =>
    f1Rows(pairs.flatMap(pair => side(pair).map(scored => scored.detection)))
  const left = rowsOf(({ cut }) => cut)
  return {
    dataset: truth.dataset,
    system,
    without: evidence,
    recordings: pairs.length,
    n: among(1).length,
    first: interval(among(1), mean, SEED),
    firstThree: interval(among(3), mean, SEED),
    worthFirst: interval(worth(1), mean, SEED),
    worthFirstThree: interval(worth(3), mean, SEED),
    f1: isDetected ? f1Of(left) : undefined,
    worthF1: isDetected
      ? differenceInterval(
          rowsOf(({ whole }) => [whole]),
          left,
          f1Of,
          SEED,
        )
      : undefined,
  }
}

/** A number a fault: 1 where its cause is among the first k; where only a category is known, 1 where that is right. */
function hitsOf({ causes, label, incidents }: Scored, k: number): number[] {
  const category = categoryFact(label, incidents)
  if (category) return [Number(category.expected === category.said)]
  return causes.map(fact => Number(isAmong(fact, k)))
}
