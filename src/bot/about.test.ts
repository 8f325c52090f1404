import { expect, test } from 'vitest'
import type { Press } from '#cards/card.ts'
import type { Delivery } from '#incident/delivery.ts'
import { belongs, incidentOf, WHISPER } from './about.ts'

const delivered = (key: string): Delivery => ({ chat: 'slack', key, incident: 'INC-42', version: 1, sentAt: 0 })

const PRESSES: [Press, string | undefined][] = [
  [{ kind: 'approve', remedy: 'INC-42-R1' }, 'INC-42'],
  [{ kind: 'details', incident: 'INC-42' }, 'INC-42'],
  [{ kind: 'form', form: 'deny', about: 'INC-42-R1' }, 'INC-42'],
  [{ kind: 'form', form: 'split', about: 'INC-42' }, 'INC-42'],
  [{ kind: 'merge', incident: 'INC-42', into: 'INC-7' }, 'INC-42'],
  [{ kind: 'form', form: 'declare', about: '' }, undefined],
  [{ kind: 'mute', millis: 1, service: 'checkout' }, undefined],
  [{ kind: 'list' }, undefined],
]

test.each(PRESSES)('%j is about %s', (press, incident) => {
  expect(incidentOf(press)).toBe(incident)
})

test('a press about an incident is meant on its own messages, on a digest and in a whisper, and nowhere else', () => {
  const press: Press = { kind: 'approve', remedy: 'INC-42-R1' }
  const other: Press = { kind: 'approve', remedy: 'INC-7-R1' }
  for (const key of ['INC-42', 'INC-42/3', 'INC-42-R1']) {
    expect(belongs(delivered(key), press)).toBe(true)
    expect(belongs(delivered(key), other)).toBe(false)
  }
  for (const key of ['digest-INC-1', `${WHISPER}1`]) expect(belongs(delivered(key), other)).toBe(true)
  expect(belongs(undefined, press)).toBe(false)
  expect(belongs(undefined, { kind: 'list' })).toBe(true)
})
