// What is refused, and in whose words: Prometheus' own for wrong queries, "not simulated" for those outside the subset.
import { expect, test } from 'vitest'
import { parsePromql } from './parser.ts'

test.each([
  ['max_over_time(rate(a[1m])[5m:1m])', 'subquery'],
  ['a @ 100', '@ modifier'],
  ['a * on(x) group_left b', 'group_left'],
  ['quantile(0.9, a)', 'aggregation quantile'],
  ['label_replace(a, "b", "$1", "c", "(.*)")', 'function label_replace()'],
  ['"text"', 'string literal as an expression'],
])('%s is not simulated', (query, what) => {
  expect(() => parsePromql(query)).toThrow(`not simulated: ${what}`)
})

test.each([
  ['rate(a)', 'expected type range vector in call to function "rate", got instant vector'],
  ['sum(a[5m])', 'expected type instant vector in aggregation expression sum, got range vector'],
  ['a[5m] + 1', 'binary expression must contain only scalar and instant vector types'],
  ['1 > 2', 'comparisons between scalars must use BOOL modifier'],
  ['a and 1', 'set operator "and" not allowed in binary scalar expression'],
  ['clamp_max(a)', 'expected 2 argument(s) in call to "clamp_max", got 1'],
  ['{job=~".*"}', 'vector selector must contain at least one non-empty matcher'],
  ['a{b="c}', '1:5: parse error: unterminated quoted string'],
  ['a{b="c"', '1:8: parse error: unexpected end of input in label matching, expected "," or "}"'],
  ['sum(a', '1:6: parse error: unexpected end of input in arguments, expected "," or ")"'],
  ['a b', '1:3: parse error: unexpected name "b" in query'],
  ['a{b=~"("}', 'error parsing regexp'],
  ['a{b=~"(?!x).*"}', 'unsupported Perl syntax'],
  ['a[5x]', '1:3: parse error: bad number or duration syntax'],
  ['', 'unexpected end of input'],
  [`a{b=~"${'x.'.repeat(1000)}"}`, 'regular expression of 2000 characters: at most 1000 are simulated'],
  ['('.repeat(1000), 'expression nested deeper than 100'],
])('%.40s is refused', (query, message) => {
  expect(() => parsePromql(query)).toThrow(message)
})

test('blanks, comments, quotes of all kinds and compound durations are read', () => {
  const expression = parsePromql(
    'sum  by(le,) ( # all of them\n rate(a:b_total{x="\\"q\\"\\n",y=\'z\',w=`\\d`,}[1h30m]offset 1d) )',
  )
  expect(expression).toMatchObject({
    kind: 'aggregate',
    grouping: { by: true, labels: ['le'] },
    of: {
      kind: 'call',
      arguments: [
        {
          kind: 'range',
          range: 5_400_000,
          selector: { offset: 86_400_000, matchers: [{}, { value: '"q"\n' }, { value: 'z' }, { value: '\\d' }] },
        },
      ],
    },
  })
})

test('thousands of names in one alternation are plain words, without a bound', () => {
  const names = Array.from({ length: 2_000 }, (_, i) => `metric_${i}`)
  const expression = parsePromql(`{__name__=~"${names.join('|')}"}`)
  expect(expression).toMatchObject({ matchers: [{ anyOf: names }] })
})
