// All that is measured on labelled recordings: each data set as it is, without one kind of evidence, and several at once.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '#incident/fault.ts'
import { readRecording } from '../simulator/read-recording.ts'
import { ablate } from './ablations.ts'
import type { Ablation } from './ablations.ts'
import { addedIssues } from './added-issues.ts'
import { readLabels } from './labels.ts'
import type { Truth } from './labels.ts'
import type { ReplayOne } from './replay-made.ts'
import { replayAll } from './score.ts'
import type { Scored } from './score.ts'
import { sideBySide } from './side-by-side.ts'
import type { TwoAtOnce } from './two-at-once-part.ts'
import type { Evidence } from './variants.ts'

export type Recorded = {
  sets: { truth: Truth; folder: string; scored: Scored[] }[]
  ablations: Ablation[]
  twoAtOnce: TwoAtOnce | undefined
}

/** `names`: what was asked for by name; none: all data sets. */
export type Asked = { names: readonly string[]; evidence: readonly Evidence[]; twoAtOnce: boolean }

/** What is evaluated without labelled recordings, or made of them. */
const MADE = ['snapshots', 'synthetic', 'loghub', 'two-at-once']
/** The set whose issues are of one call graph, one a recording. */
const ONE_GRAPH = 'petshop'

/**
 * `folder`: data sets, a folder each, and `labels/`. Throws a Fault `validation` where there are no labels, or a name means
 * nothing.
 */
export async function evaluateRecordings(
  folder: string,
  { names, evidence, twoAtOnce }: Asked,
  replayOne: ReplayOne,
  progress: (name: string) => (done: number, all: number, recording: string) => void,
): Promise<Recorded> {
  const truths = truthsIn(folder)
  const known = [...truths.map(({ dataset }) => dataset), ...MADE]
  const unknown = names.find(name => !known.includes(name))
  if (unknown !== undefined) {
    throw new Fault('validation', `There is nothing called ${unknown} to evaluate. Choose of: ${known.join(', ')}.`)
  }
  const read = (dataset: string, name: string) => readRecording(join(folder, dataset, name))
  const sets: Recorded['sets'] = []
  const ablations: Ablation[] = []
  for (const truth of truths.filter(({ dataset }) => names.length === 0 || names.includes(dataset))) {
    const { dataset } = truth
    const own = join(folder, dataset)
    const scored = await replayAll(truth, (name, tick) => replayOne(join(own, name), tick), progress(dataset))
    sets.push({ truth, folder: own, scored })
    for (const one of evidence) {
      const readOne = (name: string) => read(dataset, name)
      ablations.push(...(await ablate(truth, scored, one, readOne, replayOne, progress(dataset))))
    }
  }
  if (!twoAtOnce) return { sets, ablations, twoAtOnce: undefined }
  const issues = truths.find(({ dataset }) => dataset === ONE_GRAPH)
  const readIssue = (name: string) => read(ONE_GRAPH, name)
  const added = issues && (await addedIssues(issues, readIssue, replayOne, progress('two added')))
  const apart = await sideBySide(truths, read, replayOne, progress('side by side'))
  return { sets, ablations, twoAtOnce: { added, apart } }
}

function truthsIn(recordings: string): Truth[] {
  const folder = join(recordings, 'labels')
  if (!existsSync(folder)) throw new Fault('validation', `${folder} is missing: expected labels beside the recordings.`)
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => readLabels(join(folder, name)))
}
