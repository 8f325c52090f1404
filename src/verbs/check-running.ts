// doctor's look at the process that runs with this configuration, by its own metrics: what it reads, whom it leaves alone.
import type { Check } from '#bot/check.ts'
import type { Config } from '../config.ts'

const ANSWER_MILLIS = 2_000 // it is on this machine, or a network away

export async function checkRunning({ http }: Config): Promise<Check> {
  const what = 'running'
  const address = `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`
  const metrics = await fetch(`${address}/metrics`, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_MILLIS) })
    .then(answer => answer.text())
    .catch(() => undefined)
  if (metrics === undefined)
    return { what, state: 'missing', says: `nothing answers at ${address}; npm start starts it` }
  if (!metrics.includes(PREFIX)) {
    return { what, state: 'wrong', says: `something else answers at ${address}`, mend: 'choose another port with PORT' }
  }
  const breakers = gauges(metrics, 'breaker_state')
  const troubles = [
    ...breakers
      .filter(([, value]) => value > 0)
      .map(([source]) => `${source} kept failing and is left alone (breaker open)`),
    ...gauges(metrics, 'source_up')
      .filter(([, value]) => value === 0)
      .map(([source]) => `${source} could not be read at the last look`),
  ]
  if (troubles.length === 0) {
    return {
      what,
      state: 'ok',
      says: `at ${address}; breakers closed: ${breakers.map(([source]) => source).join(', ')}`,
    }
  }
  return {
    what,
    state: 'wrong',
    says: troubles.join('; '),
    mend: 'see the lines above; it asks again within 30 s by itself',
  }
}

const PREFIX = 'incident_orchestrator_'

/** `name{source="sentry"} 1` -> ['sentry', 1] */
function gauges(metrics: string, name: string): [source: string, value: number][] {
  const lines = metrics.matchAll(new RegExp(`^${PREFIX}${name}\\{source="([^"]+)"\\} (\\S+)$`, 'gm'))
  return Array.from(lines, ([, source = '', value]) => [source, Number(value)])
}
