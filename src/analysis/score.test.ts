// How unusual findings are called: by vote over all that is measured, by what they say themselves where nothing is.
import { expect, test } from 'vitest'
import { createLearnt } from './learnt.ts'
import { analyse, learn } from './pipeline.ts'
import { scoreSymptoms } from './score.ts'
import { MINUTE, START, alarm, readingsAt, state } from './shop.fixture.ts'
import type { Harm } from './shop.fixture.ts'

const HARMS = { checkout: { errors: 31, latency: 4 }, frontend: { errors: 9 } }

/** Symptoms of what is open after an hour of usual life and four bad minutes. */
function symptomsAfter(harms: Record<string, Harm>) {
  const learnt = createLearnt()
  const minute = (n: number) => START + n * MINUTE
  const seen = [
    state({ id: 's', at: minute(60), service: 'checkout', points: 20 }),
    alarm({ id: 'a', at: minute(60), service: 'frontend' }),
  ]
  for (let n = 0; n < 60; n++) learn(learnt, readingsAt(minute(n)), minute(n))
  for (let n = 60; n < 64; n++) analyse(learnt, readingsAt(minute(n), harms, seen), minute(n))
  return { learnt, symptoms: [...learnt.troubles.values()].flatMap(trouble => [...trouble.symptoms.values()]) }
}

test('what left its usual is called unusual by the vote, and nothing about the findings changes but score and confidence', () => {
  const { learnt, symptoms } = symptomsAfter(HARMS)
  const scored = scoreSymptoms(learnt, symptoms)
  const measured = scored.filter(({ group }) => group !== undefined)
  expect(measured.length).toBeGreaterThanOrEqual(3)
  for (const { score, confidence } of measured) {
    expect(score).toBeGreaterThan(0.5)
    expect(score).toBeLessThanOrEqual(1)
    expect(confidence).toBeGreaterThan(0)
    expect(confidence).toBeLessThanOrEqual(1)
  }
  const without = (all: typeof scored) => all.map(symptom => ({ ...symptom, score: 0, confidence: 0 }))
  expect(without(scored)).toEqual(without(symptoms))
})

test('alarms and states are scored by what they say, also where nothing is measured', () => {
  const { symptoms } = symptomsAfter({})
  const scored = scoreSymptoms(createLearnt(), symptoms)
  const alarmed = scored.find(({ kind }) => kind === 'alarm')!
  const known = scored.find(({ kind }) => kind === 'state')!
  expect(alarmed.score).toBeGreaterThan(0.5)
  expect(known.score).toBeGreaterThan(0.5) // 20 points prove
  expect(scoreSymptoms(createLearnt(), [])).toEqual([])
})

test('the same state gives the same scores', () => {
  const [one, other] = [symptomsAfter(HARMS), symptomsAfter(HARMS)]
  expect(scoreSymptoms(one.learnt, one.symptoms)).toEqual(scoreSymptoms(other.learnt, other.symptoms))
})
