// HDBSCAN on rows as embeddings give them: exact and approximate, each in a process of its own, so that its memory is its
// own too; with --peers beside scikit-learn-contrib/hdbscan, scikit-learn and hdbscan-ts on the same rows in the same run.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { adjustedRandIndex } from '#analysis/evaluate.ts'
import { median } from '#analysis/statistics.ts'
import type { Benchmark } from './benchmark.ts'
import { nodeModulesWith, pythonWith, run } from './installed.ts'

const D = 384
const EXACT = { n: 20_000, runs: 5, promisedSeconds: 3, promisedMb: 250 }
const LARGE = { n: 100_000, runs: 1, promisedSeconds: 10, promisedAri: 0.98 }
const COMPARED = { n: 5_000, runs: 3 }
/** Enough to start every thread: what Node takes to read TypeScript on each, and nothing else. */
const NOTHING = 300
const PEERS = ['hdbscan==0.8.44', 'scikit-learn==1.9.1']
/** Cubic in rows: it is given as few as NOTHING. */
const HDBSCAN_TS = 'hdbscan-ts@1.0.17'

const answered = z.object({ seconds: z.number(), cpuSeconds: z.number(), mb: z.number(), clusters: z.number() })
type Answer = z.infer<typeof answered>
const peersSchema = z.object({ hdbscan: z.number(), hdbscanMb: z.number(), sklearn: z.number() })

export const benchCluster: Benchmark = async (say, { peers: wantsPeers }) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cluster-'))
  try {
    const clusters = (n: number, mode: 'exact' | 'approximate', runs: number) => {
      say(`${mode}, ${n.toLocaleString('en')} rows`)
      const child = join(import.meta.dirname, 'cluster-once.ts')
      const given = [...process.execArgv, child, String(n), String(D), mode, folder]
      return middle(
        Array.from({ length: runs }, () => answered.parse(JSON.parse(run(process.execPath, given, folder)))),
      )
    }
    // Copied: a small file may lie anywhere in a buffer of several.
    const labels = (name: string) => [...new Int32Array(new Uint8Array(readFileSync(join(folder, name))).buffer)]
    const nothing = clusters(NOTHING, 'exact', 1)
    const exact = clusters(EXACT.n, 'exact', EXACT.runs)
    const large = clusters(LARGE.n, 'approximate', LARGE.runs)
    const largeExact = clusters(LARGE.n, 'exact', 1)
    const ari = adjustedRandIndex(labels(`${LARGE.n}-exact`), labels(`${LARGE.n}-approximate`))
    const peers = wantsPeers
      ? besidePeers(clusters(COMPARED.n, 'exact', COMPARED.runs), labels, folder, say)
      : undefined
    const figures = { nothing, exact, large, largeExact, ari, peers }
    const isKept =
      exact.seconds <= EXACT.promisedSeconds &&
      exact.mb <= EXACT.promisedMb &&
      large.seconds <= LARGE.promisedSeconds &&
      ari >= LARGE.promisedAri
    return { figures, page: page(figures), isKept }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The answer whose time is the median; its memory the most of all. */
function middle(answers: Answer[]): Answer {
  const seconds = median(answers.map(answer => answer.seconds))
  const nearest = answers.toSorted((a, b) => Math.abs(a.seconds - seconds) - Math.abs(b.seconds - seconds))[0]!
  return { ...nearest, seconds, mb: Math.max(...answers.map(({ mb }) => mb)) }
}

type Peers = z.infer<typeof peersSchema> & { ours: Answer; ari: number; ts: { seconds: number; ari: number } }

function besidePeers(
  ours: Answer,
  labels: (name: string) => number[],
  folder: string,
  say: (line: string) => void,
): Peers {
  say(`installing ${[...PEERS, HDBSCAN_TS].join(', ')}`)
  const python = pythonWith(PEERS)
  const modules = nodeModulesWith([HDBSCAN_TS])
  say('hdbscan and scikit-learn')
  const given = [join(import.meta.dirname, 'cluster.py'), join(folder, `${COMPARED.n}.rows`), String(D)]
  const theirs = peersSchema.parse(JSON.parse(run(python, given, folder)))
  say('hdbscan-ts')
  const few = hdbscanTs(modules, join(folder, `${NOTHING}.rows`))
  return {
    ...theirs,
    ours,
    ari: adjustedRandIndex(labels(`${COMPARED.n}.rows.labels`), labels(`${COMPARED.n}-exact`)),
    ts: { seconds: few.seconds, ari: adjustedRandIndex(few.labels, labels(`${NOTHING}-exact`)) },
  }
}

type HdbscanTs = { fit(rows: number[][]): unknown; readonly labels_: number[] }

/** It knows Euclidean distance only: of rows of unit length, which it puts in the order of cosine. */
function hdbscanTs(modules: string, file: string): { seconds: number; labels: number[] } {
  const { HDBSCAN }: { HDBSCAN: new (options: { minClusterSize: number; minSamples: number }) => HdbscanTs } =
    createRequire(join(modules, 'package.json'))('hdbscan-ts')
  const values = new Float32Array(new Uint8Array(readFileSync(file)).buffer)
  const rows = Array.from({ length: NOTHING }, (_, i) => {
    const row = [...values.subarray(i * D, (i + 1) * D)]
    const length = Math.hypot(...row)
    return row.map(value => value / length)
  })
  const clusterer = new HDBSCAN({ minClusterSize: 5, minSamples: 3 })
  const began = performance.now()
  clusterer.fit(rows)
  return { seconds: (performance.now() - began) / 1_000, labels: clusterer.labels_ }
}

type Figures = { nothing: Answer; exact: Answer; large: Answer; largeExact: Answer; ari: number; peers?: Peers }

function page({ nothing, exact, large, largeExact, ari, peers }: Figures): string {
  const size = (n: number) => `${n.toLocaleString('en')} x ${D}`
  const time = ({ seconds, cpuSeconds }: Answer) => `${seconds.toFixed(2)} s (${cpuSeconds.toFixed(1)} s of processor)`
  const lines = [
    `| exact, ${size(EXACT.n)} | ${time(exact)} | at most ${EXACT.promisedSeconds} s |`,
    `| its process, peak memory (RSS), rows of ${Math.round((EXACT.n * D * 4) / 2 ** 20)} MB among it | ${Math.round(exact.mb)} MB | at most ${EXACT.promisedMb} MB |`,
    `| a process with ${NOTHING} rows | ${Math.round(nothing.mb)} MB | |`,
    `| approximate, ${size(LARGE.n)} | ${time(large)} | at most ${LARGE.promisedSeconds} s |`,
    `| its process, peak memory | ${Math.round(large.mb)} MB | |`,
    `| the same rows, exact | ${time(largeExact)}, ${Math.round(largeExact.mb)} MB | |`,
    `| ARI of the two | ${ari.toFixed(4)} | at least ${LARGE.promisedAri} |`,
  ]
  if (peers) {
    const beside = (seconds: number) =>
      `${seconds.toFixed(2)} s, ${(seconds / peers.ours.seconds).toFixed(0)} times ours`
    lines.push(
      `| exact, ${size(COMPARED.n)} | ${time(peers.ours)}, ${Math.round(peers.ours.mb)} MB | |`,
      `| ${PEERS[0]}, the same rows by cosine | ${beside(peers.hdbscan)}, ${Math.round(peers.hdbscanMb)} MB | |`,
      `| ${PEERS[1]}, HDBSCAN, the same | ${beside(peers.sklearn)} | |`,
      `| ARI of hdbscan's labels and ours | ${peers.ari.toFixed(4)} | |`,
      `| exact, ${size(NOTHING)}, and the start of threads | ${time(nothing)} | |`,
      `| ${HDBSCAN_TS}, the same rows, of unit length and by Euclidean distance | ${peers.ts.seconds.toFixed(2)} s, ${(peers.ts.seconds / nothing.seconds).toFixed(0)} times ours | |`,
      `| ARI of its labels and ours | ${peers.ts.ari.toFixed(4)} | |`,
    )
  }
  return `HDBSCAN by cosine over groups and a fifth of noise (\`bench/cluster-once.ts\`), as many threads as cores:
${cpus()[0]?.model.trim() ?? 'an unknown processor'} (${availableParallelism()} cores), Node ${process.versions.node}; median of ${EXACT.runs}, for ${LARGE.n.toLocaleString('en')} rows one run.
\`npm run -s cli -- bench cluster${peers ? ' --peers' : ''} --write\`

| | measured | promised |
|---|---|---|
${lines.join('\n')}
`
}
