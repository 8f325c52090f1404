// What a series measures, told from the words of its name, unit and labels alone: no metric is known beforehand.
import type { Entity, SeriesPoints, Source } from '#incident/signal.ts'

export type Measure = 'latency' | 'availability' | 'errors' | 'cpu' | 'memory' | 'saturation' | 'traffic' | 'other'

/** The same for the whole life of a series. */
export type Feature = {
  measure: Measure
  /** Where more is worse 1, where less is worse -1, where neither is known 0. */
  bad: 1 | -1 | 0
  /** Whose view of a call it is, where the name says so: the one who serves or the one who waits. */
  side: 'server' | 'client' | 'unsaid'
  /** Caller and callee, where the series is about one pair. */
  edge?: { client: string; server: string }
  scope: 'service' | 'pod' | 'node'
  /** A counter that only grows: its steps are the values. */
  counter: boolean
  /** 'fraction' 0..1 and 'percent' are shares; 'each' counts what happened in a step; 'perSecond' is a rate; others are sizes. */
  form: 'fraction' | 'percent' | 'each' | 'perSecond' | 'size'
  /** Seconds in one unit of a latency. */
  seconds: number
  /** Mean or median, as against a tail. */
  central: boolean
  /** Of a tail, as people name it: 'p99', 'maximum'. */
  tail?: string
  /** In units of the series: the least deviation that means anything. */
  floor: number
  /** As a share of the usual level. */
  relativeFloor: number
}

/** Series with the same group act as one: same thing, same measure, same side, same pair, seen by the same source. */
export function groupOf(feature: Feature, entity: Entity, source: Source): string {
  const { measure, side, edge, scope } = feature
  const thing = edge ? `${edge.client}>${edge.server}` : scope === 'service' ? entity.service : (entity.name ?? '')
  return [source, entity.namespace ?? '', scope, thing, measure, side].join('|').toLowerCase()
}

export function describe(signal: SeriesPoints): Feature {
  const name = wordsOf(signal.metric)
  const unit = wordsOf(signal.unit)
  const edge = edgeOf(signal.labels)
  const statistic = statisticOf(signal, name)
  const central = statistic === undefined || statistic <= 0.5
  const measure = measureOf(name, unit)
  const form = formOf(measure, name, unit)
  const seconds = measure === 'latency' ? secondsOf(name, unit) : 1
  return {
    measure,
    bad: directionOf(measure, name),
    side: sideOf(name, signal.labels),
    ...(edge && { edge }),
    scope: scopeOf(signal),
    counter: isCounter(signal.metric, unit),
    form,
    seconds,
    central,
    ...(!central && { tail: statistic === 1 ? 'maximum' : `p${Number((statistic * 100).toFixed(2))}` }),
    floor: floorOf(measure, form, seconds, name, unit),
    relativeFloor: measure === 'availability' ? 0 : measure === 'memory' ? 0.02 : 0.1,
  }
}

/** Lower-case words of a name: 'CPUUtilization' -> cpu utilization; 'pod_success_rate_percent' -> pod success rate percent. */
export function wordsOf(name: string): Set<string> {
  const spaced = name
    .replaceAll('%', ' percent ')
    .replaceAll('UnHealthy', 'Unhealthy')
    .replaceAll(/([a-z])([A-Z])|(\d)([A-Z][a-z])/g, '$1$3 $2$4')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
  return new Set(
    spaced
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter(Boolean),
  )
}

// First match wins. The order settles names that say two things: `cpu_usage_seconds_total` is about cpu, `request_errors_total` about errors.
const MEASURES: readonly [Measure, readonly string[]][] = [
  ['cpu', ['cpu', 'cores', 'millicores', 'throttled', 'throttling', 'processor']],
  ['memory', ['mem', 'memory', 'rss', 'heap', 'freeable', 'swap']],
  ['latency', ['latency', 'duration', 'p50', 'p90', 'p95', 'p99', 'apdex', 'elapsed']],
  ['availability', ['availability', 'success', 'successful', 'uptime', 'healthy', 'slo']],
  [
    'errors',
    [
      'error',
      'errors',
      'err',
      'fail',
      'failed',
      'failure',
      'failures',
      'fault',
      'faults',
      '5xx',
      '500',
      '503',
      '4xx',
      'exception',
      'exceptions',
      'unhealthy',
      'rejected',
      'throttles',
      'dropped',
      'timeouts',
    ],
  ],
  [
    'saturation',
    [
      'connections',
      'queue',
      'depth',
      'lag',
      'backlog',
      'pool',
      'threads',
      'storage',
      'disk',
      'fs',
      'filesystem',
      'inodes',
      'pending',
      'concurrent',
      'saturation',
      'credit',
      'balance',
      'goroutines',
      'age',
    ],
  ],
  [
    'traffic',
    [
      'request',
      'requests',
      'ops',
      'rps',
      'qps',
      'tps',
      'throughput',
      'invocations',
      'hits',
      'calls',
      'traffic',
      'queries',
    ],
  ],
]
const TIMES = ['seconds', 'second', 'ms', 'milliseconds', 'millis', 'microseconds', 'us']
const WAITS = [
  'request',
  'response',
  'time',
  'rt',
  'call',
  'calls',
  'client',
  'server',
  'http',
  'grpc',
  'rpc',
  'query',
  'wait',
  'round',
]
const FREE = ['free', 'freeable', 'available', 'remaining', 'left', 'credit', 'balance', 'idle', 'headroom']

function measureOf(name: Set<string>, unit: Set<string>): Measure {
  const has = (...words: readonly string[]) => words.some(word => name.has(word))
  const found = MEASURES.find(([, words]) => has(...words))?.[0]
  if (found === 'cpu' || found === 'memory' || found === 'latency') return found
  const timed = TIMES.some(word => unit.has(word)) || (has(...TIMES) && !has('per'))
  // `http_request_errors` is no wait, but `http_request_seconds` is; and `TargetResponseTime` has its unit apart.
  if (found !== 'errors' && found !== 'availability' && !has('per') && timed && has(...WAITS)) return 'latency'
  if (name.has('response') && name.has('time')) return 'latency'
  return found ?? 'other'
}

function directionOf(measure: Measure, name: Set<string>): Feature['bad'] {
  if (measure === 'other') return 0
  if (measure === 'availability' || measure === 'traffic' || name.has('apdex')) return -1
  if ((measure === 'memory' || measure === 'saturation' || measure === 'cpu') && FREE.some(word => name.has(word)))
    return -1
  return 1
}

function sideOf(name: Set<string>, labels: Record<string, string>): Feature['side'] {
  const reporter = labels['reporter'] ?? labels['span_kind'] ?? ''
  if (name.has('client') || name.has('outbound') || name.has('upstream') || /source|client/i.test(reporter))
    return 'client'
  if (name.has('server') || name.has('inbound') || /destination|server/i.test(reporter)) return 'server'
  return 'unsaid'
}

const PAIRS = [
  ['client', 'server'],
  ['source_workload', 'destination_workload'],
  ['source_workload', 'destination_service_name'],
  ['source_app', 'destination_app'],
  ['source', 'destination'],
  ['caller', 'callee'],
] as const

/** Tempo's and Istio's ways to name a caller and a callee, and the plain ones. */
export function edgeOf(labels: Record<string, string>): Feature['edge'] {
  for (const [from, to] of PAIRS) {
    const client = labels[from]
    const server = labels[to]
    if (client && server) return { client, server }
  }
  return undefined
}

function scopeOf(signal: SeriesPoints): Feature['scope'] {
  const { kind } = signal.entity
  if (kind === 'Node' || (signal.labels['node'] !== undefined && signal.labels['pod'] === undefined)) return 'node'
  return kind === 'Pod' || signal.labels['pod'] !== undefined ? 'pod' : 'service'
}

/** 0.99 for a 99th percentile, 0.5 for a mean or a median; undefined where nothing says which. */
function statisticOf(signal: SeriesPoints, name: Set<string>): number | undefined {
  const { labels } = signal
  const said = labels['quantile'] ?? labels['statistic'] ?? labels['stat'] ?? labels['Statistic'] ?? ''
  if (Number(said) > 0) return Number(said) > 1 ? Number(said) / 100 : Number(said)
  for (const word of [said.toLowerCase(), ...name]) {
    const percentile = /^p(\d\d(?:\d|\.\d+)?)$/.exec(word)?.[1]
    if (percentile) return Number(percentile) / (percentile.length === 3 ? 1000 : 100)
    if (word === 'max' || word === 'maximum') return 1
    if (word === 'avg' || word === 'average' || word === 'mean' || word === 'median') return 0.5
  }
  return undefined
}

function isCounter(metric: string, unit: Set<string>): boolean {
  return (/_(total|count|sum)$/.test(metric) || unit.has('counter')) && !unit.has('rate') && !unit.has('per')
}

function formOf(measure: Measure, name: Set<string>, unit: Set<string>): Feature['form'] {
  const has = (word: string) => name.has(word) || unit.has(word)
  if (has('percent') || has('percentage') || name.has('utilization')) return 'percent'
  if (has('ratio') || has('fraction')) return 'fraction'
  if (measure === 'availability') return 'percent'
  if (measure !== 'traffic' && measure !== 'errors') return 'size'
  const persecond =
    has('per') || has('rps') || has('qps') || has('tps') || has('rate') || unit.has('s') || unit.has('second')
  return persecond ? 'perSecond' : 'each'
}

function secondsOf(name: Set<string>, unit: Set<string>): number {
  for (const words of [unit, name]) {
    if (words.has('ms') || words.has('milliseconds') || words.has('millis') || words.has('millisecond')) return 1e-3
    if (words.has('us') || words.has('microseconds') || words.has('micros')) return 1e-6
    if (words.has('ns') || words.has('nanoseconds')) return 1e-9
  }
  return 1
}

const LATENCY_FLOOR = 0.002 // seconds
const SHARE_FLOOR = 0.3 // points of 100
const CPU_FLOOR = 0.2 // points of 100

function floorOf(
  measure: Measure,
  form: Feature['form'],
  seconds: number,
  name: Set<string>,
  unit: Set<string>,
): number {
  const has = (word: string) => name.has(word) || unit.has(word)
  if (measure === 'latency') return LATENCY_FLOOR / seconds
  if (measure === 'availability') return form === 'fraction' ? SHARE_FLOOR / 100 : SHARE_FLOOR
  if (measure === 'errors' && form === 'percent') return SHARE_FLOOR
  if (measure === 'errors' && form === 'fraction') return SHARE_FLOOR / 100
  if (measure !== 'cpu') return 0
  if (form === 'percent') return CPU_FLOOR
  return has('millicores') ? 10 * CPU_FLOOR : CPU_FLOOR / 100 // of a thousand, or of one core
}
