// What is watched: the expressions of dashboards and alert rules first, then series by name up to a bound; and where logs are.
// Found out once and again every few minutes, because it changes slowly and costs requests.
import { asFault } from '#incident/fault.ts'
import type { Millis, Missing } from '#incident/signal.ts'
import { safe } from '../safe.ts'
import { allEnded } from '../gather.ts'
import type { Grafana } from './client.ts'
import { expressionsOf } from './dashboards.ts'
import type { Expression } from './dashboards.ts'
import { wordsOf } from './expression.ts'
import { kindOf } from './samples.ts'
import type { Kind } from './samples.ts'
import type { Links } from './links.ts'
import type { Dashboard, DataSource, GrafanaSettings, Rule } from './schema.ts'
import { unitOf } from './unit.ts'

export type WatchedPrometheus = { source: DataSource; step: Millis; kinds: Map<string, Kind> }
export type Watched = {
  prometheus: WatchedPrometheus[]
  expressions: Expression[]
  loki: { source: DataSource; selector: string }[]
  missing: Missing[]
}
export type Ask = <T>(what: string, once: (signal: AbortSignal) => Promise<T>) => Promise<T>

const FRESH: Millis = 5 * 60_000
const LOOK_BACK: Millis = 3_600_000
const MOST_DASHBOARDS = 50
const AT_ONCE = 5
const QUANTILES = ['0.5', '0.9', '0.99'] as const

export function openWatched(grafana: Grafana, settings: GrafanaSettings, links: Links) {
  let listed: { at: Millis; watched: Watched } | undefined
  let listedWhole = true

  /** `now` is the data's time; a clock set back counts as old too. */
  return async (rules: readonly Rule[], now: Millis, ask: Ask): Promise<Watched> => {
    if (listed && listedWhole && now >= listed.at && now - listed.at < FRESH) return listed.watched
    listedWhole = true
    try {
      listed = { at: now, watched: await list(rules, now, ask) }
      return listed.watched
    } catch (error) {
      listedWhole = false
      if (!listed) throw error
      const why = `the list of ${new Date(listed.at).toISOString()} is used; it could not be read again`
      return { ...listed.watched, missing: [...listed.watched.missing, left('what to watch', why)] }
    }
  }

  async function list(rules: readonly Rule[], now: Millis, ask: Ask): Promise<Watched> {
    const sources = await ask('list data sources', signal => grafana.dataSources(signal))
    const ofType = (type: string) => sources.filter(source => source.type === type)
    const missing: Missing[] = []
    const dashboards = await readDashboards(ask, missing)
    const prometheus = ofType('prometheus').sort((a, b) => Number(b.isDefault) - Number(a.isDefault))
    const { expressions, unclear } = expressionsOf(dashboards, rules, prometheus, links)
    if (unclear > 0) missing.push(left('panels', `${unclear} use variables that have no value`))
    const watched: Watched = { prometheus: [], expressions, loki: [], missing }
    for (const source of prometheus) await attempt(source, () => addSeries(source, watched, now, ask))
    for (const source of ofType('loki')) await attempt(source, () => addLogs(source, watched, now, ask))
    return watched

    /** One data source that is down must not hide the others; it is tried again at the next reading. */
    async function attempt({ name }: DataSource, add: () => Promise<void>): Promise<void> {
      try {
        await add()
      } catch (error) {
        listedWhole = false
        missing.push(left(`data source ${safe(name)}`, asFault(error).message))
      }
    }
  }

  async function readDashboards(ask: Ask, missing: Missing[]): Promise<Dashboard[]> {
    const hits = await ask('list dashboards', signal => grafana.dashboards({ limit: MOST_DASHBOARDS + 1 }, signal))
    if (hits.length > MOST_DASHBOARDS) missing.push(left('dashboards', `only the first ${MOST_DASHBOARDS} are read`))
    const dashboards: Dashboard[] = []
    const wanted = hits.slice(0, MOST_DASHBOARDS)
    for (let i = 0; i < wanted.length; i += AT_ONCE) {
      const batch = wanted.slice(i, i + AT_ONCE)
      const read = await Promise.allSettled(
        batch.map(({ uid }) => ask('read a dashboard', signal => grafana.dashboard(uid, signal))),
      )
      for (const [nth, result] of read.entries()) {
        if (result.status === 'fulfilled') dashboards.push(result.value)
        else missing.push(left(`dashboard ${batch[nth]?.uid}`, 'it could not be read'))
      }
    }
    return dashboards
  }

  async function addLogs(source: DataSource, watched: Watched, now: Millis, ask: Ask): Promise<void> {
    const span = { from: now - LOOK_BACK, to: now }
    const selector = selectorOf(await ask('list log labels', signal => grafana.logLabels(source, span, signal)))
    if (selector) watched.loki.push({ source, selector })
  }

  /** Names by how much they tell, as long as their series fit under the bound; a histogram counts for its three quantiles. */
  async function addSeries(source: DataSource, watched: Watched, now: Millis, ask: Ask): Promise<void> {
    const span = { from: now - LOOK_BACK, to: now }
    const [names, counts, types] = await allEnded([
      ask('list metric names', signal => grafana.metricNames(source, span, signal)),
      ask('count series', signal => grafana.seriesCounts(source, now, signal)),
      ask('read metric types', signal => grafana.metricTypes(source, signal)).catch(() => new Map<string, string>()),
    ])
    const plain = new Set(names.filter(name => /^[a-zA-Z_:][\w:]*$/.test(name)))
    const said = new Set(watched.expressions.filter(each => each.source === source).flatMap(each => wordsOf(each.text)))
    const step = stepOf(source)
    const kinds = new Map<string, Kind>()
    const skipped: string[] = []
    let room = settings.mostSeries - watched.expressions.length
    for (const name of [...plain].sort(byWorth(said))) {
      const kind = kindOf(name, plain, types)
      const base = name.slice(0, -'_sum'.length)
      if (kind === 'created' || (kind === 'sum' && plain.has(`${base}_bucket`))) continue
      const series = counts.get(name) ?? 1
      const needed = kind === 'bucket' ? Math.ceil(series / BUCKETS) * QUANTILES.length : series
      if (needed > room) {
        skipped.push(name)
        continue
      }
      room -= needed
      if (kind === 'bucket') watched.expressions.push(...quantilesOf(source, name, step))
      else kinds.set(name, kind)
    }
    if (skipped.length > 0) {
      const why = `${skipped.length} metrics (${skipped.slice(0, 3).join(', ')} …) are over the bound of ${settings.mostSeries} series; put what matters on a dashboard`
      watched.missing.push(left('series', why))
    }
    watched.prometheus.push({ source, step, kinds })
  }
}

const BUCKETS = 12 // what client libraries make of a histogram unless told

function quantilesOf(source: DataSource, name: string, step: Millis): Expression[] {
  const base = name.slice(0, -'_bucket'.length)
  // Two scrapes at least must lie in the range, or there is no rate.
  const range = `${Math.ceil((2 * step) / 1000)}s`
  return QUANTILES.map(quantile => ({
    source,
    text: `histogram_quantile(${quantile}, rate(${name}[${range}]))`,
    metric: base,
    unit: unitOf(base),
    labels: { quantile },
  }))
}

/** The scrape interval where the data source says it; a minute where not. At least ten seconds: nothing is looked at oftener. */
function stepOf({ jsonData }: DataSource): Millis {
  const [, count, unit] = /^(\d{1,6})(ms|s|m|h)$/.exec(jsonData.timeInterval) ?? []
  const millis = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? ''] ?? 0
  return Math.max(10_000, count ? Number(count) * millis : 60_000)
}

/** Loki must be given a label that lines carry. The first of these that there is reaches most of them. */
function selectorOf(labels: readonly string[]): string | undefined {
  const usual = ['service_name', 'namespace', 'job', 'app', 'service', 'container', 'pod']
  const label =
    usual.find(name => labels.includes(name)) ?? labels.find(name => /^\w+$/.test(name) && name !== '__name__')
  return label && `{${label}=~".+"}`
}

/** What a person looks at first comes first: what dashboards speak of, what users feel, what is used up; the stack's own inside last. */
function byWorth(said: ReadonlySet<string>): (a: string, b: string) => number {
  const worth = (name: string) => {
    if (said.has(name)) return 0
    if (
      /^(?:go|process|prometheus|promhttp|scrape|net_conntrack|alertmanager|grafana|loki|python|nodejs)_|^up$|^ALERTS/.test(
        name,
      )
    )
      return 4
    if (/latency|duration|error|fail|success|availab|request|_seconds/i.test(name)) return 1
    return /cpu|mem|disk|queue|connection|lag|saturat|restart/i.test(name) ? 2 : 3
  }
  return (a, b) => worth(a) - worth(b) || (a < b ? -1 : 1)
}

function left(what: string, why: string): Missing {
  return { source: 'grafana', what, why }
}
