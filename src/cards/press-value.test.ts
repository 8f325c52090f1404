import { expect, test } from 'vitest'
import type { Press } from './card.ts'
import { pressOf, pressValue } from './press-value.ts'

const offered: Press[] = [
  { kind: 'preview', remedy: 'INC-42-R1' },
  { kind: 'approve', remedy: 'INC-42-R1' },
  { kind: 'undo', remedy: 'INC-42-R1' },
  { kind: 'deny', remedy: 'INC-42-R1' },
  { kind: 'acknowledge', incident: 'INC-42' },
  { kind: 'show', incident: 'INC-42' },
  { kind: 'postmortem', incident: 'INC-42' },
  { kind: 'ask', question: 'What else could it be?', incident: 'INC-42' },
  { kind: 'mute', millis: 3_600_000, incident: 'INC-42' },
  { kind: 'merge', incident: 'INC-42', into: 'INC-40' },
  { kind: 'feedback', incident: 'INC-42', helpful: false },
  { kind: 'status' },
  { kind: 'form', form: 'deny', about: 'INC-42-R1' },
  { kind: 'form', form: 'declare', about: '' },
]

test('what a button carries is read as it was written, and fits a menu of Slack', () => {
  for (const press of offered) {
    expect(pressOf(pressValue(press))).toEqual(press)
    expect(pressValue(press).length).toBeLessThanOrEqual(150)
  }
})

test('what does not fit a button is asked for by a form', () => {
  const form = (press: Press) => pressOf(pressValue(press))
  const signals = Array.from({ length: 400 }, (_, i) => `sentry:${i}`)
  expect(form({ kind: 'split', incident: 'INC-42', signals })).toEqual({ kind: 'form', form: 'split', about: 'INC-42' })
  expect(form({ kind: 'deny', remedy: 'INC-42-R1', reason: 'too early' })).toEqual({
    kind: 'form',
    form: 'deny',
    about: 'INC-42-R1',
  })
})

test.each([
  '',
  'approve',
  'null',
  '[]',
  '{"kind":"approve"}',
  '{"kind":"approve","remedy":"INC-42-R1","by":"U1"}',
  '{"kind":"approve","remedy":"<!channel>"}',
  '{"kind":"__proto__","remedy":"INC-42-R1"}',
  '{"kind":"mute","millis":-1}',
  '{"kind":"split","incident":"INC-42","signals":["a"]}',
  `{"kind":"ask","question":"${'x'.repeat(3000)}"}`,
])('%s is no press', value => {
  expect(pressOf(value)).toBeUndefined()
})
