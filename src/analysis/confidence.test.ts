import { expect, it } from 'vitest'
import { confidenceOf } from './confidence.ts'
import type { Evidence, EvidenceKind } from './rankers/evidence.ts'

const evidence = (...kinds: EvidenceKind[]): Evidence[] =>
  kinds.map(kind => ({ kind, units: 2, reason: kind, signals: [kind] }))
const known = { hasHistory: true, isPublic: false }
const both = evidence('path', 'metric')

it('grows with the margin and with the strength', () => {
  expect(confidenceOf(4, 0.2, both, known)).toBeGreaterThan(0.95)
  expect(confidenceOf(4, 2, both, known)).toBeLessThan(confidenceOf(4, 0.2, both, known))
  expect(confidenceOf(0.3, 0.2, both, known)).toBeLessThan(0.5)
})

it('is a toss-up between two that weigh the same', () => {
  expect(confidenceOf(5, 5, both, known)).toBe(0.5)
})

it('is capped where rules cannot know', () => {
  expect(confidenceOf(4, 0, evidence('logs'), known)).toBe(0.95)
  expect(confidenceOf(4, 0, evidence('logs', 'metric'), { ...known, isPublic: true })).toBeLessThan(0.5)
  expect(confidenceOf(4, 0, both, { ...known, hasHistory: false })).toBeLessThan(confidenceOf(4, 0, both, known))
})
