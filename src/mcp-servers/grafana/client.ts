// Asks Grafana's HTTP API, and Prometheus and Loki through it, and answers with their shapes, checked.
import type { Millis } from '#incident/signal.ts'
import { checked, checkedList, openHttp } from '../http.ts'
import type { Vendor } from '../http.ts'
import { spanSearch, variableSearch } from './links.ts'
import type { Variables } from './links.ts'
import {
  alertsShape,
  annotationShape,
  dashboardShape,
  dataSourceShape,
  frontendShape,
  matrixShape,
  metadataShape,
  namesShape,
  queryShape,
  routedAlertShape,
  rulesShape,
  searchHitShape,
  silenceShape,
  streamsShape,
  vectorShape,
} from './schema.ts'
import type {
  Annotation,
  Dashboard,
  DataSource,
  Frame,
  GrafanaSettings,
  RoutedAlert,
  Rule,
  SearchHit,
  Silence,
  Stream,
} from './schema.ts'

/** Samples of one series, oldest first. */
export type Samples = { labels: Record<string, string>; samples: [Millis, number][] }
export type Span = { from: Millis; to: Millis }
export type Query = {
  refId: string
  source: DataSource
  /** What the data source's plugin asks by, see query-model.ts. */
  model: Record<string, unknown>
  /** Between points; Grafana may choose a longer one. */
  stepMillis: Millis
  mostPoints: number
}

export type Picture = {
  dashboard: string
  panel: number
  span: Span
  variables: Variables
  width: number // pixels
  height: number
  theme: 'light' | 'dark'
}

export type Grafana = {
  dataSources(signal: AbortSignal): Promise<DataSource[]>
  /** By title. `page` from 1; all `tags` must be there. */
  dashboards(
    asked: {
      limit: number
      page?: number
      query?: string | undefined
      tags?: readonly string[]
      folder?: string | undefined
    },
    signal: AbortSignal,
  ): Promise<SearchHit[]>
  dashboard(uid: string, signal: AbortSignal): Promise<Dashboard>
  /** Rules that Grafana itself evaluates, with their alerts. */
  rules(signal: AbortSignal): Promise<Rule[]>
  /** What fires, as Grafana's own Alertmanager has it. */
  routedAlerts(signal: AbortSignal): Promise<RoutedAlert[]>
  /** Those that have ended too, as long as Grafana keeps them. */
  silences(signal: AbortSignal): Promise<Silence[]>
  /** Alerts of rules that a Prometheus evaluates. */
  alertsOf(source: DataSource, signal: AbortSignal): Promise<unknown[]>
  /** Newest first. */
  annotations(
    asked: Span & { tags?: readonly string[]; dashboard?: string | undefined; limit: number },
    signal: AbortSignal,
  ): Promise<{ rows: Annotation[]; rejected: number }>
  metricNames(source: DataSource, span: Span, signal: AbortSignal): Promise<string[]>
  /** How many series each metric name has at `at`. */
  seriesCounts(source: DataSource, at: Millis, signal: AbortSignal): Promise<Map<string, number>>
  /** counter, gauge, histogram or summary of a metric family, where it is known. */
  metricTypes(source: DataSource, signal: AbortSignal): Promise<Map<string, string>>
  /** True samples of every series by one of these names, from (exclusive) to (inclusive). */
  samples(source: DataSource, names: readonly string[], span: Span, signal: AbortSignal): Promise<Samples[]>
  logLabels(source: DataSource, span: Span, signal: AbortSignal): Promise<string[]>
  /** The newest `limit` lines, from (inclusive) to (inclusive). */
  logLines(source: DataSource, query: string, span: Span, limit: number, signal: AbortSignal): Promise<Stream[]>
  /** Whether this Grafana has an image renderer; without one its pictures only say so. */
  hasRenderer(signal: AbortSignal): Promise<boolean>
  /** A panel as PNG. */
  picture(asked: Picture, signal: AbortSignal): Promise<Uint8Array>
  /** Frames by refId; of a query that was refused, an error in the vendor's words. */
  query(
    queries: readonly Query[],
    span: Span,
    signal: AbortSignal,
  ): Promise<Map<string, { frames: Frame[]; error: string }>>
}

const RENDER_SECONDS = 8 // no longer is waited here

/** As messages name it, and the settings that hold its address and its token. */
export type Named = Pick<Vendor, 'name' | 'urlSetting' | 'tokenSetting'>

const ALONE: Named = { name: 'Grafana', urlSetting: 'GRAFANA_URL', tokenSetting: 'GRAFANA_SERVICE_ACCOUNT_TOKEN' }

export function openGrafana({ url, token }: GrafanaSettings, named: Named = ALONE): Grafana {
  const http = openHttp({ ...named, url, token })

  function proxied({ uid }: DataSource, path: string): string {
    return `/api/datasources/proxy/uid/${encodeURIComponent(uid)}${path}`
  }

  return {
    async dataSources(signal) {
      const { body } = await http.get('/api/datasources', {}, signal)
      return checkedList(named.name, 'data sources', dataSourceShape, body).rows
    },
    async dashboards({ limit, page, query, tags, folder }, signal) {
      const asked = { type: 'dash-db', limit, page, query, tag: tags, folderUIDs: folder }
      const { body } = await http.get('/api/search', asked, signal)
      return checkedList(named.name, 'dashboards', searchHitShape, body).rows
    },
    async dashboard(uid, signal) {
      const { body } = await http.get(`/api/dashboards/uid/${encodeURIComponent(uid)}`, {}, signal)
      return checked(named.name, 'a dashboard', dashboardShape, body)
    },
    async rules(signal) {
      const { body } = await http.get('/api/prometheus/grafana/api/v1/rules', {}, signal)
      return checked(named.name, 'alert rules', rulesShape, body).data.groups.flatMap(group =>
        group.rules.map(rule => ({ ...rule, folder: group.file })),
      )
    },
    async routedAlerts(signal) {
      const { body } = await http.get('/api/alertmanager/grafana/api/v2/alerts', {}, signal)
      return checkedList(named.name, 'alerts', routedAlertShape, body).rows
    },
    async silences(signal) {
      const { body } = await http.get('/api/alertmanager/grafana/api/v2/silences', {}, signal)
      return checkedList(named.name, 'silences', silenceShape, body).rows
    },
    async alertsOf(source, signal) {
      const { body } = await http.get(proxied(source, '/api/v1/alerts'), {}, signal)
      return checked('Prometheus', 'alerts', alertsShape, body).data.alerts
    },
    async annotations({ from, to, tags, dashboard, limit }, signal) {
      const asked = { from, to, tags, dashboardUID: dashboard, limit, type: 'annotation' }
      const { body } = await http.get('/api/annotations', asked, signal)
      return checkedList(named.name, 'annotations', annotationShape, body)
    },

    async metricNames(source, span, signal) {
      const { body } = await http.get(proxied(source, '/api/v1/label/__name__/values'), seconds(span), signal)
      return checked('Prometheus', 'metric names', namesShape, body).data
    },
    async seriesCounts(source, at, signal) {
      const form = { query: 'count by (__name__) ({__name__!=""})', time: at / 1000 }
      const { body } = await http.post(proxied(source, '/api/v1/query'), { form }, signal)
      const { result } = checked('Prometheus', 'counts of series', vectorShape, body).data
      return new Map(result.map(({ metric, value: [, count] }) => [metric['__name__'] ?? '', Number(count)]))
    },
    async metricTypes(source, signal) {
      const { body } = await http.get(proxied(source, '/api/v1/metadata'), { limit_per_metric: 1 }, signal)
      const families = Object.entries(checked('Prometheus', 'metadata', metadataShape, body).data)
      return new Map(families.map(([name, [first]]) => [name, first?.type ?? 'unknown']))
    },
    async samples(source, names, { from, to }, signal) {
      const range = Math.ceil((to - from) / 1000)
      const form = { query: `{__name__=~"${names.join('|')}"}[${range}s]`, time: to / 1000 }
      const { body } = await http.post(proxied(source, '/api/v1/query'), { form }, signal)
      const { result } = checked('Prometheus', 'samples', matrixShape, body).data
      return result.map(({ metric, values }) => ({ labels: metric, samples: samplesOf(values, from, to) }))
    },

    async logLabels(source, span, signal) {
      const { body } = await http.get(proxied(source, '/loki/api/v1/labels'), nanoseconds(span), signal)
      return checked('Loki', 'labels', namesShape, body).data
    },
    async logLines(source, query, span, limit, signal) {
      const asked = { query, ...nanoseconds(span), limit, direction: 'backward' }
      const { body } = await http.get(proxied(source, '/loki/api/v1/query_range'), asked, signal)
      return checked('Loki', 'log lines', streamsShape, body).data.result
    },

    async hasRenderer(signal) {
      const { body } = await http.get('/api/frontend/settings', {}, signal)
      return checked(named.name, 'its settings', frontendShape, body).rendererAvailable
    },
    picture({ dashboard, panel, span, variables, width, height, theme }, signal) {
      const own = { panelId: panel, ...spanSearch(span), width, height, theme, tz: 'UTC', timeout: RENDER_SECONDS }
      const asked = { ...own, ...variableSearch(variables) }
      return http.bytes(`/render/d-solo/${encodeURIComponent(dashboard)}/_`, asked, 'image/png', signal)
    },

    async query(queries, { from, to }, signal) {
      const json = {
        from: String(from),
        to: String(to),
        queries: queries.map(({ refId, source, model, stepMillis, mostPoints }) => ({
          ...model,
          refId,
          datasource: { uid: source.uid, type: source.type },
          intervalMs: stepMillis,
          maxDataPoints: mostPoints,
        })),
      }
      // One refused query makes the whole answer a 400; the others are in it all the same.
      const { body } = await http.post('/api/ds/query', { json }, signal, { alsoAccept: [400] })
      const { results } = checked(named.name, 'a query', queryShape, body)
      return new Map(Object.entries(results).map(([id, { frames, error }]) => [id, { frames: frames ?? [], error }]))
    },
  }
}

/** [seconds, "text"] pairs; what is no number (stale, infinite) is no sample. */
function samplesOf(values: readonly unknown[], from: Millis, to: Millis): [Millis, number][] {
  const samples: [Millis, number][] = []
  for (const pair of values) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string') continue
    const at = Math.round(pair[0] * 1000)
    const value = Number(pair[1])
    if (at > from && at <= to && Number.isFinite(value)) samples.push([at, value])
  }
  return samples
}

function seconds({ from, to }: Span) {
  return { start: from / 1000, end: to / 1000 }
}

/** Loki leaves the end out. */
function nanoseconds({ from, to }: Span) {
  return { start: `${from}000000`, end: `${to + 1}000000` }
}
