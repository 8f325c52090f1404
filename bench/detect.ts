// Detectors and measures of quality at the size they must bear; with --peers beside scikit-learn and ml-isolation-forest,
// on the same rows in the same run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { silhouette } from '#analysis/cluster-quality.ts'
import { growForest, scoreForest } from '#analysis/detectors/isolation-forest.ts'
import { randomFrom } from '#analysis/random.ts'
import { median, normalQuantile } from '#analysis/statistics.ts'
import type { Benchmark } from './benchmark.ts'
import { nodeModulesWith, pythonWith, run } from './installed.ts'

const RUNS = 5
const FOREST = { n: 10_000, d: 32, trees: 200, promisedSeconds: 0.15, promisedSpearman: 0.97 }
const SILHOUETTE = { n: 100_000, compared: 5_000, d: 384, groups: 50, promisedSeconds: 10 }
const SCIKIT_LEARN = 'scikit-learn==1.9.1'
const ML_ISOLATION_FOREST = 'ml-isolation-forest@0.1.0'

type Peers = {
  version: string
  forestSeconds: number
  spearman: number
  silhouetteSeconds: number
  apart: number
  mlSeconds: number
}

export const benchDetect: Benchmark = async (say, { peers: wantsPeers }) => {
  const rows = unevenRows()
  say('isolation forest')
  const forest = timed(seed => scoreForest(growForest(rows, FOREST.n, FOREST.d, { seed }), rows, FOREST.n))
  const seeds = spearman(forest.results[0]!, forest.results[1]!)
  say('silhouette')
  const points = groupedPoints(SILHOUETTE.n)
  const all = timed(() => silhouette(points.rows, SILHOUETTE.d, points.labels))
  const rss = process.resourceUsage().maxRSS / 1024
  const few = groupedPoints(SILHOUETTE.compared)
  const some = timed(() => silhouette(few.rows, SILHOUETTE.d, few.labels))
  const peers = wantsPeers ? besidePeers(rows, forest.results, few, some.results[0]!, say) : undefined
  const figures = {
    forestSeconds: forest.seconds,
    seeds,
    silhouetteSeconds: all.seconds,
    fewSeconds: some.seconds,
    rss,
    peers,
  }
  const isKept =
    forest.seconds <= FOREST.promisedSeconds &&
    all.seconds <= SILHOUETTE.promisedSeconds &&
    (!peers || (peers.spearman >= FOREST.promisedSpearman && peers.apart < 1e-6))
  return { figures, page: page(figures), isKept }
}

/** Normally distributed, some rows far wider than others, so that there is an order for a ranking to find. */
function unevenRows(): Float64Array {
  const random = randomFrom(1)
  const normal = () => normalQuantile(1e-6 + (1 - 2e-6) * random())
  const rows = new Float64Array(FOREST.n * FOREST.d)
  for (let i = 0; i < FOREST.n; i++) {
    const width = Math.exp(normal())
    for (let j = 0; j < FOREST.d; j++) rows[i * FOREST.d + j] = width * normal()
  }
  return rows
}

type Points = { rows: Float32Array; labels: Int32Array }

function groupedPoints(n: number): Points {
  const { d, groups } = SILHOUETTE
  const random = randomFrom(2)
  const centres = Float32Array.from({ length: groups * d }, () => random() - 0.5)
  const labels = Int32Array.from({ length: n }, (_, i) => i % groups)
  const rows = new Float32Array(n * d)
  for (const [i, group] of labels.entries()) {
    for (let j = 0; j < d; j++) rows[i * d + j] = centres[group * d + j]! + random() - 0.5
  }
  return { rows, labels }
}

function timed<T>(work: (seed: number) => T): { seconds: number; results: T[] } {
  const results: T[] = []
  const seconds = Array.from({ length: RUNS }, (_, seed) => {
    const began = performance.now()
    results.push(work(seed))
    return (performance.now() - began) / 1_000
  })
  return { seconds: median(seconds), results }
}

const answered = z.object({
  version: z.string(),
  forestSeconds: z.number(),
  scores: z.array(z.number()),
  silhouetteSeconds: z.number(),
  silhouette: z.number(),
})

function besidePeers(
  rows: Float64Array,
  scores: readonly Float64Array[],
  few: Points,
  quality: number,
  say: (line: string) => void,
): Peers {
  say(`installing ${SCIKIT_LEARN} and ${ML_ISOLATION_FOREST}`)
  const python = pythonWith([SCIKIT_LEARN])
  const modules = nodeModulesWith([ML_ISOLATION_FOREST])
  const folder = mkdtempSync(join(tmpdir(), 'bench-detect-'))
  try {
    const [forest, points] = [join(folder, 'forest'), join(folder, 'points')]
    writeFileSync(forest, rows)
    writeFileSync(points, few.rows)
    writeFileSync(`${points}.labels`, few.labels)
    say('scikit-learn')
    const sizes = [forest, FOREST.n, FOREST.d, points, SILHOUETTE.compared, SILHOUETTE.d, RUNS].map(String)
    const theirs = answered.parse(JSON.parse(run(python, [join(import.meta.dirname, 'detect.py'), ...sizes], folder)))
    say('ml-isolation-forest')
    return {
      version: theirs.version,
      forestSeconds: theirs.forestSeconds,
      spearman: Math.min(...scores.map(ours => spearman(ours, theirs.scores))),
      silhouetteSeconds: theirs.silhouetteSeconds,
      apart: Math.abs(theirs.silhouette - quality),
      mlSeconds: mlForestSeconds(modules, rows),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

type MlForest = { train(rows: number[][]): void; predict(rows: number[][]): number[] }

function mlForestSeconds(modules: string, rows: Float64Array): number {
  const { IsolationForest }: { IsolationForest: new (options: { nEstimators: number }) => MlForest } = createRequire(
    join(modules, 'package.json'),
  )('ml-isolation-forest')
  const lists = Array.from({ length: FOREST.n }, (_, i) => [...rows.subarray(i * FOREST.d, (i + 1) * FOREST.d)])
  return timed(() => {
    const forest = new IsolationForest({ nEstimators: FOREST.trees })
    forest.train(lists)
    return forest.predict(lists)
  }).seconds
}

function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)]
  let squares = 0
  for (let i = 0; i < x.length; i++) squares += (x[i]! - y[i]!) ** 2
  return 1 - (6 * squares) / (x.length * (x.length ** 2 - 1))
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!)
  const rank = new Float64Array(values.length)
  for (const [place, i] of order.entries()) rank[i] = place
  return rank
}

type Figures = {
  forestSeconds: number
  seeds: number
  silhouetteSeconds: number
  fewSeconds: number
  rss: number
  peers?: Peers
}

function page({ forestSeconds, seeds, silhouetteSeconds, fewSeconds, rss, peers }: Figures): string {
  const ms = (seconds: number) => `${Math.round(1_000 * seconds).toLocaleString('en')} ms`
  const beside = (theirs: number, ours: number) => `${ms(theirs)}, ${(theirs / ours).toFixed(1)} times ours`
  const lines = [
    `| isolation forest, ${FOREST.n.toLocaleString('en')} x ${FOREST.d}, ${FOREST.trees} trees, grown and scored | ${ms(forestSeconds)} | at most ${ms(FOREST.promisedSeconds)} |`,
    `| ranking of two seeds, Spearman | ${seeds.toFixed(3)} | |`,
    `| silhouette, cosine, ${SILHOUETTE.n.toLocaleString('en')} x ${SILHOUETTE.d}, ${SILHOUETTE.groups} groups | ${ms(silhouetteSeconds)} | at most ${ms(SILHOUETTE.promisedSeconds)} |`,
    `| peak memory (RSS), rows of 154 MB among it | ${Math.round(rss)} MB | |`,
  ]
  if (peers) {
    lines.push(
      `| scikit-learn ${peers.version}, the same forest | ${beside(peers.forestSeconds, forestSeconds)} | |`,
      `| our ranking and its, Spearman, least of ${RUNS} seeds | ${peers.spearman.toFixed(3)} | at least ${FOREST.promisedSpearman} |`,
      `| ${ML_ISOLATION_FOREST}, the same rows (without sub-sampling) | ${beside(peers.mlSeconds, forestSeconds)} | |`,
      `| scikit-learn, silhouette of ${SILHOUETTE.compared.toLocaleString('en')} rows | ${beside(peers.silhouetteSeconds, fewSeconds)} | |`,
      `| the same silhouette, apart by | ${peers.apart.toExponential(0)} | under 1e-6 |`,
    )
  }
  return `One thread, ${cpus()[0]?.model.trim() ?? 'an unknown processor'} (${availableParallelism()} cores), Node ${process.versions.node}; median of ${RUNS}.
\`npm run -s cli -- bench detect${peers ? ' --peers' : ''} --write\`

| | measured | promised |
|---|---|---|
${lines.join('\n')}
`
}
