// One data set: every recording through `replay`, then the facts of each, then its figures.
import { explanation, explanationFact } from './explanation.ts'
import { detection, detectionFacts } from './detection.ts'
import type { Truth } from './labels.ts'
import { median } from './measures.ts'
import type { Interval } from './measures.ts'
import { followAll } from './replayed.ts'
import type { Step } from './replayed.ts'
import { rootCause, rootCauseFacts } from './root-cause.ts'

export type Figures = Record<string, number | Interval | undefined>

export type Result = {
  dataset: string
  recordings: number
  failures: number
  secondsMedian: number
  secondsMax: number
  rootCause?: Figures
  detection?: Figures
  text?: Figures
}

export type Replayed = { steps: Step[]; seconds: number; failed: boolean }

const SEED = 0

/** `replayOne` runs the product; a recording it fails on counts as if nothing had been said. */
export async function score(
  truth: Truth,
  replayOne: (recording: string, tick: string) => Promise<Replayed>,
  progress: (done: number, all: number, recording: string) => void,
): Promise<Result> {
  const names = Object.keys(truth.recordings).sort()
  const replays: Replayed[] = []
  for (const [index, name] of names.entries()) {
    progress(index, names.length, name)
    replays.push(await replayOne(name, truth.recordings[name]?.tick ?? '60s'))
  }
  const pairs = names.map((name, index) => ({
    label: truth.recordings[name]!,
    incidents: followAll(replays[index]?.failed ? [] : (replays[index]?.steps ?? [])),
  }))
  const causes = pairs.flatMap(({ label, incidents }) => rootCauseFacts(label, incidents))
  const measured = (name: string) => truth.measures.includes(name)
  const seconds = replays.map(replay => replay.seconds)
  return {
    dataset: truth.dataset,
    recordings: names.length,
    failures: replays.filter(({ failed }) => failed).length,
    secondsMedian: median(seconds),
    secondsMax: Math.max(...seconds),
    ...(causes.length > 0 && { rootCause: rootCause(causes, SEED) }),
    ...(measured('detection') && {
      detection: detection(
        pairs.map(({ label, incidents }) => detectionFacts(label, incidents)),
        SEED,
        truth.perDay,
      ),
    }),
    ...(measured('text') && {
      text: explanation(
        pairs.flatMap(({ label, incidents }) => explanationFact(label, incidents) ?? []),
        SEED,
      ),
    }),
  }
}
