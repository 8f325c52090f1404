import { expect, test } from 'vitest'
import { duration } from '#cards/duration.ts'
import { age } from './age.ts'
import { incidentOf } from './live.ts'
import { together } from './text.ts'

test('a number and its unit stay on one line, other words do not', () => {
  const shown = together('errors 0.2 % and 4.1 s, 2 of 2 new pods, 3 services').replaceAll('\u00A0', '_')
  expect(shown).toBe('errors 0.2_% and 4.1_s, 2 of 2 new pods, 3 services')
})

test('the page tells spans as the cards do', () => {
  for (let millis = 1_000; millis < 400_000_000; millis = Math.round(millis * 1.7)) {
    expect(age(millis).replace('\u00A0', ' ')).toBe(duration(millis))
  }
})

test('an entry names its incident; anything else names none', () => {
  expect(incidentOf('{"seq":1,"incident":"INC-42"}')).toBe('INC-42')
  expect(['', 'null', '[]', '{"incident":7}', 'not json'].map(incidentOf)).toEqual(Array(5).fill(undefined))
})
