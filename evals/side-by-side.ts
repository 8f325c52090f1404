// Troubles of systems that have nothing to do with each other at one time: does each keep its own incident?
import { randomFrom } from '#analysis/random.ts'
import type { Recording } from '../simulator/recording.ts'
import { drawn } from './drawn.ts'
import { grouping, groupingFact } from './grouping.ts'
import type { GroupingFact } from './grouping.ts'
import type { Label, Truth } from './labels.ts'
import { merged, ownerAmong } from './merge.ts'
import { replayMade } from './replay-made.ts'
import type { ReplayOne } from './replay-made.ts'
import { followAll } from './replayed.ts'

export type SideBySide = {
  cases: number
  incidentsPerTrouble: number
  /** Share of the troubles with a signal in some incident. */
  covered: number
} & ReturnType<typeof grouping>

const SEED = 0
const CASES = 30

/**
 * Two or three recordings of as many sets, each with something wrong in its last hour. Undefined where there are no two such
 * sets.
 */
export async function sideBySide(
  truths: readonly Truth[],
  read: (dataset: string, recording: string) => Promise<Recording>,
  replayOne: ReplayOne,
  progress: (done: number, all: number, name: string) => void,
): Promise<SideBySide | undefined> {
  const sets = truths.flatMap(truth => {
    const sick = Object.entries(truth.recordings).filter(([, label]) => isSickAtTheEnd(label))
    return sick.length > 0 ? [{ dataset: truth.dataset, names: sick.map(([name]) => name).sort() }] : []
  })
  if (sets.length < 2) return undefined
  const random = randomFrom(SEED)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const facts: GroupingFact[] = []
  for (let done = 0; done < CASES; done++) {
    const chosen = drawn(sets, Math.min(sets.length, pick([2, 3])), random).map(({ dataset, names }) => ({
      dataset,
      name: pick(names),
    }))
    progress(done, CASES, chosen.map(({ dataset, name }) => `${dataset}/${name}`).join(' beside '))
    const [first, ...others] = await Promise.all(chosen.map(({ dataset, name }) => read(dataset, name)))
    const owner = ownerAmong([first!, ...others])
    const { steps } = await replayMade(merged([first!, ...others]), '60s', replayOne)
    const found = followAll(steps).map(({ opened, last }) => ({ opened, signals: last.groupedSignals }))
    facts.push(groupingFact(chosen.length, found, ({ entity }) => owner(entity)))
  }
  const troubles = facts.reduce((sum, fact) => sum + fact.troubles, 0)
  return {
    cases: facts.length,
    incidentsPerTrouble: facts.reduce((sum, { incidents }) => sum + incidents, 0) / troubles,
    covered: facts.reduce((sum, { covered }) => sum + covered, 0) / troubles,
    ...grouping(facts, SEED),
  }
}

const LAST = 3_600_000

function isSickAtTheEnd({ end, windows, text }: Label): boolean {
  if (text) return text.category !== 'healthy'
  return windows.length === 1 && windows[0]!.target !== undefined && windows[0]!.start > end - LAST
}
