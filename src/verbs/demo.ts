// demo: the simulated cloud and the whole product on this machine, without account, key or network.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createWebChat } from '#bot/web.ts'
import { Fault } from '#incident/fault.ts'
import { scenarios } from '../../simulator/scenarios/index.ts'
import { startSimulator } from '../../simulator/serve.ts'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { openHouse } from '../main.ts'
import { createMetrics } from '../metrics.ts'
import { buildPage } from '../page.ts'
import { serve } from '../serve.ts'
import { keepWatching, ROOT, untilStopped } from './run.ts'

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

  const page = await buildPage(ROOT, say)
  const simulator = await startSimulator({ story: scenario.tell(Date.now(), SEED), clock: Date.now })
  const config = readConfig({
    environment: { ...process.env, ...simulator.env },
    overrides: {
      data,
      log: 'warn',
      watch: { every: TICK },
      http: { ...(options.port !== undefined && { port: options.port }) },
    },
  })
  const log = createLog(config.log)
  const metrics = createMetrics()
  const given = { clock: Date.now, log, observe: metrics }
  const house = await openHouse(config, [createWebChat({ clock: Date.now })], given)
  const served = await serve({
    ...given,
    config,
    house,
    metrics,
    page,
    demo: true,
    nextFree: options.port === undefined,
  })

  if (options.json) process.stdout.write(`${JSON.stringify({ url: served.url, simulator: simulator.endpoints })}\n`)
  say(`${scenario.name}: ${scenario.description}`)
  say(`Learning what is usual from the last ${HISTORY_MILLIS / 60_000} minutes of the simulated cloud.`)
  await house.watch.begin(Date.now() - HISTORY_MILLIS)
  const watching = keepWatching(house, config.watch.every, given)
  say(`Open ${served.url} - trouble is on its way. Ctrl-C stops everything.`)
  if (options.open && !options.json) openBrowser(served.url)

  await untilStopped()
  say('Stopping.')
  await watching.stop()
  await served.close()
  await house.close()
  await simulator.close()
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
