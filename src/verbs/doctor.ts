// doctor: a line for each thing the product needs: ok, missing or wrong; what that costs; how to mend it. Never a secret.
import type { Check } from '#bot/check.ts'
import { asFault } from '#incident/fault.ts'
import { nextOccurrence, occurrenceAt } from '#incident/maintenance.ts'
import { UNOBSERVED } from '#incident/observe.ts'
import { SOURCES } from '#incident/signal.ts'
import type { Source } from '#incident/signal.ts'
import { openPlatforms } from '../chats.ts'
import type { PlatformChat } from '../chats.ts'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { openHouse, SURROUNDINGS } from '../main.ts'
import type { House } from '../main.ts'
import { checkRunning } from './check-running.ts'
import { configOf } from './with-house.ts'
import type { Where } from './with-house.ts'

const MENDS: Record<Source, string> = {
  kubernetes:
    'set KUBECONFIG to a kubeconfig whose user may read; src/mcp-servers/kubernetes/readme.md lists the verbs',
  sentry: 'set SENTRY_AUTH_TOKEN (org:read, project:read, event:read), SENTRY_ORG and, self-hosted, SENTRY_URL',
  cloudwatch: 'set AWS_REGION and credentials (AWS_PROFILE or keys); its readme lists the IAM actions',
  grafana: 'set GRAFANA_URL and GRAFANA_SERVICE_ACCOUNT_TOKEN of a Viewer',
}
const COSTS: Record<Source, string> = {
  kubernetes: 'no workloads, events or pod logs, and nothing can be carried out',
  sentry: 'no application errors or releases',
  cloudwatch: 'no alarms and metrics of AWS',
  grafana: 'no Prometheus series, alerts or annotations',
}
const DEADLINE_MILLIS = 10_000

export async function doctor(options: Where & { json?: boolean }): Promise<boolean> {
  const config = configOf(options)
  const checks = await run(config)
  if (options.json) process.stdout.write(`${JSON.stringify({ checks })}\n`)
  else for (const check of checks) process.stdout.write(`${line(check)}\n`)
  return checks.every(({ state }) => state !== 'wrong')
}

async function run(config: Config): Promise<Check[]> {
  let house: House
  let platforms: PlatformChat[] = []
  try {
    const given = { ...SURROUNDINGS, log: createLog('error'), observe: UNOBSERVED }
    house = await openHouse(config, store => (platforms = openPlatforms(config, store, given)), given)
  } catch (error) {
    return [{ what: 'store', state: 'wrong', says: asFault(error).message, mend: 'choose another folder with --data' }]
  }
  try {
    const sources = await Promise.all(SOURCES.map(source => checkSource(house, source)))
    const chats = await Promise.all(platforms.map(platform => platform.check()))
    const rest = await Promise.all([checkClock(config), checkRunning(config)])
    return [
      ...sources,
      await checkStore(house, config),
      ...chats.flat(),
      ...embedded(config),
      ...announced(config),
      ...rest,
    ]
  } finally {
    await house.close()
  }
}

async function checkSource(house: House, source: Source): Promise<Check> {
  if (!house.sources.includes(source)) {
    return { what: source, state: 'missing', says: `not configured: ${COSTS[source]}`, mend: MENDS[source] }
  }
  const call = { server: source, tool: 'get_signals', arguments: { from: 'now-1m', to: 'now' } }
  try {
    const { structured } = await house.toolbox.call(call, { deadlineMillis: DEADLINE_MILLIS })
    const missing = (structured['missing'] ?? []) as { what: string; why: string }[]
    const signals = (structured['signals'] ?? []) as unknown[]
    if (missing.length === 0) return { what: source, state: 'ok', says: `${signals.length} signals in the last minute` }
    const parts = missing.slice(0, 3).map(({ what, why }) => `${what}: ${why}`)
    return { what: source, state: 'wrong', says: `read in part; ${parts.join('; ')}`, mend: MENDS[source] }
  } catch (error) {
    return {
      what: source,
      state: 'wrong',
      says: `${asFault(error).message} Costs: ${COSTS[source]}`,
      mend: MENDS[source],
    }
  }
}

async function checkStore(house: House, config: Config): Promise<Check> {
  const verdict = await house.store.verify()
  if (verdict.ok)
    return { what: 'store', state: 'ok', says: `SQLite in ${config.data}, ${verdict.entries} entries, chain whole` }
  return {
    what: 'store',
    state: 'wrong',
    says: `the chain breaks at entry ${verdict.brokenAt}: ${verdict.why}`,
    mend: 'keep the folder for an auditor and start with another',
  }
}

/** Parts that stand in for real ones; nothing to configure yet. */
function embedded({ chats }: Config): Check[] {
  const others = [...(chats.slack ? [] : ['Slack: docs/slack.md']), ...(chats.teams ? [] : ['Teams: docs/teams.md'])]
  const rest = others.length > 0 ? `; not set up: ${others.join(', ')}` : ''
  return [
    { what: 'chat', state: 'ok', says: `web chat, on the same port as the dashboard${rest}` },
    {
      what: 'model',
      state: 'missing',
      says: 'none: questions are answered by rules, from the record and its evidence',
    },
  ]
}

/** Which maintenance is on, or comes next; a line only where any is configured. */
function announced({ maintenance }: Config): Check[] {
  if (maintenance.length === 0) return []
  const now = Date.now()
  const on = maintenance.flatMap(window => occurrenceAt(window, now) ?? [])
  const [next] = maintenance.flatMap(window => nextOccurrence(window, now) ?? []).toSorted((a, b) => a.from - b.from)
  const said = on.map(({ name, reason, until }) => `on: ${name} (${reason}) until ${stamp(until)}`)
  const then = next ? `next: ${next.name} from ${stamp(next.from)}` : 'none to come within eight days'
  return [{ what: 'maintenance', state: 'ok', says: [...(on.length > 0 ? said : ['none is on']), then].join('; ') }]
}

/** In the zone of whoever reads it here, with its offset. */
function stamp(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' }).format(at)
}

const SKEW_SECONDS = 300 // what chats and signed requests allow

async function checkClock({ sources }: Config): Promise<Check> {
  const url = sources.grafana?.url ?? sources.sentry?.url
  if (!url)
    return { what: 'clock', state: 'missing', says: 'no source tells the time over HTTP, so ours was not compared' }
  try {
    const answer = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE_MILLIS),
    })
    const skew = Math.round((Date.now() - Date.parse(answer.headers.get('date') ?? '')) / 1_000)
    if (Number.isNaN(skew))
      return { what: 'clock', state: 'missing', says: 'the source told no time, so ours was not compared' }
    if (Math.abs(skew) <= SKEW_SECONDS)
      return { what: 'clock', state: 'ok', says: `within ${Math.abs(skew)} s of the sources` }
    return {
      what: 'clock',
      state: 'wrong',
      says: `${skew} s off: windows and approvals will be wrong`,
      mend: 'set the clock (NTP)',
    }
  } catch {
    return { what: 'clock', state: 'missing', says: 'no source could be reached to compare with' }
  }
}

function line({ what, state, says, mend }: Check): string {
  const mark = { ok: 'ok     ', missing: 'missing', wrong: 'WRONG  ' }[state]
  return `${mark}  ${what.padEnd(11)} ${says}${mend ? `\n${' '.repeat(21)}-> ${mend}` : ''}`
}
