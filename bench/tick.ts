// A tick over four sources with 5,000 signals a minute, while the same process answers requests: how long it takes, how long
// anybody waits meanwhile; and a hundred people who ask at once what is wrong. In a process of its own (busy-house.ts), whose
// heap is bounded as one would in a container of 512 MB.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Benchmark } from './benchmark.ts'

export type TickFigures = {
  ticks: number
  signalsATick: number
  tickMillisP50: number
  tickMillisP95: number
  loopDelayMillisP99: number
  loopDelayMillisMax: number
  requests: number
  requestMillisP99: number
  incidents: number
  asked: number
  answered: number
  askedMillisP95: number
  peakRssMegabytes: number
}

/** What a container of 512 MB leaves each of the two heaps, that of the chats and that of the analysis. */
const HEAP = ['--max-old-space-size=192', '--max-semi-space-size=8']

export const benchTick: Benchmark = async () => {
  const program = fileURLToPath(import.meta.resolve('./busy-house.ts'))
  const house = spawn(process.execPath, [...process.execArgv, ...HEAP, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const figures = JSON.parse(await text(house.stdout)) as TickFigures
  return { figures, page: pageOf(figures), isKept: isKept(figures) }
}

function isKept(figures: TickFigures): boolean {
  const { tickMillisP95, loopDelayMillisP99, askedMillisP95, asked, answered, peakRssMegabytes, incidents } = figures
  return (
    tickMillisP95 <= 2000 &&
    loopDelayMillisP99 <= 50 &&
    askedMillisP95 <= 5000 &&
    answered === asked &&
    peakRssMegabytes <= 512 &&
    incidents === 1
  )
}

function pageOf(figures: TickFigures): string {
  const { ticks, signalsATick, requests, asked, answered, incidents } = figures
  const millis = (value: number) => `${value.toFixed(0)} ms`
  return `Four sources that say ${signalsATick} things a minute about fifty services, one of which begins to fail half-way; read over MCP,
analysed in the worker thread, written down; ${ticks} ticks, while another process asks the same process for the open incidents twenty
times a second (${requests} requests). Then ${asked} calls of \`detect_incidents\` at once. \`npm run -s cli -- bench tick --write\`.

| what | measured | promised |
|---|---|---|
| a tick, p50 / p95 | ${millis(figures.tickMillisP50)} / ${millis(figures.tickMillisP95)} | p95 within 2 s |
| delay of the event loop, p99 / most | ${millis(figures.loopDelayMillisP99)} / ${millis(figures.loopDelayMillisMax)} | p99 within 50 ms |
| a request meanwhile, p99 | ${millis(figures.requestMillisP99)} | |
| incidents opened | ${incidents} | 1 |
| ${asked} at once: answered, p95 | ${answered}, ${millis(figures.askedMillisP95)} | all, within 5 s |
| peak memory (RSS) of all that, with \`${HEAP.join(' ')}\` | ${figures.peakRssMegabytes.toFixed(0)} MB | 512 MB |
`
}
