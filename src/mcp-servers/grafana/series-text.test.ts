import { expect, test } from 'vitest'
import { seriesText } from './series-text.ts'

const NOON = Date.parse('2026-11-03T12:00:00Z')
const points = (...values: (number | undefined)[]): [number, number][] =>
  values.flatMap((value, i) => (value === undefined ? [] : [[NOON + i * 60_000, value]]))

test('what all series share is said once, a missing point shows', () => {
  const series = [
    { labels: { namespace: 'shop', service: 'cart' }, points: points(1, 2, undefined, 1 / 3) },
    { labels: { namespace: 'shop', service: 'web' }, points: points(1e9, 0, 0, 0) },
  ]
  expect(seriesText(series)).toMatchInlineSnapshot(`
    [
      "all {namespace="shop"} from 2026-11-03T12:00:00.000Z every 60s",
      "{service="cart"} 1 2 _ 0.333333",
      "{service="web"} 1000000000 0 0 0",
    ]
  `)
})

test('series that begin elsewhere say so themselves; uneven ones give each time', () => {
  const uneven: [number, number][] = [
    [NOON, 1],
    [NOON + 7, 2],
    [NOON + 60_000, 3],
  ]
  const series: Parameters<typeof seriesText>[0] = [
    { labels: { service: 'cart' }, points: points(1, 2) },
    { labels: { service: 'web' }, points: points(undefined, 3, 4) },
    { labels: { service: 'a"b' }, points: uneven },
    { labels: {}, points: points(5) },
  ]
  expect(seriesText(series)).toMatchInlineSnapshot(`
    [
      "{service="cart"} from 2026-11-03T12:00:00.000Z every 60s 1 2",
      "{service="web"} from 2026-11-03T12:01:00.000Z every 60s 3 4",
      "{service="a\\"b"} 2026-11-03T12:00:00.000Z=1 2026-11-03T12:00:00.007Z=2 2026-11-03T12:01:00.000Z=3",
      "{} 2026-11-03T12:00:00.000Z=5",
    ]
  `)
})
