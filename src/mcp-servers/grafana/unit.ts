// Units by the names CloudWatch gives them, so that one word means one thing in all series: Seconds, Bytes, Percent ...
// Read from how Prometheus metrics are named, and from what a panel says. Pure.

/** '' where nothing says. `perSecond`: of the rate of a counter. */
export function unitOf(metric: string, perSecond = false): string {
  const name = metric.replace(/_(?:total|count|sum|bucket)$/, '')
  if (perSecond) {
    if (metric.endsWith('_count')) return 'Count/Second'
    if (name.endsWith('_bytes')) return 'Bytes/Second'
    if (name.endsWith('_seconds')) return name.includes('cpu') ? 'Cores' : ''
    return 'Count/Second'
  }
  return SUFFIXES.find(([suffix]) => suffix.test(name))?.[1] ?? ''
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
