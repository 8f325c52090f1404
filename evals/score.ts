// One data set: every recording through `replay`, then the facts of each, then its figures.
import { byCategory, systemOf } from './breakdown.ts'
import type { CategoryRow } from './breakdown.ts'
import { categories, categoryFact } from './category.ts'
import { detection, detectionFacts } from './detection.ts'
import type { DetectionFact } from './detection.ts'
import { explanation, explanationFact } from './explanation.ts'
import { faultsApart, faultsApartFact } from './faults-apart.ts'
import type { Label, Truth } from './labels.ts'
import { median } from './measures.ts'
import type { Interval } from './measures.ts'
import { followAll } from './replayed.ts'
import type { Followed, Step } from './replayed.ts'
import { rootCause, rootCauseFacts } from './root-cause.ts'
import type { RootCauseFact } from './root-cause.ts'

export type Figures = Record<string, number | Interval | undefined>

/** What is counted of some recordings of a data set. */
export type Counted = {
  rootCause?: Figures
  detection?: Figures
  text?: Figures
  category?: Figures
  grouping?: Figures
  byCategory: CategoryRow[]
}

export type Result = Counted & {
  dataset: string
  recordings: number
  failures: number
  secondsMedian: number
  secondsMax: number
  /** Where the recordings are of several systems. */
  bySystem: (Counted & { system: string; recordings: number })[]
}

export type Replayed = { steps: Step[]; seconds: number; failed: boolean }

/** A recording, what is true of it, and what the product made of it. */
export type Scored = {
  recording: string
  label: Label
  incidents: Followed[]
  seconds: number
  failed: boolean
  causes: RootCauseFact[]
  detection: DetectionFact
}

const SEED = 0

/** `replayOne` runs the product; a recording it fails on counts as if nothing had been said. In order of names. */
export async function replayAll(
  truth: Truth,
  replayOne: (recording: string, tick: string) => Promise<Replayed>,
  progress: (done: number, all: number, recording: string) => void,
): Promise<Scored[]> {
  const names = Object.keys(truth.recordings).sort()
  const scored: Scored[] = []
  for (const [index, name] of names.entries()) {
    progress(index, names.length, name)
    const label = truth.recordings[name]!
    scored.push(scoreOne(name, label, await replayOne(name, label.tick)))
  }
  return scored
}

export function scoreOne(recording: string, label: Label, { steps, seconds, failed }: Replayed): Scored {
  const incidents = followAll(failed ? [] : steps)
  const causes = rootCauseFacts(label, incidents)
  return { recording, label, incidents, seconds, failed, causes, detection: detectionFacts(label, incidents) }
}

export function score(truth: Truth, scored: readonly Scored[]): Result {
  const seconds = scored.map(one => one.seconds)
  const systems = [...Map.groupBy(scored, ({ label }) => systemOf(label))]
  return {
    dataset: truth.dataset,
    recordings: scored.length,
    failures: scored.filter(({ failed }) => failed).length,
    secondsMedian: median(seconds),
    secondsMax: Math.max(...seconds),
    ...count(truth, scored),
    bySystem:
      systems.length < 2
        ? []
        : systems.map(([system, part]) => ({ system, recordings: part.length, ...count(truth, part) })),
  }
}

function count({ measures, perDay }: Truth, scored: readonly Scored[]): Counted {
  const causes = scored.flatMap(one => one.causes)
  const facts = scored.map(one => one.detection)
  const texts = scored.flatMap(({ label, incidents }) => explanationFact(label, incidents) ?? [])
  const told = scored.flatMap(({ label, incidents }) => categoryFact(label, incidents) ?? [])
  const apart = scored.flatMap(({ label, incidents }) => faultsApartFact(label, incidents) ?? [])
  const measured = (name: string) => measures.includes(name)
  const windows = measured('detection') ? facts.flatMap(fact => fact.windows) : []
  return {
    ...(causes.length > 0 && { rootCause: rootCause(causes, SEED) }),
    ...(measured('detection') && { detection: detection(facts, SEED, perDay) }),
    ...(measured('text') && { text: explanation(texts, SEED), category: categories(told, SEED) }),
    ...(measured('grouping') && apart.length > 0 && { grouping: faultsApart(apart, SEED) }),
    byCategory: byCategory(causes, windows, SEED),
  }
}
