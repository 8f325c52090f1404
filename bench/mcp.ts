// What the Kubernetes server answers of a cluster of 10,000 pods and 100,000 events: how soon, how much, in how much memory.
// The cluster runs in one process (large-cluster.ts), the server and the client that asks it in another (asking.ts), whose heap
// is bounded as one would in a container of 512 MB.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { median } from '#analysis/statistics.ts'
import type { Benchmark } from './benchmark.ts'

export type Asked = {
  tool: string
  arguments: Record<string, unknown>
  /** The first time, and once it has been asked for twice. */
  firstMillis: number
  laterMillis: number
  bytes: number
  /** What the answer says it lacks. */
  missing: string[]
}
type Run = { size: Record<string, number>; asked: Asked[]; peakRssMegabytes: number }

const RUNS = 5 // each with a new process and cluster: what is asked first meets code that has never run
const HEAP_MEGABYTES = 320 // what 512 MB leave beside code, buffers and objects just made
const YOUNG_MEGABYTES = 32 // twice V8's own: a page of a list dies before it is moved
const MOST_MILLIS = 2000
const MOST_RSS_MEGABYTES = 512
const MOST_BYTES = 80 * 1024 // rows of 64 KB, and what stands around them
const MOST_SIGNALS_BYTES = 1024 * 1024 // 256 KB of signals; relations and who is well stand on the first page

export const benchMcp: Benchmark = async say => {
  const runs: Run[] = []
  for (let nth = 1; nth <= RUNS; nth++) {
    runs.push(await askLargeCluster())
    say(`asked ${nth} of ${RUNS} times`)
  }
  const figures = middleOf(runs)
  return { figures, page: pageOf(figures), isKept: isKept(figures) }
}

async function askLargeCluster(): Promise<Run> {
  const cluster = child('large-cluster.ts', [], ['pipe', 'pipe', 'inherit'])
  const asking: ChildProcess[] = []
  try {
    const { kubeconfig, size } = JSON.parse(await line(cluster.stdout)) as Pick<Run, 'size'> & { kubeconfig: string }
    const program = child(
      'asking.ts',
      [kubeconfig],
      ['ignore', 'pipe', 'inherit'],
      [`--max-old-space-size=${HEAP_MEGABYTES}`, `--max-semi-space-size=${YOUNG_MEGABYTES}`],
    )
    asking.push(program)
    return { size, ...(JSON.parse(await line(program.stdout)) as Omit<Run, 'size'>) }
  } finally {
    cluster.stdin?.end()
    for (const each of asking) each.kill()
  }
}

function child(
  file: string,
  given: string[],
  stdio: ('pipe' | 'ignore' | 'inherit')[],
  flags: string[] = [],
): ChildProcess {
  const path = fileURLToPath(import.meta.resolve(`./${file}`))
  return spawn(process.execPath, [...process.execArgv, ...flags, path, ...given], { stdio })
}

/** The first line; rejects where there comes none. */
async function line(from: Readable | null): Promise<string> {
  if (from) for await (const first of createInterface({ input: from })) return first
  throw new Error('a process of the benchmark ended without a word')
}

/** Of each question the median times, and the most it took of anything else. */
function middleOf(runs: Run[]): Run {
  const [first] = runs
  const asked = (first?.asked ?? []).map((question, i): Asked => {
    const same = runs.flatMap(run => run.asked[i] ?? [])
    return {
      ...question,
      firstMillis: median(same.map(each => each.firstMillis)),
      laterMillis: median(same.map(each => each.laterMillis)),
      bytes: Math.max(...same.map(each => each.bytes)),
      missing: same.flatMap(each => each.missing),
    }
  })
  return { size: first?.size ?? {}, asked, peakRssMegabytes: Math.max(...runs.map(run => run.peakRssMegabytes)) }
}

function isKept({ asked, peakRssMegabytes }: Run): boolean {
  const inTime = asked.every(each => each.firstMillis < MOST_MILLIS && each.laterMillis < MOST_MILLIS)
  const small = asked.every(({ tool, bytes }) => bytes <= (tool === 'get_signals' ? MOST_SIGNALS_BYTES : MOST_BYTES))
  const whole = asked.every(({ missing }) => missing.every(what => what.includes('log')))
  return inTime && small && whole && peakRssMegabytes < MOST_RSS_MEGABYTES
}

function pageOf({ size, asked, peakRssMegabytes }: Run): string {
  const row = ({ tool, arguments: given, firstMillis, laterMillis, bytes }: Asked) => {
    const terms = Object.entries(given).map(([name, value]) => ` ${name}: ${String(value)}`)
    return `| \`${tool}\`${terms.join(',')} | ${firstMillis.toFixed(0)} ms | ${laterMillis.toFixed(0)} ms | ${(firstMillis / laterMillis).toFixed(0)} | ${Math.ceil(bytes / 1024)} KB |`
  }
  return `The Kubernetes server, over MCP, before a cluster of ${size['pods']} pods, ${size['events']} events, ${size['workloads']} Deployments and
${size['nodes']} nodes, where a hundred pods crash and write lines of 1 MB; \`npm run -s cli -- bench mcp --write\`. The cluster is
simulated in a process of its own. Asked again, a list comes from memory, kept true by a watch. Medians of ${RUNS} runs; promised: each within 2 s.

| tool | first | later | times faster | answer |
|---|---|---|---|---|
${asked.map(row).join('\n')}

Peak memory (RSS) of the process that asks and answers, with \`--max-old-space-size=${HEAP_MEGABYTES} --max-semi-space-size=${YOUNG_MEGABYTES}\`: ${peakRssMegabytes.toFixed(0)} MB; promised: under ${MOST_RSS_MEGABYTES} MB.
`
}
