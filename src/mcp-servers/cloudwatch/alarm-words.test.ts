import { expect, test } from 'vitest'
import { alarmWords } from './alarm-words.ts'
import type { Alarm } from './schema.ts'

const words = (StateReason: string, more: Partial<Alarm> = {}) =>
  alarmWords({ MetricName: 'Errors', StateReason, ...more } as Alarm)

test('a threshold is told in the words of people', () => {
  expect(
    words(
      'Threshold Crossed: 3 out of the last 5 datapoints [9.0 (03/11/26 12:17:00), 8.0 (03/11/26 12:16:00)] were greater than the threshold (5.0) (minimum 3 datapoints for OK -> ALARM transition).',
    ),
  ).toBe('Errors above 5 in 3 of 5 datapoints')
  expect(words('Threshold Crossed: 1 datapoint [0.0 (x)] was less than or equal to the threshold (0.5).')).toBe(
    'Errors at or below 0.5 in 1 datapoint',
  )
  expect(
    words('Threshold Crossed: 2 datapoints were greater than the threshold (1.0E9).', { MetricName: undefined }),
  ).toBe('what it measures above 1000000000 in 2 datapoints')
})

test('any other reason stays as it is', () => {
  expect(words('Threshold Crossed: no datapoints were received for 5 periods')).toMatch(/^Threshold Crossed: no data/)
  expect(words('', { AlarmDescription: 'the shop is down' })).toBe('the shop is down')
})
