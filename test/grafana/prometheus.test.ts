// Debian's Prometheus behind the simulated Grafana: our tools read from it what they read from the simulator's own
// evaluator, and what its parser says of a bad query comes out as our Fault. Debian's is 2.42, whose ranges hold the sample
// at their start, unlike 3's; all samples stand seven seconds off the minute, where both mean the same.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SeriesPoints } from '#incident/signal.ts'
import type { ReadingPage } from '#mcp-servers/signal-schema.ts'
import { REQUIRED } from '../parties.ts'
import { findPrometheus, startPrometheus } from './real-prometheus.ts'
import type { RealPrometheus } from './real-prometheus.ts'
import { minutes, NOON, openWorld } from './served.ts'
import type { Served, World } from './served.ts'

const programs = await findPrometheus()
const OFF_THE_MINUTE = 7000
const UNTIL_NOW = 30

test.runIf(REQUIRED)('prometheus is there', () => {
  expect(programs, 'prometheus or promtool is missing: run .ci/parties').toBeDefined()
})

describe.skipIf(programs === undefined)('prometheus, which .ci/parties fetches', () => {
  let world: World
  let real: RealPrometheus | undefined
  let behind: Served
  let simulated: Served

  beforeAll(async () => {
    world = openWorld()
    tell(world)
    if (programs) real = await startPrometheus(programs, world.recording.series)
    behind = await world.serve({ prometheusUrl: real?.url ?? '' })
    simulated = await world.serve()
  })
  afterAll(async () => {
    await world?.close()
    await real?.end()
  })

  test('get_signals: gauges, rates over a reset, means; no point where there was none, or no number', async () => {
    const { signals, missing } = (await behind.call('get_signals', { from: '10m' })) as ReadingPage
    expect(missing).toEqual([{ source: 'grafana', what: 'expressions', why: '1 of dashboards and rules were refused' }])
    const told = signals.flatMap(each =>
      each.kind === 'series' && each.entity.service === 'cart' ? [lineOf(each)] : [],
    )
    expect(told.toSorted().join('\n')).toMatchInlineSnapshot(`
      "Requests: 1 1 1.01 0.677 0.683 0.683 0.988 1.02 1.02 1.02 1.02
      http_requests_per_second 200: 1 1 0 1 1 1 1 1 1 1
      http_requests_per_second 500: 0 0.0167 0.0167 0.0167 0.0167 0.0167 0.0167 0.0167 0.0167 0.0167
      odd_ratio: 0.5 0.5
      queue_depth: 20 21 22 23 24 25 26 27 28 29
      request_per_second: 1 1 1 1 1 1 1 1 1 1
      request_seconds: 0.233 0.233 0.233 0.233 0.233 0.233 0.233 0.233 0.233 0.233 0.233
      request_seconds: 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5
      request_seconds: 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5 0.5
      sparse_gauge: 21 22 23 24 25 26 27 28 29
      sparse_per_second: 1 1 1 1 1 1 1 1
      up: 1 1 1 1 1 1 1 1 1 1"
    `)
  })

  test.each([
    'queue_depth',
    'rate(http_requests_total[5m])',
    'increase(http_requests_total[3m])',
    'irate(http_requests_total[3m])',
    'sum by (service) (rate(http_requests_total[5m]))',
    'sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
    'histogram_quantile(0.9, sum by (le) (rate(request_seconds_bucket[5m])))',
    'rate(request_seconds_sum[5m]) / rate(request_seconds_count[5m])',
    'max_over_time(queue_depth[10m])',
    'avg_over_time(queue_depth[10m])',
    'topk(1, queue_depth)',
    'queue_depth offset 5m',
    'queue_depth > 20',
    'queue_depth == bool 7',
    'odd_ratio',
    'odd_ratio / 0',
    '-odd_ratio',
    'odd_ratio * 0',
    'sum(odd_ratio)',
    'max(odd_ratio)',
    'sparse_gauge',
    'rate(sparse_total[10m])',
    'up and queue_depth',
    '1 / 0',
    'vector(1)',
    'nothing_there',
  ])('%s: the same points from both', async query => {
    const asked = { datasource: 'prometheus', query, time_range: { from: 'now-28m', to: 'now' }, max_points: 50 }
    const [one, other] = await Promise.all([asTold(behind, asked), asTold(simulated, asked)])
    expect(one).toEqual(other)
  })

  test('functions that only the real one has; a value that is no number is no point', async () => {
    const last = async (query: string) => {
      const time_range = { from: 'now-3m', to: 'now' }
      const { series } = await behind.call('execute_query', { datasource: 'prometheus', query, time_range })
      return (series as Told[]).map(({ points }) => points.at(-1)?.[1])
    }
    expect(await last('absent(nothing_there)')).toEqual([1])
    expect(await last('absent(queue_depth)')).toEqual([])
    expect(await last('count_over_time(sparse_gauge[10m])')).toEqual([9])
    expect(await last('label_replace(queue_depth, "to", "$1", "service", "(.*)")')).toEqual([29, 87])
    expect(await last('scalar(up{service="cart"})')).toEqual([1])
    expect(await last('quantile(2, queue_depth)')).toEqual([]) // +Inf
    expect(await last('sqrt(-queue_depth)')).toEqual([]) // NaN
  })

  test('what the parser says of a bad query is a Fault of the caller, in our words', async () => {
    const said = async (query: string) =>
      behind.call('execute_query', { datasource: 'prometheus', query }).then(
        () => 'answered',
        (error: { code: string; message: string; cause: Error }) =>
          `${error.code}: ${error.message} (${error.cause.message})`,
      )
    expect(await said('sum(')).toMatchInlineSnapshot(
      `"validation: prometheus did not accept this query. It could not be read from line 1, character 5 on. (bad_data: 1:5: parse error: unclosed left parenthesis)"`,
    )
    expect(await said('rate(queue_depth)')).toMatchInlineSnapshot(
      `"validation: prometheus did not accept this query. It could not be read from line 1, character 6 on. (bad_data: 1:6: parse error: expected type range vector in call to function "rate", got instant vector)"`,
    )
    expect(await said('queue_depth[5m]')).toMatchInlineSnapshot(
      `"validation: prometheus did not accept this query. Look at its syntax, and at names of metrics and labels. (bad_data: invalid expression type "range vector" for range query, must be Scalar or instant Vector)"`,
    )
    expect(await said('{}')).toMatchInlineSnapshot(
      `"validation: prometheus did not accept this query. It could not be read from line 1, character 1 on. (bad_data: 1:1: parse error: vector selector must contain at least one non-empty matcher)"`,
    )
    expect(await said('queue_depth * on(service) http_requests_total')).toMatchInlineSnapshot(
      `"validation: prometheus did not accept this query. Look at its syntax, and at names of metrics and labels. (execution: found duplicate series for the match group {service="cart"} on the right hand-side of the operation: [{__name__="http_requests_total", code="500", job="shop", service="cart"}, {__name__="http_requests_total", code="200", job="shop", service="cart"}];many-to-many matching not allowed: matching labels must be unique on one side)"`,
    )
  })

  test('a panel: its variable filled in, one query refused and the other standing', async () => {
    const { queries } = (await behind.call('query_panel', { dashboard_id: 'shop', panel_id: 1 })) as {
      queries: { refId: string; series: { labels: Record<string, string>; points: unknown[] }[]; error?: string }[]
    }
    expect(queries.map(({ refId, series, error }) => [refId, series.map(({ labels }) => labels), error])).toEqual([
      ['A', [{ service: 'cart' }], undefined],
      ['B', [], 'The data source did not accept it.'],
    ])
    expect(queries[0]?.series[0]?.points.length).toBeGreaterThan(10)
  })

  test('what its own rules fire', async () => {
    const fired = async () => (await (await fetch(`${real?.url}/api/v1/alerts`)).json()) as { data: { alerts: [] } }
    await vi.waitFor(async () => expect((await fired()).data.alerts).toHaveLength(1), { timeout: 20_000 })
    world.now = Date.now() // rules are judged by the machine's clock
    const { signals } = (await behind.call('get_signals', { from: '1m' })) as ReadingPage
    expect(signals.filter(({ kind }) => kind === 'alarm')).toMatchObject([
      {
        active: true,
        severity: 'critical',
        entity: { service: 'cart' },
        text: expect.stringContaining('cart takes 3 s'),
      },
    ])
  })

  async function asTold(served: Served, asked: Record<string, unknown>) {
    const { series, truncated, hint } = await served.call('execute_query', asked)
    return { series: (series as Told[]).map(rounded).toSorted(byLabels), truncated, hint }
  }
})

type Told = { labels: Record<string, string>; points: [number, number][] }

function lineOf({ metric, labels, points }: SeriesPoints): string {
  const values = points.map(([, value]) => Number(value.toPrecision(3)))
  return `${metric} ${labels['code'] ?? ''}: ${values.join(' ')}`.replace(' :', ':')
}

/** Two programs may add in another order: to eleven digits. */
function rounded({ labels, points }: Told): Told {
  return { labels, points: points.map(([at, value]) => [at, Number(value.toPrecision(11))]) }
}

function byLabels(a: Told, b: Told): number {
  const [left = '', right = ''] = [a, b].map(({ labels }) => JSON.stringify(Object.entries(labels).sort()))
  return left < right ? -1 : 1
}

/** What real life has: a counter that is reset, a gauge that was not scraped for a while, values that are no numbers. */
function tell({ recording }: World): void {
  const add = (metric: string, labels: Record<string, string>, value: (minute: number) => number | undefined) => {
    const kept = Array.from({ length: UNTIL_NOW }, (_, minute) => [minute, value(minute)] as const).filter(
      (pair): pair is [number, number] => pair[1] !== undefined,
    )
    const at = Float64Array.from(kept, ([minute]) => NOON + minutes(minute) + OFF_THE_MINUTE)
    recording.series.push({ metric, labels, at, values: Float64Array.from(kept, ([, each]) => each) })
  }
  for (const [service, size] of [
    ['cart', 1],
    ['orders', 3],
  ] as const) {
    const of = { service, job: 'shop' }
    add('up', of, () => 1)
    add('queue_depth', of, minute => size * minute)
    add('http_requests_total', { ...of, code: '200' }, minute => 60 * size * (minute < 22 ? minute : minute - 22))
    add('http_requests_total', { ...of, code: '500' }, minute => size * Math.max(0, minute - 20))
    add('request_seconds_count', of, minute => 60 * size * minute)
    add('request_seconds_sum', of, minute => 12 * size * minute)
    for (const [le, part] of Object.entries({ '0.1': 20, '0.5': 50, '+Inf': 60 }))
      add('request_seconds_bucket', { ...of, le }, minute => part * size * minute)
  }
  add('odd_ratio', { service: 'cart' }, minute => [NaN, Infinity, -Infinity, 0.5][minute % 4])
  add('sparse_gauge', { service: 'cart' }, minute => (minute > 9 && minute < 21 ? undefined : minute))
  add('sparse_total', { service: 'cart' }, minute => (minute > 9 && minute < 21 ? undefined : 60 * minute))
  recording.dashboards.push(dashboard)
}

const dashboard = {
  uid: 'shop',
  title: 'Shop',
  templating: { list: [{ name: 'service', type: 'custom', current: { value: 'cart' } }] },
  panels: [
    {
      id: 1,
      type: 'timeseries',
      title: 'Requests',
      datasource: { type: 'prometheus', uid: 'prometheus' },
      targets: [
        { refId: 'A', expr: 'sum by (service) (rate(http_requests_total{service="$service"}[$__rate_interval]))' },
        { refId: 'B', expr: 'sum(rate(http_requests_total)' },
      ],
    },
  ],
}
