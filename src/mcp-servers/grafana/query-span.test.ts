import { expect, test } from 'vitest'
import { refuseLongerRanges } from './query-span.ts'

const WEEK = 7 * 86_400_000

test.each([
  'rate(requests_total{path=~"[0-9]{3}[365d]"}[5m])',
  'sum(rate(a[$__rate_interval])) / sum(rate(b[${__interval}]))',
  'max_over_time(rate(a[5m])[ 1d : 1m ]) offset 1w # [365d]',
  'avg_over_time(a[604800])',
  'sum by (offset) (lag{offset="1y"})',
  'count_over_time({app="cart"} |~ `[a-z] [90d]` [6h30m] offset -5m)',
])('%j may be asked', query => {
  expect(() => refuseLongerRanges(query, WEEK)).not.toThrow()
})

test.each([
  ['rate(a[365d])', '[365d] in the query reads more than 168 h'],
  [`rate(a[${' '.repeat(50)}365d])`, 'reads more than 168 h'],
  ['rate(a[\n365d\t])', 'reads more than 168 h'],
  ['rate(a[#\n365d])', 'reads more than 168 h'],
  ['rate(a[31536000])', '[31536000] in the query reads more than 168 h'],
  ['rate(a[31536000.5])', 'reads more than 168 h'],
  ['max_over_time(a[1y:1s])', '[1y:1s] in the query reads more than 168 h'],
  ['max_over_time(a[ 1y : ])', 'reads more than 168 h'],
  ['max_over_time(max_over_time(a[5d:5m])[5d:5m])', 'reads more than 168 h'],
  ['max_over_time(rate(a[4d])[4d:5m])', 'reads more than 168 h'],
  ['max_over_time(a[7d:1s])', 'more than 11000 times'],
  ['rate(a[5m] offset 1y)', 'offset 1y in the query reads more than 168 h'],
  ['a offset\n-31536000', 'reads more than 168 h'],
  ['a offset (1y)', 'no offset'],
  ['rate(a[3e7])', 'no range'],
  ['rate(a[0x1E13380])', 'no range'],
  ['rate(a[5m * 100000])', 'no range'],
  ['rate(a[30d', 'no range'],
  ['rate(a["[365d])', 'does not end'],
])('%j is refused: %s', (query, why) => {
  expect(() => refuseLongerRanges(query, WEEK)).toThrow(why)
})
