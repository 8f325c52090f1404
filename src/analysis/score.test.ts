// How unusual findings are called: by vote over all that is measured, by what they say themselves where nothing is.
import { expect, test } from 'vitest'
import { learn } from './pipeline.ts'
import { createLearnt } from './learnt.ts'
import { detect } from './detect.ts'
import { scoreSymptoms } from './score.ts'
import { MINUTE, START, alarm, readingsAt, state } from './shop.fixture.ts'
import { ingest } from './ingest.ts'
import { topologyOf } from './topology-of.ts'

const HARMS = { checkout: { errors: 31, latency: 4 }, frontend: { errors: 9 } }

/** Symptoms after an hour of usual life and three bad minutes. */
function symptomsAfter(harms: typeof HARMS | Record<string, never>) {
  const learnt = createLearnt()
  const end = START + 63 * MINUTE
  for (let at = START; at < START + 60 * MINUTE; at += MINUTE) learn(learnt, readingsAt(at), at)
  const seen = [
    state({ id: 's', at: end, service: 'checkout', points: 20 }),
    alarm({ id: 'a', at: end, service: 'frontend' }),
  ]
  for (let at = START + 60 * MINUTE; at <= end; at += MINUTE) ingest(learnt, readingsAt(at, harms, seen), at)
  return { learnt, symptoms: detect(learnt, topologyOf(learnt), end, new Set()) }
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
