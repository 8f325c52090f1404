import { expect, test } from 'vitest'
import { logSignals, MINUTE } from './log-lines.ts'
import type { Line } from './log-lines.ts'

const NOON = Date.parse('2026-11-03T12:00:00Z')

function line(text: string, second = 0, service = 'cart'): Line {
  return { at: NOON + second * 1000, text, entity: { service }, labels: {} }
}

test.each([
  ['FATAL: the database system is shutting down', 'critical'],
  ['2026-11-03 12:00:00 ERROR [checkout] cannot reach pay', 'high'],
  ['java.lang.IllegalStateException: closed', 'high'],
  ['pods "a" is forbidden: exceeded quota', 'medium'],
  ['WARN connection refused by 10.0.0.7:5432', 'medium'],
  ['INFO 0 errors, 0 failed', undefined],
  ['level=info msg="error budget is fine"', undefined],
  ['GET /checkout 200 31ms', undefined],
])('%s -> %s', (text, severity) => {
  expect(logSignals('cloudwatch', 'tenant', [line(text)])[0]?.severity).toBe(severity)
})

test('messages of a minute that differ in numbers are one, with the last text; other minutes and services are others', () => {
  const signals = logSignals('cloudwatch', 'tenant', [
    line('ERROR order 17 took 31 ms', 1),
    line('ERROR order 18 took 7 ms', 2),
    line('ERROR order 19 took 8 ms', 61),
    line('ERROR order 20 took 9 ms', 3, 'pay'),
    line('ERROR order refused', 4),
  ])
  expect(signals.map(({ count, text, entity }) => [entity.service, count, text])).toEqual([
    ['cart', 2, 'ERROR order 18 took 7 ms'],
    ['pay', 1, 'ERROR order 20 took 9 ms'],
    ['cart', 1, 'ERROR order refused'],
    ['cart', 1, 'ERROR order 19 took 8 ms'],
  ])
  expect(new Set(signals.map(each => each.id)).size).toBe(4)
  expect(signals[0]?.id).toMatch(new RegExp(`@${Math.floor(NOON / MINUTE) * MINUTE}$`))
})

test('a line of a megabyte, of any one character, is cut', () => {
  for (const unit of ['a', '1', '=', '\u202E', 'error ']) {
    for (const { text } of logSignals('grafana', 'tenant', [line(`ERROR ${unit.repeat(1 << 20)}`)])) {
      expect(text.length).toBeLessThanOrEqual(8192)
    }
  }
})
