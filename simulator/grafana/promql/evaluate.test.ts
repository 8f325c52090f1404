// PromQL against examples worked by hand from Prometheus' documentation and formulas; times in seconds.
import { expect, test } from 'vitest'
import { openCloud } from '../../cloud.ts'
import type { Series } from '../../recording.ts'
import { seriesIndex } from '../series-index.ts'
import { series, smallStory } from '../small-story.ts'
import { evaluateInstant, evaluateRange } from './evaluate.ts'
import { parsePromql } from './parser.ts'

function selecting(all: Series[]) {
  return seriesIndex(openCloud(smallStory({ series: all }), () => 10_000_000))
}

/** Results at one moment as [labels, value], metric name as `__name__`. */
function at(seconds: number, query: string, all: Series[]): [Record<string, string>, number][] {
  const result = evaluateInstant(parsePromql(query), seconds * 1000, selecting(all))
  if (result.type === 'scalar') return [[{}, result.value]]
  if (result.type === 'matrix') throw new Error('a matrix has no single values')
  return result.vector.map(element => [{ ...element.labels }, element.value])
}

/** The only value at one moment. */
function value(seconds: number, query: string, all: Series[]): number | undefined {
  const results = at(seconds, query, all)
  expect(results.length).toBeLessThan(2)
  return results[0]?.[1]
}

/** Points of the only series on a grid, as [seconds, value]. */
function grid(query: string, [start, end, step]: [number, number, number], all: Series[]): [number, number][] {
  const span = { start: start * 1000, end: end * 1000, step: step * 1000 }
  const result = evaluateRange(parsePromql(query), span, selecting(all))
  expect(result.series.length).toBeLessThan(2)
  return (result.series[0]?.at ?? []).map((moment, i) => [moment / 1000, result.series[0]?.values[i] ?? NaN])
}

const counter = series('hits_total', { job: 'web' }, [
  [0, 0],
  [60, 60],
  [120, 120],
  [180, 180],
  [240, 240],
])

test('increase extrapolates to the edges of the window, half a spacing where samples lie far from them', () => {
  const some = [
    series('c', {}, [
      [15, 100],
      [30, 120],
      [45, 130],
    ]),
  ]
  // 30 over 30 s; both edges 15 s away, under 1.1 spacings of 15 s: 30 * 60 / 30
  expect(value(60, 'increase(c[1m])', some)).toBeCloseTo(60)
  expect(value(60, 'rate(c[1m])', some)).toBeCloseTo(1)
  expect(value(60, 'delta(c[1m])', some)).toBeCloseTo(60)
  // window (-60, 60]: the start is 75 s away -> half a spacing: 30 * (30 + 7.5 + 15) / 30
  expect(value(60, 'increase(c[2m])', some)).toBeCloseTo(52.5)
})

test('a counter is not extrapolated below its zero', () => {
  const some = [
    series('c', {}, [
      [15, 4],
      [30, 24],
      [45, 34],
    ]),
  ]
  // 30 over 30 s from 4: zero is 30 * 4/30 = 4 s before the first sample, not 15
  expect(value(60, 'increase(c[1m])', some)).toBeCloseTo((30 * (30 + 4 + 15)) / 30)
  expect(value(60, 'delta(c[1m])', some)).toBeCloseTo(60)
})

test('rate counts on over a counter reset; irate takes the last two samples', () => {
  const reset = [
    series('c', {}, [
      [60, 100],
      [120, 160],
      [180, 20],
      [240, 80],
    ]),
  ]
  // window (0, 240]: 80 - 100 + 160 = 140 over 180 s, 60 s to the start, 0 to the end: 140 * 240 / 180 / 240
  expect(value(240, 'rate(c[4m])', reset)).toBeCloseTo((140 * 240) / 180 / 240)
  expect(value(240, 'irate(c[4m])', reset)).toBeCloseTo(1)
  expect(value(180, 'irate(c[4m])', reset)).toBeCloseTo(20 / 60)
})

test('a window is open at its start: one sample is too few for a rate', () => {
  expect(at(120, 'rate(hits_total[1m])', [counter])).toEqual([])
  expect(value(120, 'rate(hits_total[61s])', [counter])).toBeCloseTo(1)
  expect(value(120, 'sum_over_time(hits_total[1m])', [counter])).toBe(120)
})

test('over_time functions see the samples of the window only', () => {
  const some = [
    series('g', {}, [
      [10, 1],
      [20, 5],
      [30, 3],
    ]),
  ]
  expect(value(30, 'avg_over_time(g[30s])', some)).toBe(3)
  expect(value(30, 'max_over_time(g[15s])', some)).toBe(5)
  expect(value(30, 'min_over_time(g[15s])', some)).toBe(3)
  expect(value(40, 'sum_over_time(g[30s] offset 20s)', some)).toBe(6)
})

test('an instant looks back five minutes, no further, and offset moves it', () => {
  const once = [series('g', {}, [[100, 7]])]
  expect(value(99, 'g', once)).toBeUndefined()
  expect(value(100, 'g', once)).toBe(7)
  expect(value(399, 'g', once)).toBe(7)
  expect(value(400, 'g', once)).toBeUndefined()
  expect(value(700, 'g offset 5m', once)).toBeUndefined()
  expect(value(699, 'g offset 5m', once)).toBe(7)
  expect(value(50, 'g offset -1m', once)).toBe(7)
})

test('a range query stands on start + k * step and carries the last sample within the look-back', () => {
  const gap = [
    series('g', {}, [
      [60, 1],
      [120, 2],
      [900, 3],
    ]),
  ]
  expect(grid('g', [50, 950, 150], gap)).toEqual([
    [200, 2],
    [350, 2],
    [950, 3],
  ])
  expect(grid('2 * 3', [0, 60, 30], gap)).toEqual([
    [0, 6],
    [30, 6],
    [60, 6],
  ])
})

test('a range vector as an instant query gives the true samples, so that a gap shows', () => {
  const gap = [
    series('g', { a: 'x' }, [
      [60, 1],
      [120, 2],
      [900, 3],
    ]),
  ]
  const result = evaluateInstant(parsePromql('{__name__=~"g|h"}[15m]'), 901_000, selecting(gap))
  expect(result).toEqual({
    type: 'matrix',
    series: [{ labels: { __name__: 'g', a: 'x' }, at: [60_000, 120_000, 900_000], values: [1, 2, 3] }],
  })
})

test('matchers: equal, unequal, anchored patterns, absent as empty', () => {
  const all = [
    series('up', { job: 'api', env: 'prod' }, [[0, 1]]),
    series('up', { job: 'api-2' }, [[0, 2]]),
    series('down', { job: 'web' }, [[0, 3]]),
  ]
  const values = (query: string) => at(0, query, all).map(([, each]) => each)
  expect(values('up{job="api"}')).toEqual([1])
  expect(values('up{job=~"api"}')).toEqual([1])
  expect(values('up{job=~"api.*"}')).toEqual([1, 2])
  expect(values('up{job=~"api\\\\-2|none"}')).toEqual([2])
  expect(values('up{env=""}')).toEqual([2])
  expect(values('up{env!=""}')).toEqual([1])
  expect(values('{job!~"api|api-2", __name__=~".+"}')).toEqual([3])
  expect(values('{__name__=~"up|down", job=~"(?i)WEB"}')).toEqual([3])
  expect(values('up{job="none"}')).toEqual([])
})

test('aggregations group by, without, and over all', () => {
  const all = [
    series('g', { pod: 'a', zone: '1' }, [[0, 1]]),
    series('g', { pod: 'b', zone: '1' }, [[0, 3]]),
    series('g', { pod: 'c', zone: '2' }, [[0, 5]]),
  ]
  expect(at(0, 'sum by (zone) (g)', all)).toEqual([
    [{ zone: '1' }, 4],
    [{ zone: '2' }, 5],
  ])
  expect(at(0, 'avg(g) without (pod)', all)).toEqual([
    [{ zone: '1' }, 2],
    [{ zone: '2' }, 5],
  ])
  expect(at(0, 'max(g)', all)).toEqual([[{}, 5]])
  expect(at(0, 'min(g)', all)).toEqual([[{}, 1]])
  expect(at(0, 'count by (zone) (g)', all)).toEqual([
    [{ zone: '1' }, 2],
    [{ zone: '2' }, 1],
  ])
  expect(at(0, 'topk(2, g)', all).map(([labels]) => labels.pod)).toEqual(['c', 'b'])
  expect(at(0, 'topk by (zone) (1, g)', all).map(([labels]) => labels.pod)).toEqual(['b', 'c'])
})

test('arithmetic binds as in Prometheus and drops the metric name; a comparison filters and keeps it', () => {
  const all = [counter]
  expect(value(240, '-2 ^ 2', all)).toBe(-4)
  expect(value(240, '2 ^ 3 ^ 2', all)).toBe(512)
  expect(value(240, '1 + 2 * 3 - 4 / 2 % 3', all)).toBe(5)
  expect(at(240, 'hits_total / 2', all)).toEqual([[{ job: 'web' }, 120]])
  expect(at(240, 'hits_total > 200', all)).toEqual([[{ __name__: 'hits_total', job: 'web' }, 240]])
  expect(at(240, '200 > hits_total', all)).toEqual([])
  expect(at(240, 'hits_total > bool 300', all)).toEqual([[{ job: 'web' }, 0]])
  expect(value(240, '1 < bool 2', all)).toBe(1)
  expect(at(240, 'abs(-hits_total)', all)).toEqual([[{ job: 'web' }, 240]])
  expect(at(240, 'clamp_max(hits_total, 100)', all)).toEqual([[{ job: 'web' }, 100]])
})

test('vectors match one to one on equal labels, on some, or ignoring some; otherwise it is an error', () => {
  const all = [
    series('errors', { svc: 'a', code: '500' }, [[0, 2]]),
    series('errors', { svc: 'b', code: '500' }, [[0, 4]]),
    series('requests', { svc: 'a' }, [[0, 10]]),
    series('requests', { svc: 'c' }, [[0, 10]]),
  ]
  expect(at(0, 'errors / requests', all)).toEqual([])
  expect(at(0, 'errors / ignoring(code) requests', all)).toEqual([[{ svc: 'a' }, 0.2]])
  expect(at(0, 'errors / on(svc) requests', all)).toEqual([[{ svc: 'a' }, 0.2]])
  expect(at(0, 'errors and on(svc) requests', all).map(([labels]) => labels.svc)).toEqual(['a'])
  expect(at(0, 'errors unless on(svc) requests', all).map(([labels]) => labels.svc)).toEqual(['b'])
  expect(at(0, 'sum(missing) or vector(0)', all)).toEqual([[{}, 0]])
  expect(() => at(0, 'errors / on(code) requests', all)).toThrow('many-to-many matching not allowed')
  expect(() => at(0, 'errors / on(code) sum by (code) (errors)', all)).toThrow('many-to-one matching must be explicit')
})

test('histogram_quantile interpolates within the bucket of the rank', () => {
  const all = [bucket('1', 10), bucket('2', 30), bucket('4', 40), bucket('+Inf', 40)]
  expect(at(0, 'histogram_quantile(0.5, d_bucket)', all)).toEqual([[{ svc: 'a' }, 1.5]]) // rank 20, 10th of 20 in (1, 2]
  expect(value(0, 'histogram_quantile(0.1, d_bucket)', all)).toBeCloseTo(0.4) // rank 4 of 10 in (0, 1]
  expect(value(0, 'histogram_quantile(1, d_bucket)', all)).toBe(4)
  expect(value(0, 'histogram_quantile(0.99, d_bucket)', [bucket('1', 1), bucket('+Inf', 9)])).toBe(1) // beyond the last bound
  expect(value(0, 'histogram_quantile(0.5, d_bucket)', [bucket('1', 1), bucket('2', 2)])).toBeNaN() // no +Inf bucket
  expect(value(0, 'histogram_quantile(0.5, sum by (le) (d_bucket))', all)).toBe(1.5)
  // 5 after 10 cannot be: counts are made to rise
  expect(value(0, 'histogram_quantile(0.5, d_bucket)', [bucket('1', 10), bucket('2', 5), bucket('+Inf', 10)])).toBe(0.5)
})

test('rate over several metrics cannot drop the name that tells them apart', () => {
  const all = [
    counter,
    series('misses_total', { job: 'web' }, [
      [0, 0],
      [60, 1],
      [120, 2],
    ]),
  ]
  expect(() => at(120, 'rate({__name__=~".*_total"}[5m])', all)).toThrow('same labelset')
})

test('a grid of more than 11000 steps is refused', () => {
  expect(() => grid('hits_total', [0, 20_000, 1], [counter])).toThrow('exceeded maximum resolution of 11,000 points')
})

function bucket(le: string, count: number): Series {
  return series('d_bucket', { le, svc: 'a' }, [[0, count]])
}
