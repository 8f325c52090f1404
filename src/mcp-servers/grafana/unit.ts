// Units by the names CloudWatch gives them, so that one word means one thing in all series: Seconds, Bytes, Percent ...
// Read from how Prometheus metrics are named, and from what a panel says. Pure.

/** '' where nothing says. */
export function unitOf(metric: string): string {
  return SUFFIXES.find(([suffix]) => suffix.test(metric))?.[1] ?? ''
}

/**
 * What the rate of a counter measures: no longer a total, nor a duration where it counts durations; cpu seconds per second are cores.
 * rateOf('http_request_duration_seconds_count') -> 'http_request_per_second'
 * rateOf('container_cpu_usage_seconds_total') -> 'container_cpu_usage_cores'
 */
export function rateOf(counter: string): string {
  const total = counter.replace(/_total$/, '')
  if (total.endsWith('_seconds') && total.includes('cpu')) return total.replace(/_seconds$/, '_cores')
  const counted = total.replace(/(?:_duration|_latency|_time)?(?:_seconds|_milliseconds|_bytes)?_count$/, '')
  return `${counted}_per_second`
}

const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/_bytes_per_second$/, 'Bytes/Second'],
  [/_per_second$/, 'Count/Second'],
  [/_(?:milliseconds|millis|ms)$/, 'Milliseconds'],
  [/_seconds$/, 'Seconds'],
  [/_bytes$/, 'Bytes'],
  [/_percent$/, 'Percent'],
  [/_ratio$/, 'Ratio'],
  [/_millicores$/, 'Millicores'],
  [/_cores$/, 'Cores'],
]

/** Of a panel's field: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
export function unitOfPanel(unit: string): string {
  return PANEL_UNITS[unit] ?? ''
}

const PANEL_UNITS: Readonly<Record<string, string>> = {
  s: 'Seconds',
  ms: 'Milliseconds',
  percent: 'Percent',
  percentunit: 'Ratio',
  bytes: 'Bytes',
  decbytes: 'Bytes',
  Bps: 'Bytes/Second',
  binBps: 'Bytes/Second',
  reqps: 'Count/Second',
  ops: 'Count/Second',
  cps: 'Count/Second',
  rps: 'Count/Second',
}
