// Log lines to groups: the whole `cluster` process over a million lines, and its parts a core; with --peers beside drain3,
// on the first of the same lines in the same run.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { LineBlocks } from '#analysis/lines/line-blocks.ts'
import { Masks } from '#analysis/lines/masks.ts'
import { ShapeReader } from '#analysis/normalise.ts'
import { median } from '#analysis/statistics.ts'
import type { Benchmark } from './benchmark.ts'
import { pythonWith, run } from './installed.ts'
import { hostileUnits, repeated } from './hostile-lines.ts'
import { logLines } from './log-lines.ts'

const RUNS = 5
const TURNS = 30 // of both kernels: some ten seconds
const LINES = 1_000_000
const PART_LINES = 200_000 // for the parts a core, and for drain3
const PROMISED = { seconds: 6, megabytes: 1_000, masks: 3e6, shapes: 0.8e6, longMillis: 50, growth: 2.5 }
const DRAIN = 'drain3==0.9.11'

export const benchLogs: Benchmark = async (say, { peers }) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-logs-'))
  try {
    say(`${LINES} lines`)
    const file = join(folder, 'lines.log')
    writeFileSync(file, logLines(LINES))
    const whole = Array.from({ length: RUNS }, () => clusterProcess(file))
    const seconds = median(whole.map(each => each.seconds))
    const megabytes = Math.max(...whole.map(each => each.megabytes))
    const part = logLines(PART_LINES)
    say('masks and shapes')
    const masks = new Masks()
    const [maskSeconds = 0, shapeSeconds = 0] = bestOfCore(
      () => inBlocks(part, block => masks.applyToBlock(block)),
      () => readShapes(part),
    )
    const masked = PART_LINES / maskSeconds
    const shaped = PART_LINES / shapeSeconds
    say(`${hostileUnits.length} hostile lines`)
    const longMillis = 1_000 * Math.max(...hostileUnits.map(unit => best(() => both(masks, repeated(unit, 1 << 16)))))
    const growth = Math.max(...hostileUnits.map(unit => growthOf(masks, unit)))
    const drain = peers ? besideDrain(folder, part) : undefined
    const figures = { seconds, megabytes, masked, shaped, longMillis, growth, drain }
    const isKept =
      seconds <= PROMISED.seconds &&
      megabytes <= PROMISED.megabytes &&
      masked >= PROMISED.masks &&
      shaped >= PROMISED.shapes &&
      longMillis <= PROMISED.longMillis &&
      growth <= PROMISED.growth
    return { figures, page: page(figures), isKept }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const CLI = join(import.meta.dirname, '..', 'bin', 'incident-orchestrator.mjs')
const TELL_MEMORY = `data:text/javascript,process.on('exit',()=>process.stderr.write('KB '+process.resourceUsage().maxRSS))`

function clusterProcess(file: string): { seconds: number; megabytes: number } {
  const began = performance.now()
  const words = [...process.execArgv, '--import', TELL_MEMORY, CLI, 'cluster', file]
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  const seconds = (performance.now() - began) / 1_000
  if (status !== 0) throw new Error(`cluster failed: ${stderr}`)
  return { seconds, megabytes: Number(/KB (\d+)/.exec(stderr)?.[1]) / 1_000 }
}

function inBlocks(lines: Uint8Array, take: (block: Buffer) => void): void {
  const blocks = new LineBlocks(take)
  blocks.push(lines)
  blocks.end()
}

function readShapes(lines: Uint8Array): void {
  const reader = new ShapeReader(() => {})
  reader.push(lines)
  reader.end()
}

function both(masks: Masks, lines: Uint8Array): void {
  inBlocks(lines, block => masks.applyToBlock(block))
  readShapes(lines)
}

/**
 * How many times as long a line of twice the bytes takes; ten of each at a time, few enough to fit into a moment in which
 * nothing disturbs, and by turns, so that a slower machine slows both.
 */
function growthOf(masks: Masks, unit: string): number {
  const tens = [1_800, 3_600].map(length => Buffer.concat(Array<Buffer>(10).fill(repeated(unit, length))))
  const least = [Infinity, Infinity]
  for (let time = 0; time < 20 * RUNS; time++) {
    for (const [i, ten] of tens.entries())
      least[i] = Math.min(
        least[i]!,
        best(() => both(masks, ten), 1),
      )
  }
  return least[1]! / least[0]!
}

/** Seconds, the best of several: what else the machine does only adds. */
function best(work: () => void, runs = RUNS): number {
  const taken = Array.from({ length: runs }, () => {
    const began = performance.now()
    work()
    return (performance.now() - began) / 1_000
  })
  return Math.min(...taken)
}

/** Seconds of this thread on its core, which ticks in milliseconds; of each the best of many by turns: a machine has slow moments. */
function bestOfCore(...works: (() => void)[]): number[] {
  const least = works.map(() => Infinity)
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, work] of works.entries()) {
      const began = process.threadCpuUsage()
      work()
      const { user, system } = process.threadCpuUsage(began)
      least[i] = Math.min(least[i]!, (user + system) / 1e6)
    }
  }
  return least
}

const drainSchema = z.object({ version: z.string(), seconds: z.number(), clusters: z.number() })
type Drain = z.infer<typeof drainSchema> & { linesPerSecond: number }

function besideDrain(folder: string, lines: Uint8Array): Drain {
  const file = join(folder, 'part.log')
  writeFileSync(file, lines)
  const told = run(pythonWith([DRAIN]), [join(import.meta.dirname, 'drain.py'), file], folder)
  const answer = drainSchema.parse(JSON.parse(told))
  return { ...answer, linesPerSecond: PART_LINES / answer.seconds }
}

type Figures = {
  seconds: number
  megabytes: number
  masked: number
  shaped: number
  longMillis: number
  growth: number
  drain: Drain | undefined
}

function page({ seconds, megabytes, masked, shaped, longMillis, growth, drain }: Figures): string {
  const million = (of: number) => `${(of / 1e6).toFixed(2)} M lines/s`
  const beside = drain
    ? `| drain3 ${drain.version}, grouping alone, the first ${PART_LINES.toLocaleString('en')} of them | ${(drain.linesPerSecond / 1e3).toFixed(0)} k lines/s: \`cluster\` as a whole process is ${(LINES / seconds / drain.linesPerSecond).toFixed(0)} times as fast | |\n`
    : ''
  return `Lines as a cloud writes them, each with other digits, from a seed. ${cpus()[0]?.model ?? 'CPU'}, ${availableParallelism()} cores,
Node ${process.version}; \`npm run -s cli -- bench logs${drain ? ' --peers' : ''} --write\`; the process median of ${RUNS}, memory its highest, masks and shapes the best of ${TURNS} by turns, the rest of ${RUNS} or more.

| | measured | promised |
|---|---|---|
| ${LINES.toLocaleString('en')} lines to groups, \`cluster\` as a whole process | ${seconds.toFixed(2)} s | at most ${PROMISED.seconds} s |
| its memory | ${megabytes.toFixed(0)} MB | at most ${PROMISED.megabytes} MB |
| masks, one core | ${million(masked)} | at least ${million(PROMISED.masks)} |
| shapes, one core | ${million(shaped)} | at least ${million(PROMISED.shapes)} |
| masks and shape of a line of 64 KB, worst of ${hostileUnits.length} hostile ones | ${longMillis.toFixed(1)} ms | at most ${PROMISED.longMillis} ms |
| time for twice the line, worst of them | ${growth.toFixed(1)} times | at most ${PROMISED.growth} times |
${beside}`
}
