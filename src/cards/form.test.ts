import { expect, test } from 'vitest'
import { plain } from './card.ts'
import { incidentAfter, reader } from './fixtures/checkout.ts'
import { actionOf, formOf } from './form.ts'
import type { Filled } from './form.ts'
import type { FormKind } from './card.ts'

test('split: the signals as people read them, each with its time', () => {
  const { fields } = formOf('split', 'INC-42', { incident: incidentAfter(), reader })
  const [signals] = fields
  if (signals?.kind !== 'some of') throw new Error('expected choices')
  expect(signals.choices.map(({ value, label }) => [value, plain(label)])).toMatchInlineSnapshot(`
    [
      [
        "rollout",
        "14:01 Rollout of checkout to v2.31: “checkout:v2.30 -> checkout:v2.31”",
      ],
      [
        "crash",
        "14:02 CrashLoopBackOff: 2 of 2 new pods crash-loop",
      ],
      [
        "sentry:1",
        "14:02 checkout: error “TypeError: Cannot read properties of undefined (reading 'currency')”, 214×",
      ],
      [
        "alarm",
        "14:03 Alarm on: “checkout-5xx”",
      ],
      [
        "grafana:service_error_ratio_percent{service=checkout}",
        "14:02 checkout errors 31 % (usually 0.2 %)",
      ],
    ]
  `)
})

test('merge: every other open incident', () => {
  const open = Array.from({ length: 120 }, (_, i) => ({ ...incidentAfter(), id: `INC-${i}` }))
  const { fields } = formOf('merge', 'INC-42', { open, reader })
  const [into] = fields
  if (into?.kind !== 'one of') throw new Error('expected choices')
  expect(into.choices).toHaveLength(119)
  expect(into.choices.map(({ value }) => value)).not.toContain('INC-42')
})

test('a filled form is what the person wants', () => {
  expect(actionOf('deny', 'INC-42-R1', { reason: '  not during the sale ' })).toEqual({
    kind: 'deny',
    remedy: 'INC-42-R1',
    reason: 'not during the sale',
  })
  expect(actionOf('deny', 'INC-42-R1', {})).toEqual({ kind: 'deny', remedy: 'INC-42-R1' })
  expect(actionOf('split', 'INC-42', { signals: ['alarm'] })).toEqual({
    kind: 'split',
    incident: 'INC-42',
    signals: ['alarm'],
  })
  expect(actionOf('merge', 'INC-42', { into: 'INC-40' })).toEqual({ kind: 'merge', incident: 'INC-42', into: 'INC-40' })
  const said = { title: 'Checkout fails', service: 'checkout', severity: 'high' }
  expect(actionOf('declare', '', said)).toEqual({ kind: 'declare', ...said })
})

test.each<[FormKind, Filled, RegExp]>([
  ['declare', { title: ' ', service: 'checkout', severity: 'high' }, /What is wrong: expected/],
  [
    'declare',
    { title: 'Checkout fails', service: 'checkout', severity: 'urgent' },
    /How bad: expected one of critical/,
  ],
  ['split', { signals: [] }, /at least one signal/],
  ['merge', {}, /The same as: expected/],
])('%s that is not filled in names what is missing', (form, filled, message) => {
  expect(() => actionOf(form, 'INC-42', filled)).toThrow(message)
})
