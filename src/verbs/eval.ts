// eval: accuracy on labelled recordings, counted as a judge outside would count.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asFault, Fault } from '#incident/fault.ts'
import { readLabels } from '../../evals/labels.ts'
import { datasetPart } from '../../evals/dataset-part.ts'
import { loghub } from '../../evals/loghub.ts'
import { loghubPart } from '../../evals/loghub-part.ts'
import { resultsPage } from '../../evals/results.ts'
import { replayAll, score } from '../../evals/score.ts'
import type { Replayed, Result } from '../../evals/score.ts'
import type { Step } from '../../evals/replayed.ts'
import { scoreSnapshots } from '../../evals/snapshot-score.ts'
import { snapshotPart } from '../../evals/snapshot-part.ts'
import { snapshotCases } from '../../evals/snapshots/cases.ts'
import { parseDuration } from '../duration.ts'
import { runReplay } from './replay.ts'
import { ROOT } from './root.ts'

type Options = { recordings?: string; data?: string; write?: boolean; json?: boolean }

export async function evaluate(names: readonly string[], options: Options): Promise<boolean> {
  const wantsSnapshots = names.length === 0 || names.includes('snapshots')
  if (options.recordings === undefined && options.data === undefined && !wantsSnapshots) {
    throw new Fault(
      'validation',
      'Nothing to evaluate: give --recordings (a folder with labels/) or --data (with loghub/).',
    )
  }
  const results: Result[] = []
  for (const truth of options.recordings === undefined ? [] : truthsIn(options.recordings, names)) {
    const folder = join(options.recordings ?? '', truth.dataset)
    const replay = (name: string, tick: string) => replayOne(join(folder, name), tick)
    results.push(score(truth, await replayAll(truth, replay, progress(truth.dataset))))
  }
  const wantsLoghub = names.length === 0 || names.includes('loghub')
  const rows = options.data !== undefined && wantsLoghub ? loghub(join(options.data, 'loghub')) : []
  const snapshots = wantsSnapshots ? await scoreSnapshots(snapshotCases(), replayOne, progress('snapshots')) : undefined
  const file = join(ROOT, 'evals', 'results.md')
  const parts = [
    ...results.map(datasetPart),
    ...(rows.length > 0 ? [loghubPart(rows)] : []),
    ...(snapshots ? [snapshotPart(snapshots)] : []),
  ]
  const page = resultsPage(parts, options.write ? readFileSync(file, 'utf8') : '')
  if (options.write) writeFileSync(file, page)
  process.stdout.write(
    options.json ? `${JSON.stringify({ results, loghub: rows, snapshots }, shownOrNull)}\n` : `${page}\n`,
  )
  return results.every(({ failures }) => failures === 0)
}

function truthsIn(recordings: string, names: readonly string[]) {
  const folder = join(recordings, 'labels')
  if (!existsSync(folder)) throw new Fault('validation', `${folder} is missing: expected labels beside the recordings.`)
  const truths = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => readLabels(join(folder, name)))
  return truths.filter(({ dataset }) => names.length === 0 || names.includes(dataset))
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
