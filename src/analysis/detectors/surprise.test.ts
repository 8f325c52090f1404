import { expect, it } from 'vitest'
import type { Utterance } from '#incident/signal.ts'
import { createLearnt } from '../learnt.ts'
import type { Learnt } from '../learnt.ts'
import { learn } from '../pipeline.ts'
import { surpriseOf } from './surprise.ts'

const MINUTE = 60_000

function say(learnt: Learnt, minute: number, text: string, count: number, service = 'orders'): void {
  const at = minute * MINUTE
  const seen = { id: `${service} ${text}@${minute}`, source: 'kubernetes', writer: 'tenant', severity: 'high' } as const
  const signal: Utterance = { kind: 'log', ...seen, entity: { service }, at, labels: {}, text, count }
  learn(
    learnt,
    [{ source: 'kubernetes', answered: true, signals: [signal], relations: [], healthy: [], missing: [] }],
    at,
  )
}

function surpriseAt(learnt: Learnt, minute: number, service = 'orders') {
  const log = [...learnt.logs.values()].find(({ entity }) => entity.service === service)!
  return surpriseOf(learnt, log, minute * MINUTE, (minute + 1) * MINUTE)
}

/** An hour in which `orders` tells of one known error two or three times a minute. */
function usual(): Learnt {
  const learnt = createLearnt()
  for (let m = 0; m < 60; m++) say(learnt, m, 'ERROR payment 17 declined', 2 + (m % 2))
  return learnt
}

it('is none while a known error is as frequent as ever, and little for one new line', () => {
  const learnt = usual()
  say(learnt, 60, 'ERROR payment 93 declined', 3)
  say(learnt, 60, 'ERROR no such table stock', 1)
  expect(surpriseAt(learnt, 60).total).toBeLessThan(1)
})

it('is large for an error never seen, c ln(c/L) - (c - L) with L = 0.3', () => {
  const learnt = usual()
  say(learnt, 60, 'ERROR no such table stock', 6)
  expect(surpriseAt(learnt, 60).total).toBeCloseTo(6 * Math.log(6 / 0.3) - 5.7, 5)
})

it('cites of what was said before only what is said now', () => {
  const learnt = usual()
  say(learnt, 60, 'ERROR payment 93 declined', 30)
  expect(surpriseAt(learnt, 60).messages[0]!.signals).toEqual(['orders ERROR payment 93 declined@60'])
})

it('stays large the second time: what surprised does not teach', () => {
  const learnt = usual()
  for (let m = 60; m < 64; m++) say(learnt, m, 'ERROR no such table stock', 6)
  for (let m = 64; m < 80; m++) say(learnt, m, 'ERROR payment 17 declined', 2)
  say(learnt, 80, 'ERROR no such table stock', 6)
  expect(surpriseAt(learnt, 80).total).toBeGreaterThan(10)
})

it('counts hints a quarter of errors, and what swings with the traffic less', () => {
  const learnt = createLearnt()
  for (let m = 0; m < 60; m++) say(learnt, m, 'WARN basket 4 not found', m % 5 === 0 ? 60 : 5)
  say(learnt, 60, 'WARN basket 4 not found', 90)
  expect(surpriseAt(learnt, 60).total).toBeLessThan(2)
})
