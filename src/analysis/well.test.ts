// Beside a trouble of checkout in the shop: who is told to be well, and what that rules out.
import { expect, test } from 'vitest'
import type { Signal } from '#incident/signal.ts'
import { createLearnt } from './learnt.ts'
import { analyse, learn } from './pipeline.ts'
import { MINUTE, START, readingsAt, state } from './shop.fixture.ts'
import type { Harm } from './shop.fixture.ts'

function diagnosisOf(harms: Record<string, Harm>, seen: Signal[] = []) {
  const learnt = createLearnt()
  const minute = (n: number) => START + n * MINUTE
  for (let n = 0; n < 60; n++) learn(learnt, readingsAt(minute(n)), minute(n))
  const passes = [60, 61, 62, 63].map(n => analyse(learnt, readingsAt(minute(n), harms, seen), minute(n)))
  return passes.at(-1)!.diagnoses.find(({ services }) => services.includes('checkout'))!
}

const HARMS = { checkout: { errors: 31, latency: 4 }, frontend: { errors: 9, latency: 2 } }

test('measured neighbours as usual are well, and none that is hurt', () => {
  const { wellServices, services } = diagnosisOf(HARMS)
  expect(wellServices).toEqual(expect.arrayContaining(['cart', 'payments']))
  for (const service of services) expect(wellServices).not.toContain(service)
})

test('a dependency as usual is ruled out with its numbers; the cause and its victims are not', () => {
  const { ruledOut } = diagnosisOf(HARMS)
  const payments = ruledOut.find(line => line.startsWith('payments'))
  expect(payments).toMatch(/checkout/)
  expect(payments).toMatch(/\d.*usual/)
  expect(ruledOut.some(line => /^(checkout|frontend)\b/.test(line))).toBe(false)
})

test('a neighbour with a known bad state, or beyond its usual, is not called well', () => {
  const seen = [state({ id: 's', at: START + 60 * MINUTE, service: 'payments', points: 4 })]
  const { wellServices, ruledOut } = diagnosisOf({ ...HARMS, cart: { latency: 30 } }, seen)
  expect(wellServices).not.toContain('payments')
  expect(wellServices).not.toContain('cart')
  expect(ruledOut.some(line => /^(payments|cart)\b/.test(line))).toBe(false)
})
