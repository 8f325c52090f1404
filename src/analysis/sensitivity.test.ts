// Thresholds that people raised are an input: they hold for the group they name, and for no other.
import { expect, it } from 'vitest'
import type { Sensitivity } from '#incident/analyst.ts'
import { createLearnt } from './learnt.ts'
import { analyse, learn } from './pipeline.ts'
import { MINUTE, readingsAt, START } from './shop.fixture.ts'

const minute = (n: number) => START + n * MINUTE

/** Ids of what was found unusual while checkout answers slowly after an hour of usual life. */
function found(sensitivity?: Sensitivity): string[] {
  const learnt = createLearnt()
  for (let n = 0; n < 60; n++) learn(learnt, readingsAt(minute(n)), minute(n))
  const ids = new Set<string>()
  for (let n = 60; n < 64; n++) {
    const slow = readingsAt(minute(n), { checkout: { latency: 4 }, frontend: { latency: 2 } })
    const { diagnoses, watching } = analyse(learnt, slow, minute(n), undefined, sensitivity)
    for (const { id } of [...watching, ...diagnoses.flatMap(({ findings }) => findings)]) ids.add(id)
  }
  return [...ids].toSorted()
}

it('a raised group is found no more while it is under its raised threshold; the others are as they were', () => {
  const usual = found()
  expect(usual.length).toBeGreaterThan(1)
  const raised = usual[0]!
  const group = raised.slice(raised.indexOf('|') + 1)
  expect(found({ [group]: 100 })).toEqual(usual.filter(id => id !== raised))
  expect(found({ [group]: 1 })).toEqual(usual)
})
