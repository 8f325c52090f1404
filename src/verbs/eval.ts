// eval: accuracy on labelled recordings, counted as a judge outside would count.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asFault, Fault } from '#incident/fault.ts'
import { ablationsParts } from '../../evals/ablations-part.ts'
import { confidencePart } from '../../evals/confidence-part.ts'
import { datasetPart } from '../../evals/dataset-part.ts'
import { loghub } from '../../evals/loghub.ts'
import { loghubPart } from '../../evals/loghub-part.ts'
import { evaluateRecordings } from '../../evals/recordings.ts'
import type { Recorded } from '../../evals/recordings.ts'
import { confidence, ratedOf, ratedSnapshots } from '../../evals/reliability.ts'
import type { Step } from '../../evals/replayed.ts'
import { reportPage } from '../../evals/report/report.ts'
import { resultsPage } from '../../evals/results.ts'
import { score } from '../../evals/score.ts'
import type { Replayed } from '../../evals/score.ts'
import { snapshotPart } from '../../evals/snapshot-part.ts'
import { scoreSnapshots } from '../../evals/snapshot-score.ts'
import { snapshotCases } from '../../evals/snapshots/cases.ts'
import { CASES, syntheticCases } from '../../evals/synthetic-incidents/cases.ts'
import { syntheticPart } from '../../evals/synthetic-part.ts'
import { scoreSynthetic } from '../../evals/synthetic-score.ts'
import { twoAtOncePart } from '../../evals/two-at-once-part.ts'
import { EVIDENCE } from '../../evals/variants.ts'
import type { Evidence } from '../../evals/variants.ts'
import { parseDuration } from '../duration.ts'
import { runReplay } from './replay.ts'
import { ROOT } from './root.ts'

type Options = {
  recordings?: string
  data?: string
  /** Kinds of evidence to leave out by turns, by commas; true: each. */
  ablations?: string | true
  write?: boolean
  /** File of the page with pictures. */
  report?: string
  json?: boolean
}

const SEED = 0
const NOTHING: Recorded = { sets: [], ablations: [], twoAtOnce: undefined }

export async function evaluate(names: readonly string[], options: Options): Promise<boolean> {
  const wants = (name: string) => names.length === 0 || names.includes(name)
  const { recordings } = options
  if (recordings === undefined && options.data === undefined && !wants('snapshots') && !wants('synthetic')) {
    throw new Fault(
      'validation',
      'Nothing to evaluate: give --recordings (a folder with labels/) or --data (with loghub/).',
    )
  }
  const asked = { names, evidence: evidenceOf(options.ablations), twoAtOnce: names.includes('two-at-once') }
  const { sets, ablations, twoAtOnce } =
    recordings === undefined ? NOTHING : await evaluateRecordings(recordings, asked, replayOne, progress)
  const results = sets.map(({ truth, scored }) => score(truth, scored))
  const rows = options.data !== undefined && wants('loghub') ? loghub(join(options.data, 'loghub')) : []
  const snapshots = wants('snapshots')
    ? await scoreSnapshots(snapshotCases(), replayOne, progress('snapshots'))
    : undefined
  const synthetic = wants('synthetic')
    ? await scoreSynthetic(syntheticCases(), CASES, replayOne, progress('synthetic'))
    : undefined
  const rated = [
    ...sets.flatMap(({ truth, scored }) => ratedOf(truth.dataset, scored)),
    ...ratedSnapshots(snapshots?.facts ?? []),
  ]
  const sure = new Set(rated.map(({ set }) => set)).size > 1 ? confidence(rated, SEED) : undefined
  const parts = [
    ...results.map(datasetPart),
    ...(snapshots ? [snapshotPart(snapshots)] : []),
    ...(synthetic ? [syntheticPart(synthetic)] : []),
    ...(sure ? [confidencePart(sure)] : []),
    ...ablationsParts(ablations),
    ...(twoAtOnce ? [twoAtOncePart(twoAtOnce)] : []),
    ...(rows.length > 0 ? [loghubPart(rows)] : []),
  ]
  const file = join(ROOT, 'evals', 'results.md')
  const page = resultsPage(parts, options.write ? readFileSync(file, 'utf8') : '')
  if (options.write) writeFileSync(file, page)
  if (options.report !== undefined) writeFileSync(options.report, await reportPage(parts, sets, sure))
  const figures = { results, loghub: rows, snapshots, synthetic, confidence: sure, ablations, twoAtOnce }
  process.stdout.write(options.json ? `${JSON.stringify(figures, shownOrNull)}\n` : `${page}\n`)
  return results.every(({ failures }) => failures === 0)
}

function evidenceOf(asked: string | true | undefined): readonly Evidence[] {
  if (asked === undefined) return []
  if (asked === true) return EVIDENCE
  return asked.split(',').map(name => {
    const found = EVIDENCE.find(evidence => evidence === name)
    if (!found) throw new Fault('validation', `There is no evidence ${name}. Choose of: ${EVIDENCE.join(', ')}.`)
    return found
  })
}

async function replayOne(folder: string, tick: string): Promise<Replayed> {
  const began = performance.now()
  const steps: Step[] = []
  const took = () => (performance.now() - began) / 1_000
  try {
    await runReplay(folder, { tick: parseDuration(tick) ?? 60_000 }, step => steps.push(step))
    return { steps, seconds: took(), failed: false }
  } catch (error) {
    process.stderr.write(`${folder}: ${asFault(error).message}\n`)
    return { steps: [], seconds: took(), failed: true }
  }
}

function progress(dataset: string): (done: number, all: number, recording: string) => void {
  return (done, all, recording) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${dataset} ${done + 1} of ${all}: ${recording}      `)
  }
}

function shownOrNull(_key: string, value: unknown): unknown {
  return value === undefined ? null : value
}
