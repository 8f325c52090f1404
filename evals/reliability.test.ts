import { expect, test } from 'vitest'
import { confidence } from './reliability.ts'
import type { Rated } from './reliability.ts'
import { fit, leaveGroupsOut } from './refit.ts'

function rated(sure: number, right: number, more: Partial<Rated> = {}): Rated {
  return {
    set: 'a',
    kind: 'cpu',
    right,
    answer: { confidence: sure, scores: [sure, 0], abstains: sure < 0.5 },
    ...more,
  }
}

test('nine of ten right at 0.9 is calibrated; an answer that says it does not know lowers the share answered only', () => {
  const rows = [...Array.from({ length: 10 }, (_, i) => rated(0.9, Number(i > 0))), rated(0.2, 0)]
  const { all } = confidence(rows, 0)
  expect(all.precision?.value).toBeCloseTo(0.9)
  expect(all.answered).toBeCloseTo(10 / 11)
  expect(all.ece).toBeCloseTo(0.2 / 11)
  expect(all.bins.map(({ from, n }) => [from, n])).toEqual([
    [0.2, 1],
    [0.9, 10],
  ])
})

test('a fault at which nothing is named is not answered, and says nothing of the calibration', () => {
  const silent: Rated = {
    set: 'a',
    kind: 'cpu',
    right: 0,
    answer: { confidence: undefined, scores: [0, 0], abstains: true },
  }
  const { all } = confidence([rated(0.95, 1), silent], 0)
  expect(all).toMatchObject({ named: 0.5, answered: 0.5, precision: { value: 1 } })
  expect(all.ece).toBeCloseTo(0.05)
})

// By scikit-learn's LogisticRegression(C=100, fit_intercept=False) on the columns 1, margin, strength: its C is 1 / ridge.
test('the fit is that of a logistic regression', () => {
  const scores: [number, number, number][] = [
    [0.1, 0, 0],
    [0.5, 0.4, 0],
    [0.5, 0.1, 1],
    [1, 0.2, 1],
    [1, 0.9, 0],
    [2, 0.5, 1],
    [3, 2.5, 1],
    [4, 3.9, 0],
    [0.3, 0.2, 1],
    [5, 0, 1],
  ]
  const rows = scores.map(([first, second, right]) => ({
    group: String(first),
    right,
    answer: { confidence: 0.5, scores: [first, second] as const, abstains: false },
  }))
  const [offset, margin, strength] = fit(rows)
  expect([offset, margin, strength].map(value => value.toFixed(3))).toEqual(['-2.862', '7.021', '1.371'])
  expect(leaveGroupsOut(rows)).toHaveLength(10)
})
