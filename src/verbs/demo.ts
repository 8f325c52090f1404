// demo: the simulated cloud and the whole product on this machine, without account, key or network.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '#incident/fault.ts'
import { scenarios } from '../../simulator/scenarios/index.ts'
import { startSimulator } from '../../simulator/serve.ts'
import { readConfig } from '../config.ts'
import { run } from './run.ts'

const TICK = '10s' // the step of the demo's series
const HISTORY_MILLIS = 40 * 60_000 // as much normal life as a scenario tells
const SEED = 42

export async function demo(options: {
  port?: number
  scenario: string
  list?: boolean
  open: boolean
  json?: boolean
}): Promise<boolean> {
  if (options.list) {
    for (const { name, description } of scenarios) process.stdout.write(`${name.padEnd(24)}${description}\n`)
    return true
  }
  const scenario = scenarios.find(({ name }) => name === options.scenario)
  if (!scenario) {
    const names = scenarios.map(({ name }) => name).join(', ')
    throw new Fault('validation', `There is no scenario ${options.scenario}. Choose one of ${names}.`)
  }
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const data = join('data', 'demo')
  rmSync(data, { recursive: true, force: true })

  const simulator = await startSimulator({ story: scenario.tell(Date.now(), SEED), clock: Date.now })
  try {
    const config = readConfig({
      environment: { ...process.env, ...simulator.env },
      overrides: {
        data,
        log: 'warn',
        watch: { every: TICK },
        http: { ...(options.port !== undefined && { port: options.port }) },
      },
    })
    await run(config, {
      demo: true,
      nextFree: options.port === undefined,
      historyMillis: HISTORY_MILLIS,
      say,
      onServed(url) {
        if (options.json) process.stdout.write(`${JSON.stringify({ url, simulator: simulator.endpoints })}\n`)
        say(`${scenario.name}: ${scenario.description}`)
        say(`Learning what is usual from the last ${HISTORY_MILLIS / 60_000} minutes of the simulated cloud.`)
      },
      onWatching(url) {
        say(`Open ${url} - trouble is on its way. Ctrl-C stops everything.`)
        if (options.open && !options.json) openBrowser(url)
      },
    })
  } finally {
    await simulator.close()
  }
  say(`Stopped. What happened is in ${data}: npm run -s cli -- audit verify --data ${data}`)
  return true
}

/** Best effort: without a desktop the address on the screen is enough. */
function openBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open'
  const child = spawn(command, [url], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
