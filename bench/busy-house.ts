// A process that reads four busy sources over MCP, minute after minute, analyses in the worker thread and writes down, while
// another process asks it for the open incidents; then a hundred ask at once what is wrong. Started by tick.ts; prints the figures.
import { spawn } from 'node:child_process'
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
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
import { busySource } from './busy-sources.ts'
import type { TickFigures } from './tick.ts'

const MINUTE: Millis = 60_000
const BEGIN: Millis = Date.parse('2026-11-20T10:00:00Z')
const HISTORY_MINUTES = 30
const TICKS = 40
const ILL_TICK = 20
const AT_ONCE = 100

/** Asks twenty times a second from a process of its own; says how long each took once its stdin ends. */
const ASKING = `
  const millis = []
  const timer = setInterval(async () => {
    const begun = performance.now()
    await fetch('http://127.0.0.1:' + process.argv[1]).then(response => response.text()).catch(() => undefined)
    millis.push(performance.now() - begun)
  }, 50)
  process.stdin.resume().once('end', () => { clearInterval(timer); console.log(JSON.stringify(millis)) })
`

process.stdout.write(`${JSON.stringify(await measure())}\n`)

async function measure(): Promise<TickFigures> {
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
  const others: ChildProcess[] = []

  try {
    await watch.begin(BEGIN - HISTORY_MINUTES * MINUTE)
    say(`${HISTORY_MINUTES} minutes learnt`)
    const asking = spawn(process.execPath, ['-e', ASKING, String((server.address() as AddressInfo).port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    others.push(asking)
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
    return {
      ticks: TICKS,
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
  } finally {
    for (const other of others) other.kill()
    server.close()
    server.closeAllConnections()
    await watch.close()
    await analyst.close()
    await toolbox.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function say(line: string): void {
  process.stderr.write(`tick: ${line}\n`)
}

async function answerOf(other: ChildProcessByStdio<Writable, Readable, null>): Promise<number[]> {
  other.stdin.end()
  return JSON.parse(await text(other.stdout)) as number[]
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
