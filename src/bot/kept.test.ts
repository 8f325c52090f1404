import { expect, test } from 'vitest'
import { createKept } from './kept.ts'

test('what was put in longest ago goes first; put in again, it stays', () => {
  const kept = createKept<number>(2)
  kept.set('a', 1)
  kept.set('b', 2)
  kept.set('a', 3)
  kept.set('c', 4)
  expect(['a', 'b', 'c'].map(key => kept.get(key))).toEqual([3, undefined, 4])
})
