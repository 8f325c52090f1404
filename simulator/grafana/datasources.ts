// The two data sources Grafana knows: Prometheus where the recording has series, Loki where it has logs.
import type { Cloud } from '../cloud.ts'
import type { Millis, Recording, Series } from '../recording.ts'
import { failure, json, type Reply } from './reply.ts'

export type DataSource = { id: number; uid: 'prometheus' | 'loki'; name: string; scrapeInterval: Millis }

const defaultScrapeInterval: Millis = 15_000 // Grafana's own default for Prometheus
const samplesLookedAt = 11 // of each series; its spacing hardly changes later

/** Data sources are configuration: they are there from the start, before the first point or line is visible. */
export function dataSources({ story }: Cloud): DataSource[] {
  const recordings = story.afterCure ? [story.recording, story.afterCure] : [story.recording]
  const series = recordings.flatMap(recording => recording.series)
  const sources: DataSource[] = []
  if (series.length > 0) sources.push({ id: 1, uid: 'prometheus', name: 'Prometheus', scrapeInterval: spacing(series) })
  if (recordings.some(hasLogs))
    sources.push({ id: 2, uid: 'loki', name: 'Loki', scrapeInterval: defaultScrapeInterval })
  return sources
}

export function listDataSources(sources: DataSource[]): Reply {
  return json(sources.map(source => ({ ...described(source), typeName: source.name })))
}

export function oneDataSource(sources: DataSource[], uid: string): Reply {
  const source = sources.find(each => each.uid === uid)
  if (!source) return failure(404, 'Data source not found')
  return json({ ...described(source), basicAuthUser: '', withCredentials: false, secureJsonFields: {}, version: 1 })
}

function described({ id, uid, name, scrapeInterval }: DataSource) {
  const prometheus = uid === 'prometheus'
  return {
    id,
    uid,
    orgId: 1,
    name,
    type: uid,
    typeLogoUrl: `public/app/plugins/datasource/${uid}/img/${uid}_${prometheus ? 'logo' : 'icon'}.svg`,
    access: 'proxy',
    url: prometheus ? 'http://prometheus:9090' : 'http://loki:3100',
    user: '',
    database: '',
    basicAuth: false,
    isDefault: id === 1,
    jsonData: prometheus ? { httpMethod: 'POST', timeInterval: `${scrapeInterval / 1000}s` } : {},
    readOnly: true,
  }
}

function hasLogs(recording: Recording): boolean {
  return recording.records['grafana/logs'].length > 0
}

/** The usual time between samples of the most often scraped series, in whole seconds, as an operator would have set it. */
function spacing(series: Series[]): Millis {
  const spacings = series.map(({ at }) => median(gaps(at))).filter(gap => gap > 0)
  const smallest = spacings.reduce((least, gap) => Math.min(least, gap), Infinity)
  return smallest === Infinity ? defaultScrapeInterval : Math.max(1, Math.round(smallest / 1000)) * 1000
}

function gaps(at: Float64Array): number[] {
  const looked = [...at.subarray(0, samplesLookedAt)]
  return looked.slice(1).map((moment, i) => moment - (looked[i] ?? moment))
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0
}
