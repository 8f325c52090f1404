// start: the product against real sources.
import { createWebChat } from '#bot/web.ts'
import { Fault } from '#incident/fault.ts'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { openHouse } from '../main.ts'
import { createMetrics } from '../metrics.ts'
import { buildPage } from '../page.ts'
import { serve } from '../serve.ts'
import { keepWatching, ROOT, untilStopped } from './run.ts'

const LONGEST_HISTORY_MILLIS = 10 * 86_400_000

export async function start(options: { config?: string; data?: string; port?: number }): Promise<boolean> {
  const config = readConfig({
    ...(options.config !== undefined && { file: options.config }),
    environment: process.env,
    overrides: {
      ...(options.data !== undefined && { data: options.data }),
      http: { ...(options.port !== undefined && { port: options.port }) },
    },
  })
  if (Object.values(config.sources).every(source => source === undefined)) {
    throw new Fault(
      'validation',
      'No source is configured. Set KUBECONFIG, SENTRY_AUTH_TOKEN, AWS_REGION or GRAFANA_URL, or try: npm run demo',
    )
  }
  const log = createLog(config.log)
  const metrics = createMetrics()
  const given = { clock: Date.now, log, observe: metrics }
  const page = await buildPage(ROOT, line => log.info({}, line))
  const house = await openHouse(config, [createWebChat({ clock: Date.now })], given)
  const served = await serve({
    ...given,
    config,
    house,
    metrics,
    page,
    demo: false,
    nextFree: options.port === undefined,
  })
  process.stderr.write(`Listening on ${served.url}; watching ${house.sources.join(', ')}.\n`)
  await house.execute.resume()
  await house.watch.begin(Date.now() - Math.min(config.watch.history, LONGEST_HISTORY_MILLIS))
  const watching = keepWatching(house, config.watch.every, given)

  await untilStopped()
  await watching.stop()
  await served.close()
  await house.close()
  process.stderr.write('Stopped.\n')
  return true
}
