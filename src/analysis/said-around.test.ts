import { expect, test } from 'vitest'
import type { Millis, Utterance } from '#incident/signal.ts'
import { createLearnt } from './learnt.ts'
import { learn } from './pipeline.ts'
import { saidAround } from './said-around.ts'
import { MINUTE, START, entityOf, readingsAt, said } from './shop.fixture.ts'
import type { Symptom } from './symptom.ts'
import { topologyOf } from './topology-of.ts'

const ONSET = START + 20 * MINUTE
const MINUTES = 30

const hurt: Symptom = {
  id: 'slo|checkout',
  kind: 'slo',
  entity: entityOf('checkout'),
  services: ['shop/checkout'],
  peers: [],
  step: MINUTE,
  since: ONSET,
  seen: ONSET,
  severity: 'high',
  title: '',
  score: 0,
  confidence: 0,
  strength: 2,
  signals: [],
  opens: 'alone',
  felt: true,
}

function line(text: string, at: Millis, count = 1): Utterance {
  return said({ id: `${text}@${at}`, at, kind: 'log', source: 'kubernetes', service: 'checkout', text, count })
}

/** Half an hour of which the last third is in trouble; `lines` by minute. */
function told(lines: (at: Millis) => Utterance[]): string[] {
  const learnt = createLearnt()
  for (let n = 0; n < MINUTES; n++) {
    const at = START + n * MINUTE
    const seen = lines(at).map(each => ({ ...each, entity: entityOf('checkout') }))
    learn(learnt, readingsAt(at, {}, seen), at)
  }
  return saidAround(learnt, topologyOf(learnt), [hurt], ONSET).map(({ id }) => id)
}

test('what is said since the onset, each message as it was first said', () => {
  const ids = told(at => (at >= ONSET ? [line(`ERROR payment ${at} refused`, at)] : []))
  expect(ids).toEqual([`ERROR payment ${ONSET} refused@${ONSET}`])
})

test('not what was always said, but what is said many times as often', () => {
  const old = 'WARN deprecated option is ignored'
  const loud = 'ERROR pool is exhausted'
  const ids = told(at => [line(old, at), line(loud, at, at >= ONSET ? 40 : 1)])
  expect(ids).toEqual([`${loud}@${ONSET}`])
})

test('nor what was said now and then, and is said once more by chance', () => {
  const old = 'WARN deprecated option is ignored'
  const last = START + (MINUTES - 1) * MINUTE
  expect(told(at => (at === START || at === last ? [line(old, at)] : []))).toEqual([])
})

test('but what was never said before the trouble came near, even once', () => {
  const text = 'ERROR pool is exhausted'
  expect(told(at => (at === ONSET - MINUTE || at === ONSET ? [line(text, at)] : []))).toEqual([`${text}@${ONSET}`])
})
