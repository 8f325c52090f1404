import { expect, test } from 'vitest'
import type { Label, Truth } from './labels.ts'
import { score } from './score.ts'
import type { Scored } from './score.ts'

const HOUR = 3_600_000

function recorded(recording: string, namespace: string, category: string, isRight: boolean, isOpened: boolean): Scored {
  const label: Label = {
    start: 0,
    end: HOUR,
    case: recording,
    tick: '60s',
    snapshot: false,
    windows: [
      { start: 0, end: HOUR, catch: [0, HOUR], category, target: { kind: 'service', name: 'cart', namespace } },
    ],
    scoredNormal: [],
  }
  const answer = { confidence: 0.9, scores: [1, 0.1] as const, abstains: false }
  return {
    recording,
    label,
    incidents: [],
    seconds: 1,
    failed: false,
    causes: [{ category, hits: { object: [isRight], service: [isRight] }, answer }],
    detection: {
      windows: [{ category, opened: isOpened, open: isOpened }],
      right: Number(isOpened),
      wrong: 0,
      inFreeSlots: 0,
      normalMillis: 0,
      coveredMillis: 0,
      after: { wrong: 0, normalMillis: 0, coveredMillis: 0 },
    },
  }
}

const truth: Truth = { dataset: 'set', measures: ['rootCause', 'detection'], perDay: false, recordings: {} }

test('a kind of fault that is never found is seen beside one that always is', () => {
  const { byCategory, rootCause } = score(truth, [
    recorded('a', 'shop', 'cpu', true, true),
    recorded('b', 'shop', 'cpu', true, true),
    recorded('c', 'shop', 'cpu', true, false),
    recorded('d', 'shop', 'network', false, true),
  ])
  expect(byCategory).toMatchObject([
    { category: 'cpu', n: 3, recall: { value: 2 / 3 }, first: { value: 1 } },
    { category: 'network', n: 1, recall: { value: 1 }, first: { value: 0 } },
  ])
  expect(rootCause).toMatchObject({ 'objectA@1': { value: 0.75 }, 'objectMacroA@1': { value: 0.5 } })
})

test('recordings of two systems are also counted apart; of one, there is nothing to take apart', () => {
  const both = [recorded('a', 'shop', 'cpu', true, true), recorded('b', 'trains', 'cpu', false, true)]
  expect(score(truth, both).bySystem).toMatchObject([
    { system: 'shop', rootCause: { 'objectA@1': { value: 1 } } },
    { system: 'trains', rootCause: { 'objectA@1': { value: 0 } } },
  ])
  expect(score(truth, both.slice(0, 1)).bySystem).toEqual([])
})
