// replay: the whole loop over a recording on a virtual clock, as fast as it goes. The product sees what it would have seen.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fold } from '#incident/fold.ts'
import { UNOBSERVED } from '#incident/observe.ts'
import type { Entry } from '#incident/record.ts'
import type { Millis, Source } from '#incident/signal.ts'
import type { Tick } from '#incident/watch.ts'
import { iso, presentIncident } from '#mcp-servers/present.ts'
import type { Recording } from '../../simulator/recording.ts'
import { startSimulator } from '../../simulator/serve.ts'
import type { Simulator } from '../../simulator/serve.ts'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { openHouse, SURROUNDINGS } from '../main.ts'
import type { House } from '../main.ts'
import { openRecording } from './recording.ts'

export type ReplayOptions = { from?: Millis; to?: Millis; tick: Millis; data?: string; json?: boolean }

export async function replay(folder: string, options: ReplayOptions): Promise<boolean> {
  const show = options.json ? write : tell
  write(await runReplay(folder, options, show))
  return true
}

/** Tells every lifecycle step as it happens on the virtual clock; the summary comes at the end. */
export async function runReplay(
  folder: string,
  options: ReplayOptions,
  onStep: (step: Step) => void,
): Promise<Summary> {
  const began = performance.now()
  const recording = await openRecording(folder)
  const from = options.from ?? recording.start
  const to = options.to ?? recording.end
  let now = from
  const clock = () => now
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'replay-'))
  const simulator = await startSimulator({ story: { recording }, clock, kubeconfigFolder: data })
  const environment = environmentOf(simulator, recording)
  const config = readConfig({
    environment,
    overrides: {
      data,
      log: 'warn',
      watch: { every: `${options.tick}ms` },
      ...(environment['KUBECONFIG'] && { sources: { kubernetes: { watch: false } } }), // a watch runs on the machine's time
    },
  })
  const house = await openHouse(config, () => [], {
    ...SURROUNDINGS,
    clock,
    log: createLog(config.log),
    observe: UNOBSERVED,
  })
  const steps = watchSteps(house)
  const ticks: Tick[] = []
  try {
    await house.watch.begin(recording.start)
    for (const at of moments(from, to, options.tick)) {
      now = at
      ticks.push(await house.watch.tick())
      for (const step of await steps.take()) onStep(step)
      progress(ticks.length, (to - from) / options.tick, began)
    }
  } finally {
    await house.close()
    await simulator.close()
    if (options.data === undefined) rmSync(data, { recursive: true, force: true })
  }
  const seconds = Math.round(performance.now() - began) / 1_000
  return { type: 'summary', ...figures(ticks), incidents: steps.opened(), seconds }
}

export type Summary = ReturnType<typeof figures> & { type: 'summary'; incidents: number; seconds: number }

export type Step = { type: 'opened' | 'updated' | 'resolved'; at: string; incident: ReturnType<typeof presentIncident> }

/** Collects what is appended; `take` gives the lifecycle steps since the last call, each with the incident as it was then. */
function watchSteps(house: House): { take(): Promise<Step[]>; opened(): number } {
  const fresh: Entry[] = []
  let opened = 0
  house.store.listen(entry => fresh.push(entry))
  return {
    opened: () => opened,
    async take() {
      const steps: Step[] = []
      for (const entry of fresh.splice(0)) {
        const { type } = entry.happening
        if (type !== 'opened' && type !== 'updated' && type !== 'resolved') continue
        if (type === 'opened') opened++
        const entries = await house.store.read(entry.incident)
        const incident = presentIncident(fold(entries.slice(0, entry.version)))
        steps.push({ type, at: iso(entry.at), incident })
      }
      return steps
    },
  }
}

/** Only the sources the recording holds: the others are as if nobody had configured them. */
function environmentOf(simulator: Simulator, { records, series, dashboards }: Recording): Record<string, string> {
  const prefixes: Record<Source, string[]> = {
    kubernetes: ['KUBECONFIG'],
    sentry: ['SENTRY_'],
    cloudwatch: ['AWS_'],
    grafana: ['GRAFANA_'],
  }
  const held = new Set(Object.entries(records).flatMap(([kind, rows]) => (rows.length > 0 ? [kind.split('/')[0]] : [])))
  if (series.length > 0 || dashboards.length > 0) held.add('grafana')
  const wanted = Object.entries(prefixes).flatMap(([source, names]) => (held.has(source) ? names : []))
  const found = Object.entries(simulator.env).filter(([name]) => wanted.some(prefix => name.startsWith(prefix)))
  return { HOME: '/nonexistent', ...Object.fromEntries(found) }
}

/** Every tick from the first moment on, and the last moment too. */
function* moments(from: Millis, to: Millis, tick: Millis): Generator<Millis> {
  let at = from
  for (; at < to; at += tick) yield at
  yield to
}

function figures(ticks: readonly Tick[]) {
  const millis = ticks.map(tick => tick.millis).sort((a, b) => a - b)
  const at = (share: number) => Math.round(millis[Math.min(millis.length - 1, Math.floor(share * millis.length))] ?? 0)
  return {
    ticks: ticks.length,
    signals: ticks.reduce((sum, tick) => sum + tick.signals, 0),
    tickMillisP50: at(0.5),
    tickMillisP95: at(0.95),
    rssBytesPeak: process.resourceUsage().maxRSS * 1_024,
  }
}

function write(row: object): void {
  process.stdout.write(`${JSON.stringify(row)}\n`)
}

function tell({ incident, at, type }: Step): void {
  const { id, severity, title } = incident
  process.stdout.write(`${at}  ${type.padEnd(8)}  ${id.padEnd(8)}  ${severity.padEnd(8)}  ${title}\n`)
}

function progress(done: number, all: number, began: number): void {
  if (!process.stderr.isTTY || done % 20 !== 0) return
  const left = Math.round((((performance.now() - began) / done) * (all - done)) / 1_000)
  process.stderr.write(`\rtick ${done} of ${Math.ceil(all) + 1}, about ${left} s left   `)
}
