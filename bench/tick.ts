// A tick over four sources with 5,000 signals a minute, while the same process answers requests: how long it takes, how long
// anybody waits meanwhile; and a hundred people who ask at once what is wrong. Through MCP, the worker thread and the store.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { createAnalyst } from '#analysis/analyst.ts'
import { SILENT, UNOBSERVED } from '#incident/observe.ts'
import { SOURCES } from '#incident/signal.ts'
import type { Millis } from '#incident/signal.ts'
import { openIncidents } from '#incident/store.ts'
import { createWatch } from '#incident/watch.ts'
import type { Watch } from '#incident/watch.ts'
import type { OrchestratorPorts } from '#mcp-servers/orchestrator/ports.ts'
import { orchestratorServer } from '#mcp-servers/orchestrator/server.ts'
import { createToolbox } from '#mcp-servers/toolbox.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import type { Benchmark } from './benchmark.ts'
import { busySource } from './busy-sources.ts'

type TickFigures = {
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

const MINUTE: Millis = 60_000
const BEGIN: Millis = Date.parse('2026-11-20T10:00:00Z')
const HISTORY_MINUTES = 30
const TICKS = 40
const ILL_TICK = 20
const AT_ONCE = 100

export const benchTick: Benchmark = async say => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tick-'))
  let now = BEGIN
  const given = { clock: () => now, log: SILENT, observe: UNOBSERVED }
  const store = openSqliteStore(folder)
  const analyst = await createAnalyst(given)
  const looking: { watch?: Watch } = {}
  const watchOf = () => {
    if (!looking.watch) throw new Error('not yet')
    return looking.watch
  }
  const ports: OrchestratorPorts = {
    look: window => watchOf().look(window),
    health: () => watchOf().health(),
    analyst,
    store,
    toolbox: { call: (call, options) => toolbox.call(call, options) },
  }
  const illAt = BEGIN + ILL_TICK * MINUTE
  const servers = [...SOURCES.map(source => busySource(source, illAt)), orchestratorServer(ports)]
  const toolbox = await createToolbox({ ...given, servers })
  const settings = { sources: SOURCES, deadlineMillis: 25_000, sourceDeadlineMillis: 8_000, overlapMillis: 0 }
  const watch = createWatch({ ...given, toolbox, analyst, store, settings })
  looking.watch = watch
  const server = createServer((_request, response) => {
    openIncidents(store, 20).then(
      incidents => response.end(JSON.stringify(incidents)),
      () => response.writeHead(500).end(),
    )
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const threads: Worker[] = []

  try {
    await watch.begin(BEGIN - HISTORY_MINUTES * MINUTE)
    say(`${HISTORY_MINUTES} minutes learnt`)
    const asking = new Worker(ASKING, { eval: true, workerData: (server.address() as AddressInfo).port })
    threads.push(asking)
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const millis: number[] = []
    let signals = 0
    for (let nth = 1; nth <= TICKS; nth++) {
      now += MINUTE
      const begun = performance.now()
      signals = (await watch.tick()).signals
      millis.push(performance.now() - begun)
    }
    delay.disable()
    const requests = await answerOf(asking)
    const incidents = (await store.list({ open: true })).length
    say(`${TICKS} ticks, ${incidents} incidents`)

    const asked = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, async () => {
        const begun = performance.now()
        await toolbox.call(
          { server: 'orchestrator', tool: 'detect_incidents', arguments: {} },
          { deadlineMillis: 30_000 },
        )
        return performance.now() - begun
      }),
    )
    const answered = asked.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []))
    const figures: TickFigures = {
      signalsATick: signals,
      tickMillisP50: quantile(millis, 0.5),
      tickMillisP95: quantile(millis, 0.95),
      loopDelayMillisP99: delay.percentile(99) / 1e6,
      loopDelayMillisMax: delay.max / 1e6,
      requests: requests.length,
      requestMillisP99: quantile(requests, 0.99),
      incidents,
      asked: AT_ONCE,
      answered: answered.length,
      askedMillisP95: quantile(answered, 0.95),
      peakRssMegabytes: process.resourceUsage().maxRSS / 1024,
    }
    return { figures, page: pageOf(figures), isKept: isKept(figures) }
  } finally {
    await Promise.all(threads.map(thread => thread.terminate()))
    server.close()
    server.closeAllConnections()
    await watch.close()
    await analyst.close()
    await toolbox.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Asks twenty times a second from a thread of its own; says how long each took when told to stop. */
const ASKING = `
  const { parentPort, workerData } = require('node:worker_threads')
  const millis = []
  const timer = setInterval(async () => {
    const begun = performance.now()
    await fetch('http://127.0.0.1:' + workerData).then(response => response.text()).catch(() => undefined)
    millis.push(performance.now() - begun)
  }, 50)
  parentPort.once('message', () => { clearInterval(timer); parentPort.postMessage(millis) })
`

function answerOf(worker: Worker): Promise<number[]> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.postMessage('stop')
  })
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
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
  const { signalsATick, requests, asked, answered, incidents } = figures
  const millis = (value: number) => `${value.toFixed(0)} ms`
  return `Four sources that say ${signalsATick} things a minute about fifty services, one of which begins to fail half-way; read over MCP,
analysed in the worker thread, written down; ${TICKS} ticks, while another thread asks the same process for the open incidents twenty
times a second (${requests} requests). Then ${asked} calls of \`detect_incidents\` at once. \`npm run -s cli -- bench tick --write\`.

| what | measured | promised |
|---|---|---|
| a tick, p50 / p95 | ${millis(figures.tickMillisP50)} / ${millis(figures.tickMillisP95)} | p95 within 2 s |
| delay of the event loop, p99 / most | ${millis(figures.loopDelayMillisP99)} / ${millis(figures.loopDelayMillisMax)} | p99 within 50 ms |
| a request meanwhile, p99 | ${millis(figures.requestMillisP99)} | |
| incidents opened | ${incidents} | 1 |
| ${asked} at once: answered, p95 | ${answered}, ${millis(figures.askedMillisP95)} | all, within 5 s |
| peak memory (RSS) | ${figures.peakRssMegabytes.toFixed(0)} MB | 512 MB |
`
}
