// What is watched: the metrics of alarms first, then those of the account up to a bound; and the log groups. Found out once
// and again every few minutes, because both change slowly and cost requests.
import type { Millis, Missing } from '#incident/signal.ts'
import { allEnded } from '../gather.ts'
import type { Page } from './ask.ts'
import type { Cloudwatch } from './client.ts'
import { metricsOfAlarm, seriesHead } from './mapper.ts'
import type { SeriesHead } from './mapper.ts'
import type { Query } from './metrics-client.ts'
import type { Alarm, CloudwatchSettings, Metric } from './schema.ts'
import { choose, isDuration, PERCENTILES, PLAIN, statisticsIn } from './statistics.ts'

export type WatchedSeries = Query & { head: SeriesHead }
export type Watched = { series: WatchedSeries[]; groups: string[]; missing: Missing[] }
export type Ask = <T>(what: string, once: (signal: AbortSignal) => Promise<T>) => Promise<T>

const FRESH: Millis = 5 * 60_000
const HOUR: Millis = 3_600_000
/** The finest period that every metric has. What is published at longer ones comes back at its own spacing. */
const PERIOD_SECONDS = 60
const METRIC_PAGES = 10 // of 500 metrics
const GROUP_PAGES = 5 // of 50 groups
const MOST_GROUPS = 20 // each is a request every reading
const AT_ONCE = 8
const MOST_PROBES = 200 // a reading; what is left is asked the next time

/** These speak of the account itself, not of what runs in it. */
const ABOUT_THE_ACCOUNT = ['AWS/Usage', 'AWS/Billing', 'AWS/TrustedAdvisor']

type Known = { statistics: string[]; unit: string }
/** `probed`: metrics whose statistics were asked for since, with or without an answer. */
type Listed = { at: Millis; metrics: Metric[]; groups: string[]; missing: Missing[]; probed: Set<string> }

export function openWatched(cloudwatch: Cloudwatch, settings: CloudwatchSettings) {
  const known = new Map<string, Known>()
  const heads = new Map<string, SeriesHead>()
  let listed: Listed | undefined

  /** `now` is the data's time; a clock set back counts as old too. */
  return async (alarms: readonly Alarm[], now: Millis, ask: Ask): Promise<Watched> => {
    const fresh = listed && now >= listed.at && now - listed.at < FRESH
    if (!listed || !fresh) listed = await list(listed, now, ask)
    const ofAlarms = alarms.flatMap(metricsOfAlarm)
    const metrics = firstOnes([...ofAlarms.map(each => each.metric), ...listed.metrics], settings.mostMetrics)
    await probe(metrics, listed.probed, now, ask)
    return { series: seriesOf(metrics, ofAlarms), groups: listed.groups, missing: listed.missing }
  }

  async function list(old: Listed | undefined, now: Millis, ask: Ask): Promise<Listed> {
    const missing: Missing[] = []
    const namespaces = settings.namespaces.length > 0 ? settings.namespaces : [undefined]
    const metrics: Metric[] = []
    try {
      for (const namespace of namespaces) {
        const page = (token?: string) =>
          ask('list metrics', signal => cloudwatch.metrics({ namespace, active: true, token }, signal))
        const { rows, more } = await all(page, METRIC_PAGES)
        metrics.push(...rows.filter(metric => !ABOUT_THE_ACCOUNT.includes(metric.Namespace)))
        if (more) missing.push(left('metrics', 'the list of metrics goes on; `namespaces` in the settings shortens it'))
      }
    } catch (error) {
      if (!old) throw error
      return {
        ...old,
        missing: [left('metrics', `the list of ${new Date(old.at).toISOString()} is used; it could not be read again`)],
      }
    }
    if (metrics.length > settings.mostMetrics) {
      const why = `${metrics.length - settings.mostMetrics} of ${metrics.length} are not watched; \`namespaces\` and \`mostMetrics\` in the settings choose`
      missing.push(left('metrics', why))
    }
    const groups = await listGroups(old, ask, missing)
    return { at: now, metrics: fairly(metrics), groups, missing, probed: new Set() }
  }

  async function listGroups(old: Listed | undefined, ask: Ask, missing: Missing[]): Promise<string[]> {
    if (settings.logGroups.length > 0) return settings.logGroups
    const page = (token?: string) => ask('list log groups', signal => cloudwatch.logGroups({ token }, signal))
    try {
      const { rows, more } = await all(page, GROUP_PAGES)
      if (rows.length > MOST_GROUPS) {
        const count = more ? `more than ${rows.length - MOST_GROUPS}` : String(rows.length - MOST_GROUPS)
        missing.push(left('log groups', `${count} are not looked at; \`logGroups\` in the settings chooses`))
      }
      return rows.slice(0, MOST_GROUPS).map(({ logGroupName }) => logGroupName)
    } catch {
      missing.push(left('log groups', 'the list could not be read'))
      return old?.groups ?? []
    }
  }

  /** One without points is asked again at the next listing. */
  async function probe(metrics: readonly Metric[], probed: Set<string>, now: Millis, ask: Ask): Promise<void> {
    const due = metrics.filter(metric => !known.has(keyOf(metric)) && !probed.has(keyOf(metric))).slice(0, MOST_PROBES)
    for (const metric of due) probed.add(keyOf(metric))
    for (let i = 0; i < due.length; i += AT_ONCE) {
      await allEnded(due.slice(i, i + AT_ONCE).map(metric => probeOne(metric, now, ask)))
    }
  }

  async function probeOne(metric: Metric, now: Millis, ask: Ask): Promise<void> {
    const asked = { metric, period: HOUR / 1000, span: { from: now - 3 * HOUR, to: now } }
    const ofKind = (statistics: readonly string[]) =>
      ask('find out statistics', signal => cloudwatch.statistics({ ...asked, statistics }, signal))
    const plain = await ofKind(PLAIN)
    const points =
      isDuration(metric.MetricName) || plain.length === 0 ? [...plain, ...(await ofKind(PERCENTILES))] : plain
    const statistics = choose(metric.MetricName, statisticsIn(points))
    if (statistics.length > 0) known.set(keyOf(metric), { statistics, unit: points[0]?.Unit ?? '' })
  }

  /** What an alarm guards is watched as the alarm sees it, whatever else of that metric tells more. */
  function seriesOf(metrics: readonly Metric[], ofAlarms: ReturnType<typeof metricsOfAlarm>): WatchedSeries[] {
    const series = new Map<string, WatchedSeries>()
    const add = (metric: Metric, statistic: string, period: number) => {
      const unit = known.get(keyOf(metric))?.unit ?? ''
      const key = `${keyOf(metric)} ${statistic} ${unit}`
      const head = heads.get(key) ?? seriesHead(metric, statistic, unit)
      heads.set(key, head)
      if (!series.has(head.id)) series.set(head.id, { metric, statistic, period, head })
    }
    for (const { metric, statistic, period } of ofAlarms) add(metric, statistic, Math.min(period, PERIOD_SECONDS))
    for (const metric of metrics) {
      for (const statistic of known.get(keyOf(metric))?.statistics ?? []) add(metric, statistic, PERIOD_SECONDS)
    }
    return [...series.values()]
  }
}

async function all<T>(page: (token?: string) => Promise<Page<T>>, most: number): Promise<{ rows: T[]; more: boolean }> {
  const rows: T[] = []
  let token: string | undefined
  for (let i = 0; i < most && (i === 0 || token); i++) {
    const answer = await page(token)
    rows.push(...answer.rows)
    token = answer.token
  }
  return { rows, more: token !== undefined }
}

/** In turns by namespace, so that a large one does not take every place under the bound. */
function fairly(metrics: readonly Metric[]): Metric[] {
  const turns = new Map<string, number>()
  const turnOf = (metric: Metric) => {
    const turn = turns.get(metric.Namespace) ?? 0
    turns.set(metric.Namespace, turn + 1)
    return turn
  }
  return metrics
    .map(metric => ({ metric, turn: turnOf(metric) }))
    .sort((a, b) => a.turn - b.turn)
    .map(each => each.metric)
}

function firstOnes(metrics: readonly Metric[], most: number): Metric[] {
  const byKey = new Map<string, Metric>()
  for (const metric of metrics) {
    if (byKey.size === most) break
    const key = keyOf(metric)
    if (!byKey.has(key)) byKey.set(key, metric)
  }
  return [...byKey.values()]
}

function keyOf({ Namespace, MetricName, Dimensions }: Metric): string {
  return JSON.stringify([Namespace, MetricName, Object.entries(Dimensions).sort()])
}

function left(what: string, why: string): Missing {
  return { source: 'cloudwatch', what, why }
}
