import { expect, it } from 'vitest'
import { LONE_FIRES, createLone, takeLone } from './lone.ts'

/** A day of five-minute values that rise and fall, with jitter that repeats. */
function dayOf(lone = createLone()) {
  for (let i = 0; i < 288; i++) takeLone(lone, 50 + 20 * Math.sin((i / 288) * 2 * Math.PI) + (i % 7))
  return lone
}

it('fires on what lies beyond nearly everything seen, two values in a row', () => {
  const lone = dayOf()
  takeLone(lone, 200)
  expect(lone.score).toBeLessThan(LONE_FIRES)
  takeLone(lone, 210)
  expect(lone.score).toBeGreaterThan(LONE_FIRES)
})

it('fires on a level that is too low, and not on the same day again', () => {
  const lone = dayOf()
  let highest = 0
  for (let i = 0; i < 288; i++) {
    takeLone(lone, 50 + 20 * Math.sin((i / 288) * 2 * Math.PI) + (i % 7))
    highest = Math.max(highest, lone.score)
  }
  expect(highest).toBeLessThan(LONE_FIRES)
  takeLone(lone, 0)
  takeLone(lone, 0)
  expect(lone.score).toBeGreaterThan(LONE_FIRES)
})

it('is silent before it has seen enough', () => {
  const lone = createLone()
  for (let i = 0; i < 100; i++) takeLone(lone, 10)
  takeLone(lone, 1000)
  takeLone(lone, 1000)
  expect(lone.score).toBe(0)
})
