// start: the product against real sources.
import { Fault } from '#incident/fault.ts'
import { SOURCES } from '#incident/signal.ts'
import { readConfig } from '../config.ts'
import { run } from './run.ts'

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
  const names = SOURCES.filter(source => config.sources[source] !== undefined)
  if (names.length === 0) {
    throw new Fault(
      'validation',
      'No source is configured. Set KUBECONFIG, SENTRY_AUTH_TOKEN, AWS_REGION or GRAFANA_URL, or try: npm run demo',
    )
  }
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  await run(config, {
    demo: false,
    nextFree: options.port === undefined,
    historyMillis: Math.min(config.watch.history, LONGEST_HISTORY_MILLIS),
    say,
    onServed: url => say(`Listening on ${url}. Learning what is usual from the past.`),
    onWatching: url => say(`Watching ${names.join(', ')}. Ctrl-C stops it. ${url}`),
  })
  say('Stopped.')
  return true
}
