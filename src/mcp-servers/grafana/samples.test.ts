import { expect, test } from 'vitest'
import { fixedLabels, selectorName, substituted, withoutThreshold } from './expression.ts'
import { kindOf, means, rates, spacingOf } from './samples.ts'
import { rateOf, unitOf } from './unit.ts'

test('a counter becomes what it gained per second; a fall is a reset; the first sample alone is no rate', () => {
  const samples: [number, number][] = [
    [0, 10],
    [60_000, 70],
    [120_000, 30],
    [300_000, 30],
  ]
  expect(rates(samples, 0)).toEqual([
    [60_000, 1],
    [120_000, 0.5],
    [300_000, 0],
  ])
  expect(rates(samples, 60_000)).toHaveLength(2)
  expect(rates(samples.slice(0, 1), 0)).toEqual([])
  expect(spacingOf(samples)).toBe(60_000)
})

test('sums over counts give the mean of a step; a step without observations has none', () => {
  const sums: [number, number][] = [
    [0, 1],
    [60_000, 4],
    [120_000, 4],
  ]
  const counts: [number, number][] = [
    [0, 10],
    [60_000, 16],
    [120_000, 16],
  ]
  expect(means(sums, counts, 0)).toEqual([[60_000, 0.5]])
})

test('what a metric is follows its name and what Prometheus says of it', () => {
  const names = new Set(['x_sum', 'x_count', 'db_connection_count', 'y_total', 'y_created', 'z'])
  const types = new Map([
    ['z', 'counter'],
    ['odd_total', 'gauge'],
  ])
  const kinds = [...names, 'odd_total', 'h_bucket'].map(name => kindOf(name, names, types))
  expect(kinds).toEqual(['sum', 'counter', 'gauge', 'counter', 'created', 'counter', 'gauge', 'bucket'])
})

test('units read from names, and what a counter measures once it is a rate', () => {
  const units = ['a_seconds', 'a_bytes', 'a_millicores', 'b_per_second', 'plain'].map(name => unitOf(name))
  expect(units).toEqual(['Seconds', 'Bytes', 'Millicores', 'Count/Second', ''])
  const counters = [
    'http_requests_total',
    'container_cpu_usage_seconds_total',
    'a_bytes_total',
    'a_latency_seconds_count',
  ]
  const names = counters.map(rateOf)
  expect(names).toEqual(['http_requests_per_second', 'container_cpu_usage_cores', 'a_bytes_per_second', 'a_per_second'])
  expect(names.map(unitOf)).toEqual(['Count/Second', 'Cores', 'Bytes/Second', 'Count/Second'])
})

test('expressions of dashboards: variables, thresholds, plain selectors', () => {
  const variables = new Map<string, string | string[]>([
    ['ns', 'shop'],
    ['pod', ['a', 'b']],
    ['all', ['$__all']],
  ])
  expect(substituted('x{n="$ns",p=~"${pod:regex}",q=~"[[all]]"}[$__rate_interval]', variables)).toBe(
    'x{n="shop",p=~"(a|b)",q=~".*"}[$__rate_interval]',
  )
  expect(substituted('x{n="$who"}', variables)).toBeUndefined()
  expect(withoutThreshold('rate(x[5m]) / 3 >= bool 0.05 ')).toBe('rate(x[5m]) / 3')
  expect(withoutThreshold('sum(x)')).toBe('sum(x)')
  expect(selectorName(' up{job="a"} ')).toBe('up')
  expect(selectorName('rate(up[5m])')).toBeUndefined()
  expect(fixedLabels('sum(rate(x{service="cart", code=~"5.."}[5m]))')).toEqual({ service: 'cart' })
})
