import { expect, test } from 'vitest'
import { isolationForest } from './detectors/isolation-forest.ts'
import { statistical } from './detectors/statistical.ts'
import { askAll, vote } from './ensemble.ts'

test('a vote is the weighted mean, its confidence the weight of those who agree with it', () => {
  const { score, confidence } = vote({
    hdbscan: Float64Array.of(0.9, 0.1),
    isolation_forest: Float64Array.of(0.7, 0.2),
    statistical: Float64Array.of(0.4, 0.3),
  })
  expect(Array.from(score)).toEqual([
    expect.closeTo((0.27 + 0.175 + 0.08) / 0.75, 12),
    expect.closeTo((0.03 + 0.05 + 0.06) / 0.75, 12),
  ])
  expect(Array.from(confidence)).toEqual([expect.closeTo(0.55 / 0.75, 12), expect.closeTo(1, 12)])
})

test('members are asked about the same rows, and a stranger is refused', () => {
  const rows = Float64Array.of(1, 2, 3, 2, 1, 2, 3, 2, 99)
  const { score, scores } = askAll([isolationForest(), statistical()], rows, 9, 1)
  expect(Object.keys(scores)).toEqual(['isolation_forest', 'statistical'])
  expect(score.indexOf(Math.max(...score))).toBe(8)
  expect(() => vote({ oracle: new Float64Array(1) })).toThrow('expected a detector of hdbscan, isolation_forest, vae')
  expect(() => vote({})).toThrow('expected at least one detector with a weight, got none')
})

test('who does not answer is left out of that row', () => {
  const scores = { hdbscan: Float64Array.of(Number.NaN, Number.NaN), statistical: Float64Array.of(0.8, Number.NaN) }
  expect(vote(scores)).toEqual({ score: Float64Array.of(0.8, 0), confidence: Float64Array.of(1, 0) })
  expect(() => vote({ hdbscan: new Float64Array(2), statistical: new Float64Array(1) })).toThrow('expected 2 scores')
  expect(() => vote(scores, { hdbscan: -1, statistical: 1 })).toThrow('expected the weight of hdbscan to be 0 or more')
})
