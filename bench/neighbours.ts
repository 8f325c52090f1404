// Nearest neighbours of rows as embeddings give them, by each index, on one thread; with --peers beside faiss on the same
// rows in the same run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { flatNeighbours } from '#analysis/indexes/flat.ts'
import { hnswNeighbours } from '#analysis/indexes/hnsw.ts'
import { HNSW_FROM } from '#analysis/indexes/open.ts'
import { openPlainRows } from '#analysis/indexes/plain-rows.ts'
import { wasmRows } from '#analysis/indexes/wasm-rows.ts'
import type { Neighbours } from '#analysis/neighbours.ts'
import { randomFrom } from '#analysis/random.ts'
import { median, normalQuantile } from '#analysis/statistics.ts'
import { normalise } from '#analysis/vector.ts'
import type { Benchmark } from './benchmark.ts'
import { pythonWith, run } from './installed.ts'

const D = 384
const N = 20_000
const K = 10
const QUERIES = 1_000
const PLAIN_QUERIES = 100
const RUNS = 5
const SIZES = [5_000, 10_000, 20_000, 50_000]
const PROMISED_RECALL = 0.95
const PEERS = ['faiss-cpu==1.15.1']

const peerSchema = z.object({ version: z.string(), flat: z.number(), build: z.number(), graph: z.number() })
type Peer = z.infer<typeof peerSchema> & { recall: number }
/** Queries a second, rows a second. */
type Figures = {
  plain: number
  flat: number
  one: number
  graph: number
  adding: number
  recall: number
  isSame: boolean
  sizes: { n: number; flat: number; graph: number; recall: number }[]
  peer?: Peer
}

export const benchNeighbours: Benchmark = async (say, { peers: wantsPeers }) => {
  const wasm = wasmRows()
  if (!wasm) throw new Error('The kernel is missing: run node bin/build.mjs wasm.')
  say(`${N.toLocaleString('en')} rows`)
  const { rows, queries } = groups(N)
  const flat = filled(flatNeighbours(D, 'cosine', wasm), rows)
  const plain = filled(flatNeighbours(D, 'cosine', openPlainRows), rows)
  const graph = timed(() => filled(hnswNeighbours(D, 'cosine'), rows))
  const exact = flat.search(queries, K).ids
  const few = queries.subarray(0, PLAIN_QUERIES * D)
  const isSame = plain.search(few, K).ids.every((id, i) => id === exact[i])
  const perSecond = (count: number, work: () => unknown) =>
    count / median(Array.from({ length: RUNS }, () => timed(work).seconds))
  const figures: Figures = {
    plain: perSecond(PLAIN_QUERIES, () => plain.search(few, K)),
    flat: perSecond(QUERIES, () => flat.search(queries, K)),
    one: perSecond(PLAIN_QUERIES, () => {
      for (let i = 0; i < PLAIN_QUERIES; i++) flat.search(queries.subarray(i * D, (i + 1) * D), K)
    }),
    graph: perSecond(QUERIES, () => graph.made.search(queries, K)),
    adding: N / graph.seconds,
    recall: recall(graph.made.search(queries, K).ids, exact),
    isSame,
    sizes: SIZES.map(n => {
      say(`${n.toLocaleString('en')} rows, each asked for`)
      return atSize(n)
    }),
    ...(wantsPeers && { peer: besidePeer(rows, queries, exact, say) }),
  }
  const isKept = isSame && [figures, ...figures.sizes].every(each => each.recall >= PROMISED_RECALL)
  return { figures, page: page(figures), isKept }
}

/** Seconds to fill an index with n rows and ask for as many, by each. */
function atSize(n: number): Figures['sizes'][number] {
  const { rows, queries } = groups(n)
  const [flat, graph] = [flatNeighbours(D, 'cosine'), hnswNeighbours(D, 'cosine')].map(index => {
    const filling = timed(() => filled(index, rows)).seconds
    const asking = timed(() => index.search(queries, K))
    return { seconds: filling + (asking.seconds * n) / QUERIES, ids: asking.made.ids }
  })
  return { n, flat: flat!.seconds, graph: graph!.seconds, recall: recall(graph!.ids, flat!.ids) }
}

/** Rows of unit length around a centre for each 200 of them, a fifth of them far from it, and queries drawn alike. */
function groups(n: number): { rows: Float32Array; queries: Float32Array } {
  const random = randomFrom(7)
  const normal = () => normalQuantile(1e-6 + (1 - 2e-6) * random())
  const centres = Float32Array.from({ length: Math.ceil(n / 200) * D }, normal)
  const drawn = (count: number) => {
    const rows = new Float32Array(count * D)
    for (let i = 0; i < count; i++) {
      const centre = Math.floor((random() * centres.length) / D) * D
      const [share, spread] = random() < 0.2 ? [0.5, 1.2] : [1, 0.35]
      for (let j = 0; j < D; j++) rows[i * D + j] = share * centres[centre + j]! + spread * normal()
      normalise(rows.subarray(i * D, (i + 1) * D))
    }
    return rows
  }
  return { rows: drawn(n), queries: drawn(QUERIES) }
}

function filled(index: Neighbours, rows: Float32Array): Neighbours {
  index.add([...Array(rows.length / D).keys()], rows)
  return index
}

function timed<T>(work: () => T): { made: T; seconds: number } {
  const began = performance.now()
  const made = work()
  return { made, seconds: (performance.now() - began) / 1_000 }
}

/** recall@K: how many of the nearest are among those found. */
function recall(found: Int32Array, exact: Int32Array): number {
  let hits = 0
  for (let start = 0; start < exact.length; start += K) {
    const nearest = exact.subarray(start, start + K)
    for (const id of found.subarray(start, start + K)) if (nearest.includes(id)) hits++
  }
  return hits / exact.length
}

function besidePeer(rows: Float32Array, queries: Float32Array, exact: Int32Array, say: (line: string) => void): Peer {
  const folder = mkdtempSync(join(tmpdir(), 'bench-neighbours-'))
  try {
    const [rowsFile, queriesFile] = [join(folder, 'rows'), join(folder, 'queries')]
    writeFileSync(rowsFile, rows)
    writeFileSync(queriesFile, queries)
    say(`installing ${PEERS.join(' and ')}`)
    const python = pythonWith(PEERS)
    say('faiss')
    const given = [join(import.meta.dirname, 'neighbours.py'), rowsFile, queriesFile, String(D), String(K)]
    const seconds = peerSchema.parse(JSON.parse(run(python, given, folder)))
    const found = new Int32Array(new Uint8Array(readFileSync(`${queriesFile}.found`)).buffer)
    return { ...seconds, recall: recall(found, exact) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function page({ plain, flat, one, graph, adding, recall: share, isSame, sizes, peer }: Figures): string {
  const rate = (value: number) => Math.round(value).toLocaleString('en')
  const lines = [
    `| exact, WebAssembly | ${rate(flat)} queries/s, one at a time ${rate(one)} | |`,
    `| exact, plain | ${rate(plain)} queries/s, the same neighbours: ${isSame ? 'yes' : 'no'} | yes |`,
    `| HNSW (usearch 2.26.2) | ${rate(graph)} queries/s, ${rate(adding)} rows/s added | |`,
    `| its recall@${K} | ${share.toFixed(3)} | at least ${PROMISED_RECALL} |`,
  ]
  if (peer) {
    const beside = (seconds: number, ours: number) =>
      `${rate(QUERIES / seconds)} queries/s: ours is ${((ours * seconds) / QUERIES).toFixed(1)} times as fast`
    lines.push(
      `| faiss ${peer.version}, flat | ${beside(peer.flat, flat)} | |`,
      `| faiss, HNSW of as many edges | ${beside(peer.graph, graph)}, ${rate(N / peer.build)} rows/s added | |`,
      `| its recall@${K} | ${peer.recall.toFixed(3)} | |`,
    )
  }
  const bySize = sizes.map(
    ({ n, flat: exact, graph: near, recall: found }) =>
      `| ${n.toLocaleString('en')} | ${exact.toFixed(1)} s | ${near.toFixed(1)} s | ${found.toFixed(3)} |`,
  )
  return `The ${K} nearest by cosine of ${N.toLocaleString('en')} x ${D}, groups and a fifth of noise, ${QUERIES.toLocaleString('en')} queries together; one thread of
${cpus()[0]?.model.trim() ?? 'an unknown processor'} (${availableParallelism()} cores), Node ${process.versions.node}; median of ${RUNS}. \`npm run -s cli -- bench neighbours --peers --write\`

| | measured | promised |
|---|---|---|
${lines.join('\n')}

Filled and asked for as many neighbours as it has rows; HNSW is taken from ${HNSW_FROM.toLocaleString('en')} rows on:

| rows | exact | HNSW | recall@${K} |
|---|---|---|---|
${bySize.join('\n')}
`
}
