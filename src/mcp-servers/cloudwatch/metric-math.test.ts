import { expect, test } from 'vitest'
import { checkExpression } from './metric-math.ts'

test.each(['m1', '100 * m2 / FILL(m1, 0)', 'IF(m1 > 5 AND m2 != 0, RATE(m1), FILL(m2, REPEAT))', 'AVG([m1, m2])^2'])(
  '%s is metric math over two metrics',
  expression => expect(() => checkExpression(expression, 2)).not.toThrow(),
)

test.each([
  ["SEARCH('{AWS/EC2} cpu', 'Sum')", '"SEARCH" is not known'],
  ['METRICS()', '"METRICS" is not known'],
  ['m1 + m3', 'metrics are m1 to m2'],
  ['RATES(m1)', 'did you mean RATE?'],
  ['m1 + "x"', 'cannot be read at character 5'],
  ['(m1', ') is missing at its end'],
  ['m1]', 'nothing is open'],
  ['AVG([m1)]', 'nothing is open'],
  ['1 + 1', 'it uses no metric'],
])('%s is refused: %s', (expression, why) => {
  expect(() => checkExpression(expression, 2)).toThrow(why)
})
